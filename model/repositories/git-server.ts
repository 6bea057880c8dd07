import { withDefaults } from '../defaults';
import { defaultGitPort } from '../names';
import * as v from '../validation/schema';
import { toText } from '../validation/values';
import type { RepositoryModel } from './repository';

/** Properties of the fleet's git server. */
export interface GitServerProps {
  /**
   * The port of 127.0.0.1 that leads to the server's SSH.
   * @default 2222
   */
  readonly port?: number;
}

/** A git server in a container on this machine, reached over SSH by keys alone. */
export interface GitServer extends Required<GitServerProps> {
  readonly type: 'git-server';
}

/** A git server in a container on this machine. */
export function gitServer(props: GitServerProps = {}): GitServer {
  return { ...withDefaults({ port: defaultGitPort }, props), type: 'git-server' };
}

/** What the checks of `fleet.ts` know of git servers. */
export const gitServerModel: RepositoryModel<GitServer> = {
  schema: v.schema<GitServerProps>({ port: v.optional(v.port) }),
  hostPorts: (server) => [{ port: toText(server.port), path: 'port' }],
};
