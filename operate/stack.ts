import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EngineEvent, LocalWorkspace, type OutputMap, type Stack as PulumiStack } from '@pulumi/pulumi/automation';

import { projectName, stacksFolder } from '../machine/pulumi-state';
import { FleetError } from '../model';
import { isAlive } from './run-lock';
import { waitUntil } from './wait';

/** A resource as Pulumi's state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface Deployment {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly unknown[];
}

export interface StackProps {
  readonly name: string;
  /** The folder of `Pulumi.yaml`. */
  readonly project: string;
  /** The folder of Pulumi's state. */
  readonly state: string;
  /** What Pulumi is doing, in a few words. */
  readonly report?: (doing: string) => void;
}

/** The operations that change something: the others are Pulumi's own book-keeping. */
const worthSaying: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'delete', 'import']);

/** A Pulumi stack that can be gone on with, wherever an earlier run was stopped. */
export class Stack {
  /** The state as it was last read; nothing once something was done to it. */
  private known?: Deployment;

  private constructor(
    private readonly props: StackProps,
    private readonly stack: PulumiStack,
  ) {}

  /** @throws FleetError when Pulumi cannot read its state */
  static async open(props: StackProps): Promise<Stack> {
    const { name: stackName, project: workDir } = props;
    const stack = LocalWorkspace.createOrSelectStack({ stackName, workDir });
    return new Stack(props, await stack.catch((cause: unknown) => refuseUnreadable(props, cause)));
  }

  /** What an earlier run that was killed left behind is put right: its lock, and what it was in the middle of. */
  async recover(): Promise<void> {
    await this.releaseLock();
    if ((await this.deployment()).pending_operations?.length) await this.refresh();
  }

  /** Makes the stack what its program says. */
  async up(): Promise<OutputMap> {
    const { outputs } = await this.run('up', (options) => this.stack.up(options));
    return outputs;
  }

  /** Takes everything in the stack away. */
  async destroy(): Promise<void> {
    await this.run('destroy', (options) => this.stack.destroy(options));
  }

  /** Looks at what is really there, and notes it in the state. */
  async refresh(): Promise<void> {
    await this.run('refresh', (options) => this.stack.refresh({ ...options, clearPendingCreates: true }));
  }

  /** Takes what is there already into the state, as the resource of this name that the program declares. */
  async adopt(type: string, name: string, id: string): Promise<void> {
    this.known = undefined;
    await this.stack.import({ resources: [{ type, name, id }], protect: false, generateCode: false });
  }

  /** Forgets the stack, which must be empty. */
  async remove(): Promise<void> {
    await this.stack.workspace.removeStack(this.props.name);
  }

  /** Forgets the stack and what is in it, and takes nothing away: what it made is gone. */
  async forget(): Promise<void> {
    await this.stack.workspace.removeStack(this.props.name, { force: true });
  }

  /** The resources that Pulumi has made. */
  async resources(): Promise<readonly StateResource[]> {
    return (await this.deployment()).resources ?? [];
  }

  private async deployment(): Promise<Deployment> {
    if (this.known) return this.known;
    const exported = await this.stack.exportStack().catch((cause: unknown) => refuseUnreadable(this.props, cause));
    return (this.known = (exported.deployment ?? {}) as Deployment);
  }

  /** Takes the stack's lock away from a run that is dead, and waits for one that lives. */
  private async releaseLock(): Promise<void> {
    const { name, state } = this.props;
    const directory = join(state, '.pulumi', 'locks', 'organization', projectName, name);
    await waitUntil({
      place: `stack ${name}`,
      timeout: 120_000,
      missing: async () =>
        (await lockHolders(directory)).filter(isAlive).map((pid) => `Pulumi is at work on it, as process ${pid}`),
      report: ([first]) => this.props.report?.(`waiting: ${first}`),
      next: 'Wait for its end, or end it, and run this again',
    });
    if ((await lockHolders(directory)).length > 0) await this.stack.cancel();
  }

  private async run<R>(what: string, operation: (options: RunOptions) => Promise<R>): Promise<R> {
    this.known = undefined;
    const errors: string[] = [];
    const onEvent = (event: EngineEvent) => {
      const { resourcePreEvent: pre, diagnosticEvent: diagnostic } = event;
      if (pre && worthSaying.has(pre.metadata.op))
        this.props.report?.(`${pre.metadata.op} ${shortName(pre.metadata.urn)}`);
      if (diagnostic?.severity === 'error') errors.push(diagnostic.message.replace(/<\{%.*?%\}>/g, '').trim());
    };
    try {
      return await operation({ onEvent, color: 'never', suppressProgress: true });
    } catch (cause) {
      throw new FleetError({
        place: `stack ${this.props.name}`,
        problem: `pulumi ${what} failed: ${[...new Set(errors)].join('\n') || String(cause)}`,
        next: 'Mend what it says and run the same command again: it goes on from where it stopped',
      });
    }
  }
}

/** @throws FleetError in the place of what Pulumi throws where it cannot read a stack's state */
function refuseUnreadable({ name, state }: StackProps, cause: unknown): never {
  const { commandResult } = cause as { commandResult?: { stderr?: string } };
  const said = commandResult?.stderr?.split('\n').find((line) => line.startsWith('error: '));
  const file = join(stacksFolder(state), `${name}.json`);
  throw new FleetError({
    place: `stack ${name}`,
    problem: `pulumi cannot read its state: ${said ?? String(cause)}`,
    next: `Put ${file}.bak in the place of ${file}, and run the same command again`,
  });
}

interface RunOptions {
  onEvent: (event: EngineEvent) => void;
  color: 'never';
  suppressProgress: boolean;
}

/** The processes that hold a lock in a folder of Pulumi's own locks. */
async function lockHolders(directory: string): Promise<number[]> {
  const files = await readdir(directory).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8').catch(() => '{}')));
  return texts.map((text) => (JSON.parse(text) as { pid?: number }).pid ?? 0).filter((pid) => pid > 0);
}

/** `Container gitserver`, of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function shortName(urn: string): string {
  const [, , type = '', name] = urn.split('::');
  return `${type.split(':').at(-1)} ${name}`;
}
