import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { joinedAgeKeys } from '../machine/age-key';
import { contextVariables } from '../machine/docker';
import { fleetDirectory, localPath } from '../machine/paths';
import { makePrivate, writePrivateFile } from '../machine/files';
import { stateDirectory, stateUrl } from '../machine/pulumi-state';
import type { ToolEnvironment } from '../machine/tool-source';
import { type Fleet, FleetError, localPaths } from '../model';
import { repositoryProvider } from '../stacks/repositories';

/** The kubeconfig of a cluster, which its stack writes. */
export function kubeconfigPath(cluster: string): string {
  return localPath(localPaths.kubeconfig(cluster));
}

/**
 * The environment variables with which Pulumi, git, kubectl and sops work on the fleet, without PATH. Makes the folder of
 * Pulumi's state and its passphrase when they do not exist yet.
 */
export async function environment(fleet: Fleet, { variables }: ToolEnvironment): Promise<Record<string, string>> {
  const access = repositoryProvider(fleet).access(fleet);
  const ageKeys = joinedAgeKeys(fleetDirectory, Object.keys(fleet.clusters));
  return {
    ...pulumiVariables(fleet),
    KUBECONFIG: Object.keys(fleet.clusters).map(kubeconfigPath).join(delimiter),
    FLUX_FLEET_GIT_URL: access.url,
    ...access.environment,
    ...(ageKeys && { SOPS_AGE_KEY_FILE: ageKeys }),
    ...variables,
    ...(await contextVariables()),
  };
}

function pulumiVariables(fleet: Fleet): Record<string, string> {
  makePrivate(fleetDirectory);
  mkdirSync(stateDirectory, { recursive: true });
  return {
    PULUMI_BACKEND_URL: stateUrl(fleet.state),
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(fleet),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // Pulumi talks to its own processes by gRPC, whose Node.js library sends that through HTTPS_PROXY otherwise.
    no_grpc_proxy: '127.0.0.1,localhost',
  };
}

function passphraseFile({ state }: Fleet): string {
  const file = localPath(localPaths.passphrase);
  if (existsSync(file)) return file;
  if (state.secretsProvider === 'passphrase' && existsSync(join(stateDirectory, '.pulumi', 'stacks'))) {
    throw new FleetError({
      place: file,
      problem: "the passphrase of Pulumi's state is missing, and the state cannot be read without it",
      next: `Restore this file, or remove ${fleetDirectory} and take over what is running: \`npm run up -- --adopt\``,
    });
  }
  writePrivateFile(file, randomBytes(32).toString('base64url'));
  return file;
}

/** Sets what Pulumi needs to read its state. KUBECONFIG is still the user's, and may lead to a cluster of somebody else's. */
export function usePulumi(fleet: Fleet, tools: ToolEnvironment): void {
  const PATH = [...tools.path, process.env['PATH']].join(delimiter);
  Object.assign(process.env, pulumiVariables(fleet), { PATH });
}

/** Sets {@link environment} in this process, for every command that it starts. */
export async function useEnvironment(fleet: Fleet, tools: ToolEnvironment): Promise<void> {
  const PATH = [...tools.path, process.env['PATH']].join(delimiter);
  Object.assign(process.env, await environment(fleet, tools), { PATH });
}
