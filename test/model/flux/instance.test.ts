import { expect, it } from 'vitest';

import { fluxInstance, kind, webApp } from '../../../model';
import { image, untyped } from '../problems';

const fleet = (props: object, shard?: string) => ({
  flux: fluxInstance(props),
  clusters: { dev: kind() },
  apps: { shop: webApp({ ...image, shard }) },
  runs: { dev: { shop: {} } },
});

it('lets an app be applied by a shard that Flux has, and by no other', () => {
  const sharding = { shards: ['busy', 'slow'] };
  expect(untyped(fleet({ sharding }, 'busy'))).toEqual([]);
  expect(untyped(fleet({ sharding }, 'bsuy'))).toEqual(['apps.shop.shard: there is no shard `bsuy`']);
  expect(untyped(fleet({}, 'busy'))).toEqual(['apps.shop.shard: there is no shard `busy`']);
  expect(untyped({ ...fleet({}, 'busy'), flux: undefined })).toEqual(['apps.shop.shard: there is no shard `busy`']);
});

it('names what it does not know', () => {
  expect(
    untyped(
      fleet({
        sharding: { shards: 'busy' },
        sync: { kind: 'GitRepo', name: 'flux-system', url: 'x', ref: '', path: '.' },
        distribution: { artifact: 'ghcr.io/x', variant: 'alpine' },
        patches: [{ target: { kind: 'Deployment' }, patch: {} }],
      }),
    ),
  ).toEqual([
    expect.stringMatching(/^flux\.distribution\.artifact: /),
    expect.stringMatching(/^flux\.distribution\.variant: /),
    expect.stringMatching(/^flux\.sharding\.shards: /),
    expect.stringMatching(/^flux\.sync\.kind: /),
    expect.stringMatching(/^flux\.sync\.ref: /),
    "flux.sync.name: `flux-system` is the name of the fleet's own repository",
    expect.stringMatching(/^flux\.patches\.0\.patch: the patch is empty/),
  ]);
});
