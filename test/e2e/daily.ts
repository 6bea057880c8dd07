import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clone } from './clone';
import { theFailures } from './failures';
import { Observed } from './observe';
import { thePromotion } from './promote';

interface Reported {
  readonly clusters: readonly {
    readonly cluster: string;
    readonly reachable: boolean;
    readonly fetched?: string;
    readonly apps?: readonly { readonly name: string; readonly state: string; readonly suspended?: object }[];
  }[];
}

/**
 * The tests of the commands of every day, on a fleet that is up and as its `fleet.ts`, which they leave so.
 *
 * @param clone gives the clone of the fleet, once it is there
 */
export function theDayAfter(clone: () => Clone): void {
  const cluster = (name: string) => new Observed(clone().path('.fleet', 'kubeconfig', name));
  const status = async () => JSON.parse((await clone().fleet('status', '--json')).stdout) as Reported;
  const stateOf = async (name: string, app: string) =>
    (await status()).clusters.find((each) => each.cluster === name)?.apps?.find((each) => each.name === app);

  describe('status', () => {
    it('says that everything is ready, for people and for programs', async () => {
      const { stdout, exitCode } = await clone().fleet('status');
      expect(stdout).toMatch(/^dev +app-a +ready +[0-9a-f]{12} .* 1\/1 /m);
      expect(exitCode).toBe(0);
      const { clusters } = await status();
      expect(clusters.map(({ reachable, apps }) => [reachable, apps?.every(({ state }) => state === 'ready')])).toEqual(
        [
          [true, true],
          [true, true],
        ],
      );
    });
  });

  describe('a change', () => {
    const from = "message: 'Hello from app-b'";
    const to = "message: 'Hello from a push'";

    it('is shown by diff before it is published', async () => {
      expect(await clone().fleet('diff')).toMatchObject({ exitCode: 0 });
      clone().edit(from, to);
      const { stdout, exitCode } = await clone().fleet('diff');
      expect(stdout).toContain('Hello from a push');
      expect(exitCode).toBe(1);
    });

    it('is pushed, and waited for', async () => {
      const { all, exitCode } = await clone().fleet('push');
      expect(all).toMatch(/published [0-9a-f]{12}: Change app-b/);
      expect(exitCode).toBe(0);
      expect((await cluster('dev').answer('app-b')).message).toBe('Hello from a push');
      expect(await clone().fleet('wait')).toMatchObject({ exitCode: 0 });
    });

    it('is rolled back by a commit, which is a change of somebody else until fleet.ts says the same', async () => {
      const { all, exitCode } = await clone().fleet('rollback', 'app-b');
      expect(all).toMatch(/which undoes [0-9a-f]{12}: Change app-b/);
      expect(exitCode).toBe(0);
      expect((await cluster('dev').answer('app-b')).message).toBe('Hello from app-b');
      const refused = await clone().fleet('push');
      expect(refused.exitCode).toBe(1);
      clone().edit(to, from);
      expect((await clone().fleet('push')).all).toContain('Take over what was changed by hand');
    });
  });

  describe('a failure', () => {
    it('ends the push with its cause, once for both clusters, and is explained', async () => {
      clone().edit("webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: 'Hello from app-a'", "webApp({ ...podinfo, tag: '0.0.0', env: { PODINFO_UI_MESSAGE: 'Hello from app-a'"); // prettier-ignore
      const { all, exitCode } = await clone().fleet('push', '--grace', '10s');
      expect(exitCode).toBe(1);
      expect(all).toMatch(
        /cluster (dev|prod): app-a and cluster (dev|prod): app-a: .*`ghcr\.io\/stefanprodan\/podinfo:0\.0\.0`/,
      );
      const explained = await clone().fleet('explain', 'app-a', '--json');
      expect(explained.exitCode).toBe(1);
      expect(explained.stdout).toMatch(/podinfo:0\.0\.0/);
      expect((await stateOf('dev', 'app-a'))?.state).not.toBe('ready');
    });

    it('is over with the push that fixes it', async () => {
      clone().edit("tag: '0.0.0', ", '');
      expect(await clone().fleet('push')).toMatchObject({ exitCode: 0 });
      expect((await clone().fleet('explain')).all).toMatch(/nothing/i);
    });
  });

  describe('an app', () => {
    it('is suspended with a reason that is shown, and resumed', async () => {
      await clone().fleet('suspend', 'app-c', '--cluster', 'dev', '--reason', 'a look at the e2e');
      expect((await clone().fleet('status')).stdout).toContain('a look at the e2e');
      expect((await clone().fleet('push')).all).toContain('a look at the e2e');
      expect(await clone().fleet('resume', 'app-c')).toMatchObject({ exitCode: 0 });
      expect((await stateOf('dev', 'app-c'))?.suspended).toBeUndefined();
    });

    it('is restarted, and Flux leaves the new pods', async () => {
      const before = await cluster('dev').readyPods('app-c');
      expect(await clone().fleet('restart', 'app-c')).toMatchObject({ exitCode: 0 });
      expect(await clone().fleet('reconcile', 'app-c')).toMatchObject({ exitCode: 0 });
      const after = await cluster('dev').readyPods('app-c');
      expect(after).toHaveLength(before.length);
      expect(after).not.toEqual(before);
    });

    it('shows its logs of every cluster', async () => {
      const { stdout } = await clone().fleet('logs', 'app-a', '--tail', '5');
      expect(stdout).toMatch(/dev.*app-a/);
      expect(stdout).toMatch(/prod.*app-a/);
    });
  });

  it("Flux's own command is in the shell of `fleet env`", async () => {
    const table = await clone().shell('flux get kustomizations --context kind-cluster-dev');
    expect(table).toMatch(/^app-a\s.*True/m);
    expect(await clone().shell('flux tree kustomization app-a --context kind-cluster-dev')).toContain(
      'Deployment/app-a/app-a',
    );
  });

  thePromotion(clone);
  theFailures(clone, () => cluster('dev'));

  describe('what is down is named', () => {
    let paused = '';
    const pause = (container: string) => execa('docker', ['pause', (paused = container)]);
    afterEach(() => execa('docker', ['unpause', paused]));

    it('when it is a cluster, and the others are shown', async () => {
      await pause('cluster-prod-control-plane');
      const { all, exitCode } = await clone().fleet('status');
      expect(all).toMatch(/^dev +app-a +ready/m);
      expect(all).toMatch(/cluster prod does not answer/);
      expect(exitCode).toBe(3);
      expect(await clone().fleet('wait', '--timeout', '10s', '--grace', '5s')).toMatchObject({ exitCode: 3 });
    });

    it('when it is the git server', async () => {
      await pause('gitserver');
      expect(await clone().fleet('status')).toMatchObject({ exitCode: 0 });
      const { all, exitCode } = await clone().fleet('push');
      expect(all).toMatch(/ssh:\/\/.*does not answer|cannot reach|repository/);
      expect(exitCode).not.toBe(0);
    });
  });
}
