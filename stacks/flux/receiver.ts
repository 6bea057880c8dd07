import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { receiverNodePort as nodePort } from '../receiver-url';

const namespace = 'flux-system';
const name = 'flux-system';
const controller = { app: 'notification-controller' };

/**
 * Lets the git server tell Flux of a push, so that it need not wait for the next poll: a Receiver, and a way to it from
 * outside of the cluster. https://fluxcd.io/flux/components/notification/receivers
 */
export function receiver(token: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): void {
  const metadata = { name, namespace };
  const secret = new k8s.core.v1.Secret(
    'receiver-token',
    { metadata: { name: 'receiver-token', namespace }, stringData: { token } },
    opts,
  );
  new k8s.core.v1.Service(
    'receiver',
    {
      metadata: { name: 'receiver', namespace },
      spec: {
        type: 'NodePort',
        selector: controller,
        ports: [{ name: 'http', port: 80, targetPort: 'http-webhook', nodePort }],
      },
    },
    opts,
  );
  new k8s.networking.v1.NetworkPolicy(
    'receiver',
    {
      metadata: { name: 'allow-receiver', namespace },
      spec: {
        podSelector: { matchLabels: controller },
        policyTypes: ['Ingress'],
        // Flux's own policy lets only pods in; the git server is none.
        ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 9292, protocol: 'TCP' }] }],
      },
    },
    opts,
  );
  new k8s.apiextensions.CustomResource(
    'receiver',
    {
      apiVersion: 'notification.toolkit.fluxcd.io/v1',
      kind: 'Receiver',
      metadata,
      spec: {
        type: 'generic',
        secretRef: { name: 'receiver-token' },
        resources: [{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', name }],
      },
    },
    { ...opts, dependsOn: [secret] },
  );
}
