import type { k8s } from 'cdk8s-plus-28';
import type { WebApp } from '../../../model';

/** An Ingress that forwards each host of a web app to its Service. */
export function ingressSpec(name: string, { hosts, ingressClass }: WebApp): k8s.IngressSpec {
  return {
    ...(ingressClass && { ingressClassName: ingressClass }),
    rules: hosts.map((host) => ({
      host,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
    })),
  };
}
