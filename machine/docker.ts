import { lastLine } from './files';
import { join } from 'node:path';
import { execa } from 'execa';

export type Engine =
  | { readonly state: 'answers'; readonly version: string }
  | { readonly state: 'no command' | 'denied' | 'stopped'; readonly detail: string };

/** Asks Docker's engine for its version. Takes at most 10 s. */
export async function askEngine(): Promise<Engine> {
  const { stdout, stderr, failed, code, timedOut } = await execa(
    'docker',
    ['version', '--format', '{{.Server.Version}}'],
    { reject: false, timeout: 10_000 },
  );
  if (!failed) return { state: 'answers', version: stdout.trim() };
  if (code === 'ENOENT') return { state: 'no command', detail: 'the command `docker` is not on PATH' };
  // Without the final question and the addresses that it tried.
  const reason = lastLine(stderr)
    .replace(/\. Is the docker daemon running\?$/, '')
    .replace(/: (Get|Head|Post) .*$/, '');
  const detail = timedOut ? 'the engine did not answer within 10 s' : reason;
  return { state: /permission denied/i.test(detail) ? 'denied' : 'stopped', detail };
}

/** What Docker's engine has for a name, and no other engine; undefined where none answers. */
export async function engineId(): Promise<string | undefined> {
  const { stdout, failed } = await execa('docker', ['info', '--format', '{{.ID}}'], { reject: false, timeout: 10_000 });
  return failed ? undefined : stdout.trim() || undefined;
}

export interface LocalImage {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The images that the engine has, by those of the references that name them. */
export async function localImages(references: readonly string[]): Promise<Map<string, LocalImage>> {
  const format = '{{json .RepoTags}}\t{{json .RepoDigests}}\t{{.Id}}\t{{json .Config.Labels}}';
  // It prints the images that exist, and fails when one does not.
  const { stdout } = await execa('docker', ['image', 'inspect', '--format', format, ...references], { reject: false });
  const found = new Map<string, LocalImage>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [tags, digests, id, labels] = line.split('\t') as [string, string, string, string];
    const image = { id, labels: (JSON.parse(labels) as Record<string, string> | null) ?? {} };
    const names = new Set([tags, digests].flatMap((json) => (JSON.parse(json) as string[] | null) ?? []));
    // Docker knows an image pulled as `name:tag@digest` by `name@digest`.
    for (const reference of references) if (names.has(reference.replace(/:[^/@]+@/, '@'))) found.set(reference, image);
  }
  return found;
}

/**
 * The variables by which programs without Docker's contexts, as Pulumi's provider, reach the engine that the command
 * `docker` uses; none where that is the default.
 */
export async function contextVariables(): Promise<Record<string, string>> {
  const { stdout, exitCode } = await execa('docker', ['context', 'inspect'], { reject: false });
  if (exitCode !== 0) return {};
  const [context] = JSON.parse(stdout) as [Context?];
  const host = context?.Endpoints.docker?.Host;
  if (!host || context.Name === 'default') return {};
  const tls = context.TLSMaterial.docker && {
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: join(context.Storage.TLSPath, 'docker'),
  };
  return { DOCKER_HOST: host, ...tls };
}

interface Context {
  readonly Name: string;
  readonly Endpoints: { readonly docker?: { readonly Host: string } };
  readonly TLSMaterial: { readonly docker?: readonly string[] };
  readonly Storage: { readonly TLSPath: string };
}

/** Docker's inspection of an object by a Go template, undefined where there is none of that name. */
export async function inspect(kind: string, name: string, format: string): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('docker', [kind, 'inspect', '--format', format, name], { reject: false });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** Starts those containers of these names that have stopped, as after a restart of the machine. */
export async function startStopped(names: readonly string[]): Promise<void> {
  const states = await Promise.all(names.map((name) => inspect('container', name, '{{.State.Status}}')));
  const stopped = names.filter((_, index) => states[index] === 'exited');
  if (stopped.length > 0) await execa('docker', ['start', ...stopped]);
}
