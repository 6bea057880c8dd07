import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { cdk8sApp, defineFleet, kind } from '../../model';

/** Flux writes a cluster's domain for `${DOMAIN}`. In prod, both have two pods, of another registry. */
function shop(scope: Construct): void {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  for (const name of ['front', 'back']) {
    const env = [{ name: 'DOMAIN', value: `${name}.\${DOMAIN}` }];
    const labels = { part: name };
    new k8s.KubeDeployment(scope, name, {
      metadata: { name, labels: { tier: 'shop' } },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name, image: 'registry.example.com/shop:1.4', env, securityContext }] },
        },
      },
    });
  }
}

export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: { shop: cdk8sApp({ construct: shop, postBuild: { substitute: { DOMAIN: 'dev.example.com' } } }) },
  runs: {
    dev: { shop: {} },
    prod: {
      shop: {
        postBuild: { substitute: { DOMAIN: 'example.com' } },
        images: { 'registry.example.com/shop': { name: 'mirror.example.com/shop' } },
        patches: [{ target: { kind: 'Deployment', labelSelector: 'tier=shop' }, patch: { spec: { replicas: 2 } } }],
      },
    },
  },
});
