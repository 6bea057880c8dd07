import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import {
  authorsSecret,
  clusterFolder,
  fluxInterval,
  fluxNamespace,
  fluxRoot,
  inFolder,
  type RepositoryLayout,
} from '../../model';
import { mapValues } from '../../model/defaults';
import type { FluxSource } from '../repositories/provider';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * The repository, its credentials, and the root Flux Kustomization.
 *
 * @param keys what Flux decrypts with, which the root Flux Kustomization needs
 */
export function fluxSource(
  { cluster, url, credentials, trusted, layout }: FluxSource & { cluster: string; layout: RepositoryLayout },
  opts: pulumi.CustomResourceOptions,
  keys: pulumi.Resource,
): void {
  const metadata = { name: fluxRoot, namespace: fluxNamespace };
  // As `data`: an entry that is gone from `stringData` would stay, and Flux reads a password there as that of the key.
  const data = mapValues(credentials, (value) => pulumi.output(value).apply(base64));
  const secret = new k8s.core.v1.Secret('deploy-key', { metadata, data }, opts);
  // https://fluxcd.io/flux/components/source/gitrepositories/#verification
  const authors =
    trusted === undefined
      ? undefined
      : new k8s.core.v1.Secret(
          'authors',
          { metadata: { ...metadata, name: authorsSecret }, stringData: { 'authors.sshpub': trusted } },
          opts,
        );
  const repository = new k8s.apiextensions.CustomResource(
    'repository',
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: {
        url,
        ref: { branch: layout.branch },
        secretRef: { name: metadata.name },
        interval: fluxInterval,
        timeout: '60s',
        ...(authors && { verify: { mode: 'HEAD', secretRef: { name: authorsSecret } } }),
      },
    },
    { ...opts, dependsOn: authors ? [secret, authors] : [secret] },
  );
  new k8s.apiextensions.CustomResource(
    'root',
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {
        sourceRef: { kind: 'GitRepository', name: metadata.name },
        path: `./${inFolder(layout.folder, clusterFolder(cluster))}`,
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
