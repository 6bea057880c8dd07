import { expect, it } from 'vitest';

import { defineFleet, existing, type ExistingClusterProps, gitServer, gitServerAddress, kind } from '../../../model';
import { problems } from '../problems';

const fleet =
  (props: object, git = gitServer({ address: 'build.example.com' })) =>
  () =>
    defineFleet({ git, clusters: { prod: existing(props as ExistingClusterProps) }, apps: {}, runs: { prod: {} } });

it('takes a kubeconfig and a context, or neither, or the cluster of the pod', () => {
  for (const props of [{}, { kubeconfig: '~/.kube/config', context: 'admin@prod' }, { inCluster: true }])
    expect(fleet(props)).not.toThrow();
});

it('refuses what is not text, what is unknown, and two ways at once', () => {
  expect(problems(fleet({ kubeconfig: '', context: 3, contexts: 'prod' }))).toEqual([
    'clusters.prod.contexts: unknown property `contexts`',
    'clusters.prod.kubeconfig: invalid text: ``',
    'clusters.prod.context: invalid text: `3`',
  ]);
  expect(problems(fleet({ inCluster: true, context: 'prod' }))).toEqual([
    'clusters.prod: both `inCluster` and a kubeconfig or context lead to it',
  ]);
});

it('needs an address of the git server, which clusters on this machine do not', () => {
  expect(problems(fleet({}, gitServer()))).toEqual([
    expect.stringMatching(/^clusters\.prod: the git server .* can only be reached from its own Docker network/),
  ]);
  expect(() => defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} } })).not.toThrow();
});

it('reads the address of the git server with its port, or with the port that it has here', () => {
  const name = { name: 'flux-fleet' };
  expect(gitServerAddress(gitServer({ address: '192.0.2.10', port: 2300 }), name)).toEqual({
    host: '192.0.2.10',
    port: 2300,
  });
  expect(gitServerAddress(gitServer({ address: 'git.example.com:22' }), name)).toEqual({
    host: 'git.example.com',
    port: 22,
  });
  expect(gitServerAddress(gitServer(), name)).toBeUndefined();
  expect(problems(fleet({}, gitServer({ address: 'ssh://git.example.com' })))).toEqual([
    'git.address: invalid address: `ssh://git.example.com`',
  ]);
});
