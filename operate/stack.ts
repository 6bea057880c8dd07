import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EngineEvent, LocalWorkspace, type OutputMap, type Stack as PulumiStack } from '@pulumi/pulumi/automation';

import { stacksFolder } from '../machine/pulumi-state';
import { FleetError, projectName } from '../model';
import type { StackState, StateResource } from '../stacks/repositories/provider';
import { waitUntil } from './wait';

interface Deployment {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly unknown[];
}

/** What is done with a stack, wherever an earlier run was stopped. */
export interface OperableStack extends StackState {
  /** Repairs what an earlier run that was killed left behind: its lock, and its unfinished operations. */
  recover(): Promise<void>;
  /** Makes the stack what its program says. */
  up(): Promise<unknown>;
  /** Removes everything in the stack. */
  destroy(): Promise<void>;
  /** Forgets the stack, which must be empty. */
  remove(): Promise<void>;
  /** Forgets the stack and its resources, and removes none of them. */
  forget(): Promise<void>;
}

export interface StackProps {
  readonly name: string;
  /** The folder of `Pulumi.yaml`. */
  readonly project: string;
  /** The folder of Pulumi's state. */
  readonly state: string;
  /** Is told what Pulumi does, in a few words. */
  readonly report?: (doing: string) => void;
}

/** The operations that change something: the others only read. */
const reported: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'delete', 'import']);

/** A stack of Pulumi's. */
export class Stack implements OperableStack {
  /** The state as it was last read; undefined after an operation. */
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

  async recover(): Promise<void> {
    await this.releaseLock();
    if ((await this.deployment()).pending_operations?.length) await this.refresh();
  }

  async up(): Promise<OutputMap> {
    const { outputs } = await this.run('up', (options) => this.stack.up(options));
    return outputs;
  }

  async destroy(): Promise<void> {
    // One thing that cannot be removed keeps no other.
    await this.run('destroy', (options) => this.stack.destroy({ ...options, continueOnError: true }));
  }

  async refresh(): Promise<void> {
    await this.run('refresh', (options) => this.stack.refresh({ ...options, clearPendingCreates: true }));
  }

  async adopt(type: string, name: string, id: string): Promise<void> {
    this.known = undefined;
    await this.stack.import({ resources: [{ type, name, id }], protect: false, generateCode: false });
  }

  async remove(): Promise<void> {
    await this.stack.workspace.removeStack(this.props.name);
  }

  async forget(): Promise<void> {
    this.known = undefined;
    await this.stack.workspace.removeStack(this.props.name, { force: true });
  }

  async resources(): Promise<readonly StateResource[]> {
    return (await this.deployment()).resources ?? [];
  }

  private async deployment(): Promise<Deployment> {
    if (this.known) return this.known;
    const exported = await this.stack.exportStack().catch((cause: unknown) => refuseUnreadable(this.props, cause));
    return (this.known = (exported.deployment ?? {}) as Deployment);
  }

  /** Removes the stack's lock of a run that is dead, and waits for a run that is alive. */
  private async releaseLock(): Promise<void> {
    const { name, state } = this.props;
    const directory = join(state, '.pulumi', 'locks', 'organization', projectName, name);
    await waitUntil({
      place: `stack ${name}`,
      timeout: 120_000,
      missing: async () =>
        (await lockHolders(directory)).filter(isPulumi).map((pid) => `Pulumi is running on it, as process ${pid}`),
      report: ([first]) => this.props.report?.(`waiting: ${first}`),
      next: 'Wait until it ends, or stop it with `kill`, and run this again',
    });
    if ((await lockHolders(directory)).length > 0) await this.stack.cancel();
  }

  private async run<R>(what: string, operation: (options: RunOptions) => Promise<R>): Promise<R> {
    this.known = undefined;
    const errors: string[] = [];
    const onEvent = (event: EngineEvent) => {
      const { resourcePreEvent: pre, diagnosticEvent: diagnostic } = event;
      if (pre && reported.has(pre.metadata.op))
        this.props.report?.(`${pre.metadata.op} ${shortName(pre.metadata.urn)}`);
      if (diagnostic?.severity === 'error') errors.push(diagnostic.message.replace(/<\{%.*?%\}>/g, '').trim());
    };
    try {
      return await operation({ onEvent, color: 'never', suppressProgress: true });
    } catch (cause) {
      throw new FleetError({
        place: `stack ${this.props.name}`,
        problem: `pulumi ${what} failed: ${[...new Set(errors)].join('\n') || String(cause)}`,
        next: 'Fix the problem and run the same command again: it continues where it stopped',
      });
    }
  }
}

/** @throws FleetError instead of Pulumi's own error about a state that it cannot read */
function refuseUnreadable({ name, state }: StackProps, cause: unknown): never {
  const { commandResult } = cause as { commandResult?: { stderr?: string } };
  const message = commandResult?.stderr?.split('\n').find((line) => line.startsWith('error: '));
  const file = join(stacksFolder(state), `${name}.json`);
  throw new FleetError({
    place: `stack ${name}`,
    problem: `pulumi cannot read its state: ${message ?? String(cause)}`,
    next: `Restore its backup: \`cp ${file}.bak ${file}\`, and run the same command again`,
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

/** Whether a process is Pulumi, and runs. The process that took a lock may be dead, and its number another one's. */
function isPulumi(pid: number): boolean {
  try {
    // `<pid> (<name>) <state> …`, on Linux. A zombie does not run.
    if (process.platform === 'linux') return /^\d+ \(pulumi\) [^ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `Container gitserver`, of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function shortName(urn: string): string {
  const [, , type = '', name] = urn.split('::');
  return `${type.split(':').at(-1)} ${name}`;
}
