import { join } from 'node:path';
import type { EngineEvent, Stack as PulumiStack, UpOptions } from '@pulumi/pulumi/automation';
import { checkpoint, type StateResource } from '../machine/pulumi-state';
import { FleetError, projectName } from '../model';
import type { StackState } from '../stacks/repositories/provider';
import type { LastUp } from './last-up';
import { isPulumi, lockHolders } from './stack-lock';
import type { Backend } from './state/backend';
import { afterLocks } from './state/locks';
import { waitUntil } from './wait';

/** What is done with a stack, wherever an earlier run was stopped. */
export interface OperableStack extends StackState {
  /** Repairs what an earlier run that was killed left behind: its lock, and its unfinished operations. */
  recover(): Promise<void>;
  up(): Promise<void>;
  /** Notes what it was brought up from, so that it is not brought up again while nothing changes. */
  noteUp(): Promise<void>;
  destroy(): Promise<void>;
  /** Forgets the stack, which must be empty. */
  remove(): Promise<void>;
  /** Forgets the stack and its resources, and removes none of them. */
  forget(): Promise<void>;
}

export interface StackProps {
  readonly name: string;
  readonly project: string;
  /** The folder of Pulumi's state, or of the copy of it that this clone has. */
  readonly state: string;
  /** The backend that has the state. @default - the folder */
  readonly backend?: Backend;
  /** What encrypts the secrets of a new stack. @default 'passphrase' */
  readonly secretsProvider?: string;
  /** What it was brought up from the last time. @default - not known: `up` always asks Pulumi */
  readonly lastUp?: LastUp;
  /** Is told what Pulumi does, in a few words. */
  readonly report?: (doing: string) => void;
}

/** The operations that change something: the others only read. */
const reported: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'delete', 'import']);

/** A stack of Pulumi's. Its state is read as Pulumi wrote it: each question to Pulumi is a process of some 0.2 s. */
export class Stack implements OperableStack {
  private isChanged = false;
  private opened: Promise<PulumiStack> | undefined;

  private constructor(private readonly props: StackProps) {}

  /** @throws FleetError when Pulumi cannot read its state */
  static async open(props: StackProps): Promise<Stack> {
    await props.backend?.copy();
    const stack = new Stack(props);
    stack.checkpoint();
    return stack;
  }

  async recover(): Promise<void> {
    await this.releaseLock();
    if (this.checkpoint().pending_operations?.length) await this.refresh();
  }

  async up(): Promise<void> {
    if (await this.props.lastUp?.isCurrent()) return;
    this.isChanged = true;
    await this.run('up', (stack, options) => stack.up(options));
  }

  async noteUp(): Promise<void> {
    if (this.isChanged) await this.props.lastUp?.note();
  }

  async destroy(): Promise<void> {
    // One thing that cannot be removed keeps no other.
    await this.run('destroy', (stack, options) => stack.destroy({ ...options, continueOnError: true }));
  }

  async refresh(): Promise<void> {
    await this.run('refresh', (stack, options) => stack.refresh({ ...options, clearPendingCreates: true }));
  }

  async adopt(type: string, name: string, id: string): Promise<void> {
    const stack = await this.pulumi();
    await this.unlocked(() => stack.import({ resources: [{ type, name, id }], protect: false, generateCode: false }));
    await this.props.backend?.copyStack(this.props.name);
  }

  async remove(): Promise<void> {
    await this.removeStack({});
  }

  async forget(): Promise<void> {
    await this.removeStack({ force: true });
  }

  resources(): readonly StateResource[] {
    return this.checkpoint().resources ?? [];
  }

  /** What drives Pulumi, loaded and made once it is needed: a stack that is as it was last brought up needs none of it. */
  private pulumi(): Promise<PulumiStack> {
    return (this.opened ??= import('./pulumi-stack.ts').then(({ openPulumiStack }) => openPulumiStack(this.props)));
  }

  private async removeStack(options: { readonly force?: true }): Promise<void> {
    const { workspace } = await this.pulumi();
    await this.unlocked(() => workspace.removeStack(this.props.name, options));
    this.props.backend?.forget(this.props.name);
  }

  private checkpoint() {
    return checkpoint(this.props.state, this.props.name) ?? {};
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
    if ((await lockHolders(directory)).length > 0) await (await this.pulumi()).cancel();
  }

  /** Does Pulumi's work when nobody else works on the stack: in a backend, only the work itself tells. */
  private async unlocked(work: () => Promise<unknown>): Promise<void> {
    const { backend, name: stack, report } = this.props;
    if (!backend) return void (await work());
    await afterLocks(work, { stack, report, cancel: async () => (await this.pulumi()).cancel() });
  }

  private async run(
    what: string,
    operation: (stack: PulumiStack, options: UpOptions) => Promise<unknown>,
  ): Promise<void> {
    const stack = await this.pulumi();
    const errors: string[] = [];
    const onEvent = (event: EngineEvent) => {
      const { resourcePreEvent: pre, diagnosticEvent: diagnostic } = event;
      if (pre && reported.has(pre.metadata.op))
        this.props.report?.(`${pre.metadata.op} ${shortName(pre.metadata.urn)}`);
      if (diagnostic?.severity === 'error') errors.push(diagnostic.message.replace(/<\{%.*?%\}>/g, '').trim());
    };
    const { backend, name } = this.props;
    try {
      await this.unlocked(() => operation(stack, { onEvent, color: 'never', suppressProgress: true }));
    } catch (cause) {
      // What was done until then is in the state. The failure itself says more than one of the copy.
      await backend?.copyStack(name).catch(() => undefined);
      if (cause instanceof FleetError) throw cause;
      throw new FleetError({
        place: `stack ${name}`,
        problem: `pulumi ${what} failed: ${[...new Set(errors)].join('\n') || String(cause)}`,
        next: 'Fix the problem and run the same command again: it continues where it stopped',
      });
    }
    await backend?.copyStack(name);
  }
}

/** `Container gitserver`, of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function shortName(urn: string): string {
  const [, , type = '', name] = urn.split('::');
  return `${type.split(':').at(-1)} ${name}`;
}
