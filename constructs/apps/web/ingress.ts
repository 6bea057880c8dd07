import type { k8s } from 'cdk8s-plus-28';
import type { WebApp } from '../../../model';

/** The hosts of a web app, each of which leads to its Service. */
export function ingressSpec(name: string, { hosts, ingressClass }: WebApp): k8s.IngressSpec {
  return {
    ...(ingressClass && { ingressClassName: ingressClass }),
    rules: hosts.map((host) => ({
      host,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
    })),
  };
}
