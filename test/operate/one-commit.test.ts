import { expect, it } from 'vitest';

import { publishIt, write } from './publishing';

/** Publishes a folder that holds just these files. */
function publishFiles(files: Record<string, string>): Promise<unknown> {
  write(files);
  return publishIt();
}

const inCluster = (...apps: string[]) => Object.fromEntries(apps.map((app) => [`clusters/dev/${app}.yaml`, 'a: 1\n']));
const release = { 'apps/a/base/helmrelease.yaml': 'kind: HelmRelease\n' };
const deployment = { 'apps/a/base/deployment.yaml': 'kind: Deployment\n' };
const service = (app: string, nodePort: number) => ({
  [`apps/${app}/base/service.yaml`]: `kind: Service\nspec:\n  ports:\n    - port: 80\n      nodePort: ${nodePort}\n`,
});

it('refuses a Helm release that becomes another kind of app under its name, with the steps', async () => {
  await publishFiles({ ...inCluster('a'), ...release });
  await expect(publishFiles({ ...inCluster('a'), ...deployment })).rejects.toThrow(
    /^apps\.a: it was a Helm release.*clusters: dev.*\n.*another name.*remove `a` from `runs`/,
  );
});

it('takes the same change in two steps, the other way round, and where no cluster ran the release', async () => {
  await publishFiles({ ...inCluster('a'), ...release });
  await publishFiles({ ...inCluster('b'), ...release });
  await publishFiles({ ...inCluster('a', 'b'), ...deployment });
  await publishFiles({ ...inCluster('a', 'b'), ...release });
});

it("refuses apps that take each other's node ports, with the steps", async () => {
  const apps = inCluster('a', 'b', 'c');
  await publishFiles({ ...apps, ...service('a', 30001), ...service('b', 30002), ...service('c', 30003) });
  await expect(
    publishFiles({ ...apps, ...service('a', 30002), ...service('b', 30003), ...service('c', 30001) }),
  ).rejects.toThrow(/^apps\.a\.nodePort: `a`, `b`, `c` take each other's node ports.*\n.*that nobody has/);
});

it('takes a node port that another app gives up, and a swap by way of a free port', async () => {
  const apps = inCluster('a', 'b');
  await publishFiles({ ...apps, ...service('a', 30001), ...service('b', 30002) });
  await publishFiles({ ...apps, ...service('a', 30003), ...service('b', 30002) });
  await publishFiles({ ...apps, ...service('a', 30003), ...service('b', 30001) });
  await publishFiles({ ...apps, ...service('a', 30002), ...service('b', 30001) });
});

it('looks for node ports in manifests, and not in what else a folder has', async () => {
  const readme = { 'apps/a/base/folder/README.md': '# Shop\n\n* `nodePort` is 30001\n' };
  await publishFiles({ ...inCluster('a'), ...readme });
  await publishFiles({ ...inCluster('a'), ...readme, ...service('a', 30001) });
});
