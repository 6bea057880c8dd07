import { startStopped } from '../../../machine/docker';
import type { MachineNames } from '../../../machine/ownership';
import { type Fleet, type Hosted, networkName } from '../../../model';
import { alertsModels } from '../../../model/alerts';
import { clusterModels } from '../../../model/clusters';
import { fullUrl, portOf } from '../../../model/repositories/git-address';
import { clearTheWay, removeData, removeLeftovers } from '../git-server/leftovers';
import type { FleetWith, RepositoryProvider } from '../provider';
import { accessWith, addressOf, ofClone, signingKey } from './credentials';
import { pullRequestPage, repositoryCredentials } from './needed';

/** What such a fleet has on this machine: the network of the clusters here, and the log of their failures. */
export function localNames(fleet: Fleet): Required<Pick<MachineNames, 'containers' | 'networks'>> {
  const isHere = Object.values(fleet.clusters).some((cluster) => !clusterModels.of(cluster).isElsewhere);
  const container = alertsModels.of(fleet.alerts).container?.(fleet.alerts, fleet);
  return {
    containers: isHere && container ? [container.name] : [],
    networks: isHere ? [networkName(fleet)] : [],
  };
}

const place = ({ git }: FleetWith<Hosted>) => `at ${fullUrl(addressOf(git))}, in branch ${git.branch}`;

export const hostedProvider: RepositoryProvider<Hosted> = {
  program: () => import('./program.ts'),
  title: 'Hosted repository',
  access: ({ git }) => accessWith(git, ofClone),
  endpoint({ git }) {
    const address = addressOf(git);
    return { host: address.host, port: portOf(address), isSsh: address.scheme === 'ssh' };
  },
  announces: false,
  credentials: repositoryCredentials,
  signs: ({ git }) => signingKey(git)?.publicKey,
  pullRequest: ({ git }, branch) => pullRequestPage(git, branch),
  prepare: (fleet, stack) => clearTheWay(fleet, stack, localNames(fleet)),
  start: (fleet) => startStopped(localNames(fleet).containers),
  cleanUp: (fleet) => removeLeftovers(fleet, localNames(fleet)),
  // The hosted repository is somebody else's. What is removed is of the git server that the fleet may have had before.
  removeData,
  kept: place,
  stays: (fleet) =>
    `The commits stay ${place(fleet)}: somebody else made the repository. Remove the keys or the token there.`,
  needs: () => ({ ports: [], nodes: 0 }),
  names: localNames,
};
