import * as pulumi from '@pulumi/pulumi';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { defineFleet, examinedVariable, FleetError, kind } from '../../model';

interface Hoisted {
  readonly asked: string[];
  readonly refusal: { of?: Error };
}
const { asked, refusal } = vi.hoisted((): Hoisted => ({ asked: [], refusal: {} }));

vi.mock('../../fleet', () => ({
  default: defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } }),
}));
vi.mock('../../stacks/ownership', () => ({
  examineFleet: (_: unknown, { clusters }: { clusters: string[] }) => {
    asked.push(`examine ${clusters.join(' ')}`.trim());
    return Promise.resolve({ objects: [] });
  },
}));
vi.mock('../../machine/ownership', async (original) => ({
  ...(await original<object>()),
  refuseToBringUp: () => {
    if (refusal.of !== undefined) throw refusal.of;
  },
}));
vi.mock('../../stacks/clusters/stack', () => ({
  clusterStack: ({ name }: { name: string }) => Promise.resolve({ stackOf: name }),
}));
vi.mock('../../stacks/repositories', () => ({
  repositoryProvider: () => ({ program: () => Promise.resolve({ provide: () => ({ stackOf: 'the repository' }) }) }),
}));

/** The program of a stack, as Pulumi runs it. */
async function run(stack: string): Promise<object> {
  const spy = vi.spyOn(pulumi, 'getStack').mockReturnValue(stack);
  const { default: program } = await import('../../stacks/index.ts');
  return program().finally(() => spy.mockRestore());
}

beforeEach(() => {
  asked.splice(0);
  delete refusal.of;
});

describe('what Pulumi runs', () => {
  it("is the stack of its name, after a look at what is that stack's on this machine", async () => {
    expect(await run('git-server')).toEqual({ stackOf: 'the repository' });
    expect(await run('prod')).toEqual({ stackOf: 'prod' });
    expect(asked).toEqual(['examine', 'examine prod']);
  });

  it('does not look again where `fleet up` has looked', async () => {
    vi.stubEnv(examinedVariable, 'true');
    expect(await run('dev').finally(() => vi.unstubAllEnvs())).toEqual({ stackOf: 'dev' });
    expect(asked).toEqual([]);
  });

  it('is refused for a stack that fleet.ts does not have, in a sentence instead of a stack trace', async () => {
    const error = await run('staging').catch((thrown: unknown) => thrown);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(
      'stack staging: fleet.ts has no cluster of that name.\n  Use one of git-server, dev, prod.',
    );
  });

  it("is refused where something is somebody else's", async () => {
    refusal.of = new FleetError({ place: 'kind cluster cluster-dev', problem: 'no fleet made it', next: 'Adopt it' });
    await expect(run('dev')).rejects.toThrow('kind cluster cluster-dev: no fleet made it');
  });

  it('shows the stack trace of a fault of the program', async () => {
    refusal.of = new TypeError('undefined is not a function');
    const error = await run('dev').catch((thrown: unknown) => thrown);
    expect(error).toBe(refusal.of);
  });
});
