import { startStopped } from '../../../machine/docker';
import { localPath } from '../../../machine/paths';
import {
  alertLogContainer,
  type GitServer,
  gitServerContainer,
  gitServerModel,
  gitServerPort,
  gitServerUrl,
  localPaths,
  repositoryVolume,
} from '../../../model';
import { sshCommand } from '../../ssh-command';
import type { RepositoryProvider } from '../provider';
import { clearTheWay, gitServerNames, removeData, removeLeftovers } from './leftovers';

export const gitServerProvider: RepositoryProvider<GitServer> = {
  program: () => import('./program.ts'),
  title: 'Git server',
  access: (fleet) => ({
    url: gitServerUrl(`127.0.0.1:${gitServerPort(fleet.git, fleet)}`),
    environment: {
      GIT_SSH_COMMAND: sshCommand({ key: localPath(localPaths.userKey), knownHosts: localPath(localPaths.knownHosts) }),
    },
  }),
  endpoint: (fleet) => ({ host: gitServerContainer(fleet), port: 22 }),
  announces: true,
  prepare: clearTheWay,
  start: (fleet) => startStopped([gitServerContainer(fleet), alertLogContainer(fleet)]),
  cleanUp: (fleet) => removeLeftovers(fleet),
  removeData,
  kept: (fleet) => `in the Docker volume ${repositoryVolume(fleet)}`,
  needs: (fleet) => ({
    ports: gitServerModel.hostPorts(fleet.git, fleet).map(({ port, path }) => ({
      port: Number(port),
      place: `git.${path}`,
      owners: [gitServerContainer(fleet)],
    })),
    nodes: 0,
  }),
  names: gitServerNames,
};
