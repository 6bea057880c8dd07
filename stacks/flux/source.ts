import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { branch, clusterFolder, fluxInterval, fluxNamespace, fluxRoot } from '../../model';
import type { FluxSource } from '../repositories/provider';

/**
 * The repository, its credentials, and the root Flux Kustomization.
 *
 * @param keys what Flux decrypts with, which the root Flux Kustomization needs
 */
export function fluxSource(
  { cluster, url, credentials }: FluxSource & { cluster: string },
  opts: pulumi.CustomResourceOptions,
  keys: pulumi.Resource,
): void {
  const metadata = { name: fluxRoot, namespace: fluxNamespace };
  const secret = new k8s.core.v1.Secret('deploy-key', { metadata, stringData: { ...credentials } }, opts);
  const repository = new k8s.apiextensions.CustomResource(
    'repository',
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: { url, ref: { branch }, secretRef: { name: metadata.name }, interval: fluxInterval, timeout: '60s' },
    },
    { ...opts, dependsOn: [secret] },
  );
  new k8s.apiextensions.CustomResource(
    'root',
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {
        sourceRef: { kind: 'GitRepository', name: metadata.name },
        path: `./${clusterFolder(cluster)}`,
        interval: fluxInterval,
        retryInterval: '1m',
        timeout: '3m',
        prune: true,
        // Flux is locked down: without a name here it would be reconciled by a service account that may do nothing.
        serviceAccountName: 'kustomize-controller',
        // Were this object ever removed by itself, the apps that it brought would stay.
        deletionPolicy: 'Orphan',
      },
    },
    { ...opts, dependsOn: [repository, keys] },
  );
}
