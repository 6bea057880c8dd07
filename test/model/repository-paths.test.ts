import { expect, it } from 'vitest';

import { baseFolder, clusterFolder, overlayFolder, repositoryPart } from '../../model';

it.each([
  [`${clusterFolder('dev')}/app-a.yaml`, { kind: 'unit in cluster', cluster: 'dev', unit: 'app-a' }],
  [`${clusterFolder('dev')}/kustomization.yaml`, undefined],
  [`${clusterFolder('dev')}/more/app-a.yaml`, undefined],
  [`${clusterFolder('dev')}/README.md`, undefined],
  [`${baseFolder('apps', 'a')}/service.yaml`, { kind: 'base', folder: 'apps', unit: 'a', file: 'service.yaml' }],
  [
    `${baseFolder('tenants', 't')}/folder/a.yaml`,
    { kind: 'base', folder: 'tenants', unit: 't', file: 'folder/a.yaml' },
  ],
  [`${overlayFolder('apps', 'a', 'dev')}/a.yaml`, { kind: 'overlay', folder: 'apps', unit: 'a', cluster: 'dev' }],
  ['tenants/team-a/folder/config.yaml', undefined],
  ['charts/podinfo/values.yaml', { kind: 'chart', chart: 'podinfo' }],
  ['charts/README.md', undefined],
  ['clusters', undefined],
  ['README.md', undefined],
])('%s is a part of the fleet, or none', (path, part) => {
  expect(repositoryPart(path)).toEqual(part);
});
