import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { fluxNamespace as namespace, fluxRoot, receiverNodePort as nodePort, receiverTokenSecret } from '../../model';

const controller = { app: 'notification-controller' };

/**
 * Lets the repository's server announce a push to Flux, which then does not wait for its next poll: a Receiver, and a
 * way to it from outside of the cluster. https://fluxcd.io/flux/components/notification/receivers
 */
export function receiver(token: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): void {
  const secret = new k8s.core.v1.Secret(
    receiverTokenSecret,
    { metadata: { name: receiverTokenSecret, namespace }, stringData: { token } },
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
        // Flux's own policy lets only pods in, and the repository's server is outside.
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
      metadata: { name: fluxRoot, namespace },
      spec: {
        type: 'generic',
        secretRef: { name: receiverTokenSecret },
        resources: [{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', name: fluxRoot }],
      },
    },
    { ...opts, dependsOn: [secret] },
  );
}
