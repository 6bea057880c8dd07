import { withDefaults } from '../defaults';
import { defaultGitPort, type FleetName } from '../names';
import * as v from '../validation/schema';
import { toText } from '../validation/values';
import type { RepositoryModel } from './repository';

export interface GitServerProps {
  /**
   * The port of 127.0.0.1 that leads to the server's SSH.
   * @default - 2222; for a fleet with a name of its own, a port from 20000 to 29999 that the name gives
   */
  readonly port?: number;
}

/** A git server in a container on this machine, reached over SSH by keys alone. */
export interface GitServer extends GitServerProps {
  readonly type: 'git-server';
}

/** A git server in a container on this machine. */
export function gitServer(props: GitServerProps = {}): GitServer {
  return { ...withDefaults({}, props), type: 'git-server' };
}

/** The port of 127.0.0.1 that leads to the SSH of a fleet's git server. */
export function gitServerPort({ port }: GitServer, fleet: FleetName): number {
  return port ?? defaultGitPort(fleet);
}

export const gitServerModel: RepositoryModel<GitServer> = {
  schema: v.schema<GitServerProps>({ port: v.optional(v.port) }),
  hostPorts: (server, fleet) => [{ port: toText(gitServerPort(server, fleet)), path: 'port' }],
};
