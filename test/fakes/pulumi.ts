import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EngineEvent } from '@pulumi/pulumi/automation';
import { vi } from 'vitest';

// Whoever imports this file has no real Pulumi from then on.
vi.mock('@pulumi/pulumi/automation', () => ({
  PulumiCommand: { get: () => Promise.resolve({}) },
  LocalWorkspace: { create: () => Promise.resolve({}) },
  Stack: {
    create: (name: string) => FakePulumi.current.open(name),
    select: (name: string) => FakePulumi.current.open(name),
  },
}));

vi.mock('../../stacks/declared', () => ({
  declared: async (_: unknown, stack: string) => Promise.resolve(FakePulumi.current.declared(stack)),
}));

/** What Pulumi's state says of a stack. */
export interface FakeDeployment {
  resources: { urn: string; type: string; id?: string; inputs?: object; outputs?: object }[];
  pending_operations: object[];
}

interface Options {
  readonly onEvent?: (event: EngineEvent) => void;
}

/** Pulumi's automation API without its engine: it notes what it is asked for, and fails or stops on demand. */
export class FakePulumi {
  static current: FakePulumi;
  /** What was done, in order: `up dev`, `refresh git-server`. */
  readonly operations: string[] = [];
  /** What happens in the world during an operation: `up dev` writes a kubeconfig. */
  readonly effects = new Map<string, () => unknown>();
  /** What the engine complains of in an operation, which then fails. */
  readonly failures = new Map<string, readonly string[]>();
  /** What a stack's program declares, as a hash. */
  declared: (stack: string) => string = () => {
    throw new Error('the program was not expected to be looked at');
  };
  private readonly deployments = new Map<string, FakeDeployment>();

  /** @param state the folder of Pulumi's state */
  constructor(private readonly state: string) {
    FakePulumi.current = this;
  }

  /** What the state says of a stack. What a test changes of it at once is in the state, too. */
  deployment(stack: string): FakeDeployment {
    const found = this.deployments.get(stack) ?? { resources: [], pending_operations: [] };
    this.deployments.set(stack, found);
    queueMicrotask(() => {
      if (this.deployments.has(stack)) this.save(stack);
    });
    return found;
  }

  /** The stacks that there are. */
  get stacks(): string[] {
    return [...this.deployments.keys()];
  }

  /** A lock that a process has taken, as Pulumi's file backend writes it. */
  lock(stack: string, pid: number): void {
    mkdirSync(this.lockFolder(stack), { recursive: true });
    writeFileSync(
      join(this.lockFolder(stack), `${pid}.json`),
      JSON.stringify({ pid, username: 'ada', hostname: 'host' }),
    );
  }

  /** Makes or selects a stack. */
  // eslint-disable-next-line @typescript-eslint/require-await -- it fails as a promise does
  async open(stack: string): Promise<FakeStack> {
    this.note(`open ${stack}`);
    this.save(stack);
    return new FakeStack(this, stack);
  }

  async run(operation: string, stack: string, { onEvent }: Options): Promise<object> {
    const call = `${operation} ${stack}`;
    this.operations.push(call);
    onEvent?.({ sequence: 1, timestamp: 0, resourcePreEvent: step(stack, operation) });
    const failure = this.failures.get(call);
    for (const message of failure ?? []) {
      onEvent?.({ sequence: 2, timestamp: 0, diagnosticEvent: { severity: 'error', color: 'never', message } });
    }
    if (failure) throw new Error(`code: 255\n stderr: ${failure.join('\n')}`);
    await this.effects.get(call)?.();
    if (operation === 'refresh') this.deployment(stack).pending_operations = [];
    if (operation === 'destroy') this.deployment(stack).resources = [];
    this.save(stack);
    return { outputs: {} };
  }

  /** Writes a stack's state as Pulumi's file backend does. */
  save(stack: string): void {
    mkdirSync(this.folder, { recursive: true });
    const latest = this.deployments.get(stack) ?? { resources: [], pending_operations: [] };
    this.deployments.set(stack, latest);
    const text = JSON.stringify({ version: 3, checkpoint: { latest } });
    writeFileSync(join(this.folder, `${stack}.json`), text);
  }

  /** Notes what is not an operation of the engine, and fails where it was told to. */
  note(call: string): void {
    if (!call.startsWith('open')) this.operations.push(call);
    const [message] = this.failures.get(call) ?? [];
    if (message) throw Object.assign(new Error(message), { commandResult: { stderr: `error: ${message}\n` } });
  }

  cancel(stack: string): void {
    this.note(`cancel ${stack}`);
    rmSync(this.lockFolder(stack), { recursive: true, force: true });
  }

  remove(stack: string): void {
    this.note(`remove ${stack}`);
    this.deployments.delete(stack);
    rmSync(join(this.folder, `${stack}.json`));
  }

  private get folder(): string {
    return join(this.state, '.pulumi', 'stacks', 'flux-fleet');
  }

  private lockFolder(stack: string): string {
    return join(this.state, '.pulumi', 'locks', 'organization', 'flux-fleet', stack);
  }
}

/** As far as this project uses https://www.pulumi.com/docs/reference/pkg/nodejs/pulumi/pulumi/classes/automation.Stack.html */
class FakeStack {
  readonly workspace = { removeStack: async (name: string) => Promise.resolve(this.pulumi.remove(name)) };

  constructor(
    private readonly pulumi: FakePulumi,
    private readonly name: string,
  ) {}

  up = (options: Options) => this.pulumi.run('up', this.name, options);
  destroy = (options: Options) => this.pulumi.run('destroy', this.name, options);
  refresh = (options: Options) => this.pulumi.run('refresh', this.name, options);
  cancel = async () => Promise.resolve(this.pulumi.cancel(this.name));

  async import({ resources }: { resources: readonly { type: string; name: string; id: string }[] }): Promise<void> {
    this.pulumi.note(`import ${this.name} ${resources.map(({ name, id }) => `${name}=${id}`).join(' ')}`);
    return Promise.resolve();
  }
}

function step(stack: string, operation: string) {
  const op = operation === 'destroy' ? 'delete' : operation === 'up' ? 'create' : 'refresh';
  const urn = `urn:pulumi:${stack}::flux-fleet::docker:index/container:Container::thing-of-${stack}`;
  return { metadata: { op, urn, type: 'docker:index/container:Container', provider: '' } } as never;
}
