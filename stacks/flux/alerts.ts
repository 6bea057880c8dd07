import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { fluxNamespace, fluxRoot } from '../../model';

const metadata = { name: fluxRoot, namespace: fluxNamespace };
const apiVersion = 'notification.toolkit.fluxcd.io/v1beta3';

/** Posts every failure of Flux in the cluster to one place: https://fluxcd.io/flux/components/notification/alerts */
export function alerts(
  { cluster, address }: { cluster: string; address: string },
  opts: pulumi.CustomResourceOptions,
): void {
  const provider = new k8s.apiextensions.CustomResource(
    'alerts',
    { apiVersion, kind: 'Provider', metadata, spec: { type: 'generic', address } },
    opts,
  );
  new k8s.apiextensions.CustomResource(
    'alerts',
    {
      apiVersion,
      kind: 'Alert',
      metadata,
      spec: {
        providerRef: { name: metadata.name },
        eventSeverity: 'error',
        eventSources: ['GitRepository', 'Kustomization', 'HelmRelease'].map((kind) => ({ kind, name: '*' })),
        eventMetadata: { cluster },
      },
    },
    { ...opts, dependsOn: [provider] },
  );
}
