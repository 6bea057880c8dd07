import type { Problem } from '../fleet-error';

/** Where a repository is, as its address says. */
export interface GitAddress {
  readonly scheme: 'ssh' | 'https';
  /** Who logs in by SSH. */
  readonly user?: string;
  readonly host: string;
  /** @default - the scheme's own */
  readonly port?: number;
  /** Without the slash at its start: `org/fleet.git`. */
  readonly path: string;
}

const defaultPorts = { ssh: 22, https: 443 } as const;

// Of the short form of SSH, what is before the first slash has a colon: https://git-scm.com/docs/git-clone#_git_urls
const short = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)\/?([^\s?#]+)$/;
const long = /^(ssh|https):\/\/(?:([\w.-]+)@)?([\w.-]+)(?::(\d{1,5}))?\/([^\s?#]+)$/;

/** The parts of an address that {@link addressProblem} finds nothing wrong with; undefined for others. */
export function gitAddress(url: string): GitAddress | undefined {
  const [, scheme, ...parts] = long.exec(url) ?? [];
  const [user, host = '', port, path = ''] = scheme ? parts : shortParts(url);
  if (!host || !path) return undefined;
  return {
    scheme: (scheme ?? 'ssh') as GitAddress['scheme'],
    ...(user && { user }),
    host: host.toLowerCase(),
    ...(port && { port: Number(port) }),
    path: path.replace(/\/+$/, ''),
  };
}

function shortParts(url: string): (string | undefined)[] {
  const [, user, host, path] = short.exec(url) ?? [];
  return [user, host, undefined, path];
}

/** The address with its scheme, as Flux takes it. */
export function fullUrl({ scheme, user, host, port, path }: GitAddress): string {
  const login = user ? `${user}@` : scheme === 'ssh' ? 'git@' : '';
  return `${scheme}://${login}${host}${port ? `:${port}` : ''}/${path}`;
}

/** The port at which the server answers. */
export function portOf({ scheme, port }: GitAddress): number {
  return port ?? defaultPorts[scheme];
}

/** What is wrong with an address. It may contain a password, so it is not repeated. */
export function addressProblem(url: unknown): Pick<Problem, 'problem' | 'next'> | undefined {
  if (typeof url !== 'string')
    return {
      problem: 'it is not the address of a Git repository',
      next: 'Write it as in `https://github.com/org/fleet.git`',
    };
  if (/^(http|git):\/\//i.test(url))
    return { problem: 'what is read there is neither encrypted nor checked', next: 'Use `https://` or `ssh://`' };
  if (/^(file:|[./~])/i.test(url))
    return {
      problem: 'no cluster reaches a folder of this machine',
      next: 'Use an address by SSH or HTTPS, or `gitServer()`',
    };
  if (/^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(url) || /^https:\/\/[^/]*@/i.test(url)) {
    const next =
      'Remove what is before the `@`, and run `npm run fleet -- repository token`, which keeps a token out of files';
    return { problem: 'it has credentials in it, and `fleet.ts` is in Git', next };
  }
  const address = gitAddress(url);
  if (!address)
    return {
      problem: 'it is not the address of a Git repository by SSH or HTTPS',
      next: 'Write it as in `https://github.com/org/fleet.git` or as in `git@github.com:org/fleet.git`',
    };
  if (/^(localhost|127(\.\d+){3})$/.test(address.host))
    return {
      problem: 'it leads each cluster to itself, and not to this machine',
      next: 'Use a name or an address by which the clusters reach the server too',
    };
  return undefined;
}
