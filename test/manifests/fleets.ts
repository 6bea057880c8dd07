import { defineFleet, type Fleet, kind, webApp } from '../../model';

const podinfo = { image: 'registry.example.com:5000/podinfo', tag: '6.9.2', port: 9898 };

/** A fleet that says everything that can be said; `reversed` says the same in the opposite order. */
export function everything({ reversed = false } = {}): Fleet {
  const order = <V>(object: Record<string, V>) =>
    Object.fromEntries(reversed ? Object.entries(object).reverse() : Object.entries(object));
  const full = webApp({
    ...podinfo,
    args: ['--level=debug', '--random-delay'],
    env: order({ B: 'yes', A: '1.10', C: 'a: ${b} # "c"\nd' }),
    replicas: 2,
    nodePort: 30080,
    readyPath: '/ready',
    livePath: '/live',
    resources: order({ requests: order({ cpu: '50m', memory: '64Mi' }), limits: order({ cpu: '1', memory: '1Gi' }) }),
  });
  const changed = {
    replicas: 3,
    tag: '7.0',
    env: order({ D: 'null', B: '0x1F' }),
    resources: order({ requests: order({ memory: '128Mi', cpu: '0.1' }), limits: order({ memory: '2Gi' }) }),
  };
  return defineFleet({
    clusters: order({ dev: kind(), prod: kind({ workers: 2, ports: { 8080: 30080 } }), empty: kind() }),
    apps: order({ full, bare: webApp({ ...podinfo, resources: {} }), idle: webApp(podinfo) }),
    runs: order({ dev: order({ full: {}, bare: {} }), prod: order({ full: order<unknown>(changed) }), empty: {} }),
  });
}
