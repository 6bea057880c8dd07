import { dirname, join, sep } from 'node:path';
import { homeDirectory, repositoryRoot } from './paths';

type Environment = Record<string, string | undefined>;

/** By the start of their names, the settings of the programs that we start or are started by; and those of shells. */
const settings = [
  /^(BUILDKIT|GIT|KIND|NODE|NPM|PULUMI|SOPS|TS_NODE)_/i,
  /^(BASH_ENV|BASH_FUNC_.*|BASHOPTS|CDPATH|ENV|GLOBIGNORE|POSIXLY_CORRECT|SHELLOPTS|TAR_OPTIONS)$/,
  /^DOCKER_(BUILDKIT|CONTENT_TRUST|DEFAULT_PLATFORM)$/,
];

/** Where the user's own git settings are, and who the user is. */
const gitUser = /^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|(AUTHOR|COMMITTER)_(NAME|EMAIL))$/;

/** The settings that are kept: they say who and where the user is, and what the user is asked. */
const kept = [gitUser, /^(PULUMI_HOME|PULUMI_SKIP_CONFIRMATIONS|NODE_EXTRA_CA_CERTS|SOPS_EDITOR)$/];

const loopback = ['127.0.0.1', 'localhost', '::1'];

/** Whether a variable would change what we do, and so is set by us or by nobody. */
function isForeign(name: string): boolean {
  return settings.some((pattern) => pattern.test(name)) && !kept.some((pattern) => pattern.test(name));
}

/**
 * The environment of every process that we start, made of the one of this process: without the settings of the programs
 * that we run, without what `npm run` adds, and with no way through a proxy to this machine.
 */
export function ownEnvironment(environment: Environment): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isForeign(name)) own[name] = value;
  }
  own['PATH'] = ownPath(environment['PATH']);
  own['HOME'] ||= homeDirectory();
  if (Object.keys(own).some((name) => /^(https?|all)_proxy$/i.test(name))) {
    const hosts = `${own['no_proxy'] ?? ''},${own['NO_PROXY'] ?? ''}`.split(',').map((host) => host.trim());
    own['no_proxy'] = own['NO_PROXY'] = [...new Set([...hosts.filter(Boolean), ...loopback])].join(',');
  }
  return own;
}

/** By what Pulumi proves to its own service who the user is: no other program gets it. */
const pulumiToken = 'PULUMI_ACCESS_TOKEN';

const removed = new Map<string, string | undefined>();

/** Makes {@link ownEnvironment} this process's, so that whatever is started from here has it. */
export function useOwnEnvironment(): void {
  const own = ownEnvironment(process.env);
  for (const name of foreignVariables()) {
    removed.set(name, process.env[name]);
    delete process.env[name];
  }
  Object.assign(process.env, own);
}

/** The variables that the processes that we start do not have, and the user's shell has. */
export function foreignVariables(): string[] {
  return [...removed.keys(), ...Object.keys(process.env).filter(isForeign)];
}

/** What Pulumi's own processes get beside this process's environment: the user's credentials of its service. */
export function pulumiCredentials(): Record<string, string> {
  const token = removed.get(pulumiToken) ?? process.env[pulumiToken];
  return token ? { [pulumiToken]: token } : {};
}

/** The environment of git where the user's settings do not count: none of its own variables is set. */
export function gitEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(ownEnvironment(process.env)).filter(([name]) => !name.startsWith('GIT_')));
}

/** PATH without the folders that npm puts in front of it, in which a shell finds nothing. */
function ownPath(path = ''): string {
  const parents = [repositoryRoot];
  while (dirname(parents[0]!) !== parents[0]) parents.unshift(dirname(parents[0]!));
  const added = new Set(parents.map((parent) => join(parent, 'node_modules', '.bin')));
  return path
    .split(':')
    .filter((folder) => !added.has(folder) && !folder.endsWith(`${sep}node-gyp-bin`))
    .join(':');
}
