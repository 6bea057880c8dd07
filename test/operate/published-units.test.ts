import { join } from 'node:path';

import { beforeEach, expect, it, vi } from 'vitest';

import { publishedUnits } from '../../operate/published-units';
import { anotherCopy, copy, git, place, publishIt, pushByHand, write } from './publishing';

let published: string;
const inCluster = (cluster: string, ...units: string[]) =>
  Object.fromEntries([...units, 'kustomization'].map((name) => [`clusters/${cluster}/${name}.yaml`, 'a: 1\n']));

beforeEach(async () => {
  write({ ...inCluster('dev', 'app-a', 'team-a'), ...inCluster('prod') });
  published = (await publishIt()).commit;
});

it('gives the apps and tenants of each cluster at the published commit, and none of a cluster that it has not', async () => {
  const unitsAt = publishedUnits(copy, published);
  expect(await unitsAt('dev', published)).toEqual(['app-a', 'team-a']);
  expect(await unitsAt('prod', published)).toEqual([]);
  expect(await unitsAt('stage', published)).toEqual([]);
});

it('counts a commit on top, which it fetches, with the apps that it has itself', async () => {
  const newer = await pushByHand(inCluster('dev', 'app-b'));
  expect(await publishedUnits(copy, published)('dev', newer)).toEqual(['app-a', 'app-b', 'team-a']);
});

it('counts neither an older commit, nor one of another branch, nor one that nobody has', async () => {
  const newer = await pushByHand(inCluster('dev', 'app-b'));
  const tree = `${published}^{tree}`;
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const beside = await git(...person, 'commit-tree', tree, '-m', 'Beside');
  await git('update-ref', 'refs/heads/beside', beside);
  const unitsAt = publishedUnits(copy, newer);
  expect(await Promise.all([published, beside, '1'.repeat(40)].map((commit) => unitsAt('dev', commit)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('asks git once for each cluster and commit, and again where the repository did not answer', async () => {
  const asked = vi.spyOn(copy, 'git');
  const unitsAt = publishedUnits(copy, published);
  await Promise.all([unitsAt('dev', published), unitsAt('dev', published)]);
  expect(asked).toHaveBeenCalledTimes(1);

  const late = anotherCopy(join(place.scratch, 'late.git'));
  const newer = await pushByHand(inCluster('dev', 'app-b'));
  const fetch = vi.spyOn(late, 'fetch').mockRejectedValueOnce(new Error('no answer'));
  const ofLate = publishedUnits(late, published);
  expect(await ofLate('dev', newer)).toBeUndefined();
  expect(await ofLate('dev', newer)).toEqual(['app-a', 'app-b', 'team-a']);
  expect(fetch).toHaveBeenCalledTimes(2);
});
