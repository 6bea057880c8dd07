import { readFileSync, writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import type { Clone } from './clone';
import { Observed, serverGit } from './observe';

const image = 'ghcr.io/stefanprodan/podinfo';
const [older, newer] = ['6.9.2', '6.9.2-next'];

/**
 * The tests of a promotion, on a fleet that is up and as its `fleet.ts`, which they leave so.
 *
 * @param clone gives the clone of the fleet, once it is there
 */
export function thePromotion(clone: () => Clone): void {
  const imageOf = async (cluster: string) => {
    const observed = new Observed(clone().path('.fleet', 'kubeconfig', cluster));
    return (await observed.deployment('app-a')).spec!.template.spec!.containers[0]!.image;
  };
  const promote = (...args: string[]) => clone().fleet('promote', 'app-a', ...args);
  const versions = () => readFileSync(clone().path('versions.json'), 'utf8');

  describe('a promotion', () => {
    it('begins with a version that dev alone runs', async () => {
      // The same image by another name: no registry is asked for it.
      for (const name of ['dev', 'prod']) {
        const tag = ['ctr', '-n', 'k8s.io', 'images', 'tag', `${image}:${older}`, `${image}:${newer}`];
        await execa('docker', ['exec', `cluster-${name}-control-plane`, ...tag]);
      }
      writeFileSync(clone().path('versions.json'), `{ "prod": { "app-a": { "tag": "${older}" } } }`);
      clone().edit('import images', "import versions from './versions.json';\nimport images");
      clone().edit('  runs: {', '  versions,\n  runs: {');
      clone().edit("webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: 'Hello from app-a'", `webApp({ ...podinfo, tag: '${newer}', env: { PODINFO_UI_MESSAGE: 'Hello from app-a'`); // prettier-ignore
      expect(await clone().fleet('push')).toMatchObject({ exitCode: 0 });
      expect([await imageOf('dev'), await imageOf('prod')]).toEqual([`${image}:${newer}`, `${image}:${older}`]);
    });

    it('is refused before the time is over, with what is left of it', async () => {
      const before = versions();
      const { all, exitCode } = await promote('--from', 'dev', '--to', 'prod', '--soak', '1h');
      expect(all).toMatch(/cluster dev: app-a: it is ready there for (\d+m)?\d+s?, and must be for 1h\./);
      expect(all).toMatch(/Run the same command again in 5\d?m(\d+s)?;/);
      expect([exitCode, versions()]).toEqual([1, before]);
    });

    it('gives prod the version, by a commit with the evidence', async () => {
      const { all, exitCode } = await promote('--from', 'dev', '--to', 'prod', '--soak', '1s');
      expect(all).toMatch(new RegExp(`published [0-9a-f]{12}: Promote app-a ${newer} from dev to prod`));
      expect(all).toMatch(/prod: ready \d+\.\d s after the push/);
      expect(exitCode).toBe(0);
      expect(await imageOf('prod')).toBe(`${image}:${newer}`);
      const trailers = await serverGit('log', '-1', '--format=%(trailers:only)', 'main');
      expect(trailers).toMatch(/^Promoted-App: app-a\nPromoted-From: dev\nPromoted-To: prod$/m);
      expect(trailers).toContain(`Promoted-Version: ${newer}\nPromoted-Over: ${older}\nReady-Since: 2`);
      expect(JSON.parse(versions())).toEqual({ prod: { 'app-a': { tag: newer } } });
    });

    it('is undone by another commit', async () => {
      const promotion = await serverGit('rev-parse', 'main');
      expect(await promote('--undo')).toMatchObject({ exitCode: 0 });
      expect([await imageOf('dev'), await imageOf('prod')]).toEqual([`${image}:${newer}`, `${image}:${older}`]);
      const trailer = await serverGit('log', '-1', '--format=%(trailers:key=Promotion-Undone,valueonly)', 'main');
      expect(trailer.trim()).toBe(promotion);
    });

    it('leaves the fleet as it was', async () => {
      clone().edit(`tag: '${newer}', `, '');
      clone().edit('  versions,\n', '');
      clone().edit("import versions from './versions.json';\n", '');
      expect(await clone().fleet('push')).toMatchObject({ exitCode: 0 });
    });
  });
}
