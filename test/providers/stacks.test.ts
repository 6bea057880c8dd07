import { beforeAll, expect, it } from 'vitest';

import { defineFleet } from '../../model';
// First, as it sets the fleet's folder.
import { type Asked, run } from '../stacks/mocks';
import { clusterTarget } from '../../stacks/clusters';
import { clusterStack } from '../../stacks/clusters/stack';
import { repositoryProvider } from '../../stacks/repositories';
import { folderRepository, registerFakes, staticCluster } from './fakes';

registerFakes();

const git = folderRepository('/srv/git');
const fleet = defineFleet({ git, clusters: { edge: staticCluster() }, apps: {}, runs: { edge: {} } });
let asked: Asked[];
const inputs = (name: string) => asked.find((resource) => resource.name === name)?.inputs as Record<string, unknown>;

beforeAll(async () => {
  asked = await run('edge', async () => (await clusterStack(clusterTarget(fleet, 'edge'))).kubeconfig);
});

it("the repository's stack has the outputs of its type", async () => {
  expect((await repositoryProvider(fleet).program()).provide(fleet)).toEqual({ hostUrl: '/srv/git' });
});

it("the cluster's stack puts Flux into the cluster that the type provides, and makes none", () => {
  expect(inputs('kubernetes')).toMatchObject({ clusterIdentifier: 'identity of edge' });
  expect(asked.map(({ type }) => type)).not.toContain('command:local:Command');
  expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(['kustomize-controller', 'sops-age', 'root']));
});

it("Flux reads the repository by the type's address and credentials, and polls where nothing announces a push", () => {
  expect(inputs('repository')['spec']).toMatchObject({ url: 'https://folder.example.org/infra' });
  expect(inputs('deploy-key')['data']).toMatchObject({ value: { password: 'dG9rZW4=' } });
  expect(asked.map(({ name }) => name)).not.toContain('receiver');
});
