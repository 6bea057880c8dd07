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
  /**
   * The name or address of this machine by which clusters elsewhere reach the server, with a port where that is not `port`:
   * `'build.example.com'`, `'192.0.2.10:2222'`. The port is then opened on every address of this machine, for keys alone.
   * @default - none: the port is opened on 127.0.0.1, and only clusters on this machine's Docker network reach the server
   */
  readonly address?: string;
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

/** The host and the port by which clusters elsewhere reach a fleet's git server; undefined where they do not. */
export function gitServerAddress(server: GitServer, fleet: FleetName): { host: string; port: number } | undefined {
  const [host, port = gitServerPort(server, fleet)] = server.address?.split(':') ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}

const address = v.pattern(
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[1-9]\d{0,4})?$/,
  'address',
  'Write it as in `build.example.com` or `192.0.2.10:2222`',
);

export const gitServerModel: RepositoryModel<GitServer> = {
  schema: v.schema<GitServerProps>({ port: v.optional(v.port), address: v.optional(address) }),
  lackElsewhere: (server) =>
    server.address === undefined
      ? {
          problem:
            'the git server of this machine can only be reached from its own Docker network, and the cluster is not on it',
          next: "Set `git: gitServer({ address: '…' })` to the name or address by which the cluster reaches this machine",
        }
      : undefined,
  hostPorts: (server, fleet) => [{ port: toText(gitServerPort(server, fleet)), path: 'port' }],
};
