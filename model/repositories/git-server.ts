import { withDefaults } from '../defaults';
import { discriminatedUnion, optional, port, schema } from '../validation/schema';

/** What may be said of the fleet's git server. */
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
  return { ...withDefaults({ port: 2222 }, props), type: 'git-server' };
}

/** The stack that holds the git server; every other stack is a cluster of that name. */
export const gitServerStack = 'git-server';

/** The name of the server's container, which is its host name on the fleet's network. */
export const gitServerHost = 'gitserver';

/** The bare repository in the server's container. */
export const repositoryPath = '/git-server/repos/infra';

/** The branch that Flux reads. */
export const branch = 'main';

/** The repository's address as the clusters see it. */
export const clusterGitUrl = `ssh://git@${gitServerHost}${repositoryPath}`;

/** The repository's address as this machine sees it. */
export function hostGitUrl({ port }: GitServer): string {
  return `ssh://git@127.0.0.1:${port}${repositoryPath}`;
}

/** The Docker volume that holds the repository, whatever becomes of the server's container. */
export function repositoryVolume(fleet: string): string {
  return `${fleet}-repositories`;
}

export const repositoryRule = discriminatedUnion<GitServer>(
  { 'git-server': schema<GitServerProps>({ port: optional(port) }) },
  { what: 'a git server', example: 'gitServer()' },
);
