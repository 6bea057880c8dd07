import * as pulumi from '@pulumi/pulumi';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { defineFleet, examinedVariable, FleetError, kind } from '../../model';

interface Hoisted {
  /** What is on this machine. */
  readonly found: object[];
  readonly asked: string[];
  readonly refusal: { of?: Error };
}
const { asked, refusal, found } = vi.hoisted((): Hoisted => ({ asked: [], refusal: {}, found: [] }));

vi.mock('../../fleet', () => ({
  default: defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } }),
}));
vi.mock('../../stacks/ownership', async (original) => ({
  ...(await original<object>()),
  examineFleet: (_: unknown, { clusters }: { clusters: string[] }) => {
    asked.push(`examine ${clusters.join(' ')}`.trim());
    return Promise.resolve({ objects: found.splice(0) });
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
  vi.unstubAllEnvs();
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

  it('is refused where it would make a cluster again, unless that cluster is named', async () => {
    vi.stubEnv('FLUX_FLEET_NODE_IMAGE', 'kindest/node:v1.36.3');
    const another = { kind: 'kind cluster', name: 'cluster-dev', ownership: 'ours', cluster: { generation: 'old-1' } };
    const runOnAnother = () => {
      found.push(another);
      return run('dev');
    };
    const message = /^cluster dev: this would delete it.*made again.*\n.*`npm run up`.*ALLOW_DELETE=cluster\/dev`/;
    await expect(runOnAnother()).rejects.toThrow(message);
    vi.stubEnv('FLUX_FLEET_ALLOW_DELETE', 'cluster/prod namespace/dev@dev');
    await expect(runOnAnother()).rejects.toThrow(message);
    vi.stubEnv('FLUX_FLEET_ALLOW_DELETE', 'cluster/prod cluster/dev');
    expect(await runOnAnother()).toEqual({ stackOf: 'dev' });
  });

  it('shows the stack trace of a fault of the program', async () => {
    refusal.of = new TypeError('undefined is not a function');
    const error = await run('dev').catch((thrown: unknown) => thrown);
    expect(error).toBe(refusal.of);
  });
});
