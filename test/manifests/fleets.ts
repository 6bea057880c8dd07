import { defineFleet, env, file, type Fleet, kind, webApp } from '../../model';
import { encrypted } from './site';

const podinfo = { image: 'registry.example.com:5000/podinfo', tag: '6.9.2', port: 9898 };

/** What {@link everything} reads beside its fleet.ts. */
export const beside = {
  'secrets/dev/full.yaml': encrypted('full', ['API_KEY', 'tls.key', 'unused']),
  'secrets/prod/full.yaml': encrypted('full', ['tls.key', 'API_KEY']),
};

/** A fleet that says everything that can be said; `reversed` says the same in the opposite order. */
export function everything({ reversed = false } = {}): Fleet {
  const order = <V>(object: Record<string, V>) =>
    Object.fromEntries(reversed ? Object.entries(object).reverse() : Object.entries(object));
  const full = webApp({
    ...podinfo,
    args: ['--level=debug', '--random-delay'],
    env: order({ B: 'yes', A: '1.10', C: 'a: ${b} # "c"\nd' }),
    secrets: order({ API_KEY: env(), 'tls.key': file('/etc/tls') }),
    hosts: ['full.example.com', '*.full.example.com'],
    ingressClass: 'nginx',
    after: ['bare'],
    timeout: '5m',
    replicas: 2,
    nodePort: 30080,
    readyPath: '/ready',
    livePath: '/live',
    resources: order({ requests: order({ cpu: '50m', memory: '64Mi' }), limits: order({ cpu: '1', memory: '1Gi' }) }),
  });
  const changed = {
    replicas: 3,
    tag: '7.0',
    env: order({ D: 'null', B: '0x1F', A: null }),
    resources: order({ requests: order({ memory: '128Mi', cpu: '0.1' }), limits: order({ memory: '2Gi' }) }),
    hosts: ['www.example.com'],
    patches: order({
      Service: [{ op: 'replace', path: '/spec/type', value: 'ClusterIP' }],
      Deployment: { spec: { template: { spec: { priorityClassName: 'high' } } } },
    }),
  };
  return defineFleet({
    clusters: order({ dev: kind(), prod: kind({ workers: 2, ports: { 8080: 30080 } }), empty: kind() }),
    apps: order({ full, bare: webApp({ ...podinfo, resources: {} }), idle: webApp(podinfo) }),
    runs: order({
      dev: order({ full: {}, bare: { hosts: ['bare.example.com'] } }),
      prod: order({ full: order<unknown>(changed), bare: {} }),
      empty: {},
    }),
  });
}
