import { type ExistingCluster, existingContext } from '../../../model';
import type { ClusterProvider } from '../provider';
import { ownKubeconfig } from './kubeconfig';

export const existingProvider: ClusterProvider<ExistingCluster> = {
  program: () => import('./program.ts'),
  context: ({ fleet, name }) => existingContext(fleet, name),
  kubeconfig: ownKubeconfig,
  start: () => Promise.resolve(),
  kept: ({ fleet, name }) => {
    const apps = Object.keys(fleet.runs[name] ?? {});
    const what = apps.length > 0 ? `, and so does what Flux has applied there: ${apps.join(', ')}` : '';
    return `Cluster ${name} stays, because somebody else made it${what}.`;
  },
  // The git server seldom reaches it. Flux polls.
  receiverAddress: () => undefined,
  names: ({ name, cluster }) => ({ elsewhere: cluster ? [name] : [] }),
  needs: () => ({ ports: [], nodes: 0 }),
};
