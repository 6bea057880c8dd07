import { execa } from 'execa';
import { pulumiCredentials } from '../../machine/environment';
import { repositoryRoot } from '../../machine/paths';
import type { Checkpoint } from '../../machine/pulumi-state';
import { FleetError } from '../../model';

/** How long a backend may take to answer, in ms. */
const patience = 60_000;

export interface PulumiProps {
  readonly url: string;
  readonly input?: string;
}

/**
 * Asks Pulumi something of its backend, and gives its output.
 *
 * @throws FleetError when the backend does not answer within a minute, or refuses
 */
export async function pulumi(args: readonly string[], { url, input }: PulumiProps): Promise<string> {
  const env = { ...pulumiCredentials(), PULUMI_BACKEND_URL: url };
  const options = { cwd: repositoryRoot, env, reject: false, timeout: patience, input: input ?? '' } as const;
  const { exitCode, stdout, stderr, timedOut } = await execa('pulumi', [...args, '--non-interactive'], options);
  if (exitCode === 0) return stdout;
  throw backendError(url, timedOut ? 'no answer within a minute' : stderr);
}

/** A stack as Pulumi exports it. */
export interface Export {
  readonly version?: number;
  readonly deployment?: Checkpoint;
}

/** A stack's state. With `--show-secrets` they are in plain text: it is never written anywhere then. @throws FleetError */
export async function exported(url: string, stack: string, ...options: readonly '--show-secrets'[]): Promise<Export> {
  return JSON.parse(await pulumi(['stack', 'export', '--stack', stack, ...options], { url })) as Export;
}

/** What to do about a state of another fleet, as an instruction. */
export const joinThatFleet =
  'Run `npm run fleet -- join` in a fresh clone, with the text that `npm run fleet -- invite` prints in a clone of that ' +
  'fleet; or set another path in `state`, for a fleet of its own';

/** What a backend's answer means, by its words, and what to do about it. */
const answers: readonly { readonly pattern: RegExp; readonly problem: string; readonly next: string }[] = [
  {
    pattern: /incorrect passphrase/i,
    problem: 'it has the state of a fleet with another passphrase than this clone',
    next: joinThatFleet,
  },
  {
    pattern: /NoSuchBucket|bucket.*(not exist|not found)|ContainerNotFound/i,
    problem: 'there is no such bucket',
    next: 'Create it, or set `state` to one that exists',
  },
  {
    pattern:
      /credential|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden|Unauthorized|\b40[13]\b|AuthorizationFailed|pulumi login|access token/i,
    problem: 'it refuses this user, or the environment has no credentials for it',
    next: 'Set its credentials in the environment, as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for s3://, and run this again',
  },
];

/** The error for what Pulumi printed about its backend. */
export function backendError(url: string, printed: string): FleetError {
  const lines = printed.split('\n').map((line) => line.trim());
  const said = lines.find((line) => /^error: /.test(line)) ?? lines.find(Boolean) ?? 'no answer';
  const known = answers.find(({ pattern }) => pattern.test(printed));
  const detail = said.replace(/^error: /, '');
  return new FleetError({
    place: `Pulumi's state at ${url}`,
    problem: known ? `${known.problem} (${detail})` : `it cannot be read: ${detail}`,
    next: known?.next ?? 'Make sure that this machine reaches it, and run the same command again',
  });
}
