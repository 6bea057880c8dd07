import { expect, it } from 'vitest';

import { refuseOvertaken, refuseUnpublished } from '../../../operate/promote/unpublished';
import { anotherCopy, copy, git, place, publishIt, pushByHand, write } from '../publishing';

const prod = 'apps/app/overlays/prod/kustomization.yaml';
const base = 'apps/app/base/deployment.yaml';
const target = { cluster: 'prod', app: 'app' };
const generated = (files: Record<string, string>) => () => {
  write(files);
  return place.manifests;
};
const now = { [prod]: '1', [base]: '1' };
const next = { ...now, [prod]: '2' };
const check = (published: object, files = next) =>
  refuseUnpublished(copy, { now: generated({ ...now, ...published }), next: generated(files) });
const other = /^fleet\.ts: it differs from what is published, and this would publish that too: Change app\.\n {2}Run /;

it('refuses other changes of fleet.ts, and not a run that only has to write its file', async () => {
  await expect(check({})).rejects.toThrow('fleet.ts: nothing is published yet');
  write(now);
  await publishIt();
  await expect(check({})).resolves.toBeUndefined();
  await expect(check({ [base]: '2' }, { ...next, [base]: '2' })).rejects.toThrow(other);
  write(next);
  await publishIt();
  await expect(check({})).resolves.toBeUndefined();
});

it('refuses to undo what somebody else has published since, and leaves what is not generated', async () => {
  write(now);
  await publishIt();
  await pushByHand({ 'README.md': 'x' });
  write(next);
  const treeOf = async () => {
    await copy.fetch();
    return { published: await git('rev-parse', 'main'), tree: await copy.writeTree(place.manifests) };
  };
  // Their change of another file, which ours does not have.
  write({ ...next, 'README.md': 'x' });
  await expect(refuseOvertaken(copy, target, await treeOf())).resolves.toBeUndefined();
  write({ ...now, [base]: '2' });
  await publishIt(undefined, anotherCopy(`${place.copyFolder}-2`));
  write({ ...next, 'README.md': 'x' });
  await expect(refuseOvertaken(copy, target, await treeOf())).rejects.toThrow(other);
});
