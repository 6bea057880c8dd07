import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { joinedAgeKeys } from '../machine/age-key';
import { fleetDirectory, makePrivate } from '../machine/paths';
import { writePrivateFile } from '../machine/private-file';
import { stateDirectory } from '../machine/pulumi-state';
import { type Fleet, FleetError, hostGitUrl } from '../model';
import type { Provision } from './provide';

/** The kubeconfig of a cluster, which its stack writes. */
export function kubeconfigPath(cluster: string): string {
  return join(fleetDirectory, 'kubeconfig', cluster);
}

/** The value of GIT_SSH_COMMAND by which the user's key reaches the git server, whose host key is pinned. */
export function gitSshCommand(): string {
  const quote = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;
  const knownHosts = `UserKnownHostsFile="${join(fleetDirectory, 'known_hosts')}"`;
  return [
    'ssh -T -F /dev/null',
    `-i ${quote(join(fleetDirectory, 'keys', 'user'))}`,
    '-o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes',
    `-o ${quote(knownHosts)}`,
  ].join(' ');
}

/**
 * What Pulumi, git, kubectl and sops need to be told to work on the fleet, as environment variables. Makes the folder of
 * Pulumi's state and its passphrase where there are none.
 */
export function environment(fleet: Fleet, { path, environment: provided }: Provision): Record<string, string> {
  makePrivate(fleetDirectory);
  mkdirSync(stateDirectory, { recursive: true });
  const ageKeys = joinedAgeKeys(fleetDirectory, Object.keys(fleet.clusters));
  // Pulumi wants a file:// address with an absolute path, and does not decode it. It writes its state whole or not at all,
  // but beside each file a `.attrs` by bits; a run that is killed there leaves a state that cannot be read. So it has none.
  return {
    PATH: [...path, process.env['PATH']].join(delimiter),
    PULUMI_BACKEND_URL: `file://${stateDirectory}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(),
    // `npm run check` checks the types; to do it at each command as well costs seconds.
    PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    KUBECONFIG: Object.keys(fleet.clusters).map(kubeconfigPath).join(delimiter),
    FLUX_FLEET_GIT_URL: hostGitUrl(fleet.git),
    GIT_SSH_COMMAND: gitSshCommand(),
    ...(ageKeys && { SOPS_AGE_KEY_FILE: ageKeys }),
    ...provided,
  };
}

function passphraseFile(): string {
  const file = join(fleetDirectory, 'passphrase');
  if (existsSync(file)) return file;
  if (existsSync(join(stateDirectory, '.pulumi', 'stacks'))) {
    throw new FleetError({
      place: file,
      problem: "the passphrase of Pulumi's state is gone, and without it the state cannot be read",
      next: `Put it back, or remove ${fleetDirectory}, and take over what is running with \`npm run up -- --adopt\``,
    });
  }
  writePrivateFile(file, randomBytes(32).toString('base64url'));
  return file;
}

/** Makes {@link environment} that of this process, and so of every command that it starts. */
export function useEnvironment(fleet: Fleet, provision: Provision): void {
  Object.assign(process.env, environment(fleet, provision));
}
