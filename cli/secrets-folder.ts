import { makePrivate } from '../machine/files';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import type { Fleet } from '../model';
import { lockRuns } from '../operate/run-lock';
import { SecretsFolder } from '../operate/secrets/folder';
import { refuseMissingKeys } from '../operate/secrets/import-key';
import { generateSecrets, type Outcome, refuseMissing } from '../operate/secrets/values';
import { refuseUnverified } from '../operate/secrets/verify';
import { toolCommand } from './tool-command';

/** The fleet's encrypted files. */
export function secretsFolder(fleet: Fleet): SecretsFolder {
  return new SecretsFolder({ fleet, root: repositoryRoot, directory: fleetDirectory, sops: () => toolCommand('sops') });
}

/** Does with them what a command does that changes them: no other that changes the fleet runs beside it. */
export async function changeSecrets<T>(
  fleet: Fleet,
  command: string,
  change: (folder: SecretsFolder) => Promise<T>,
): Promise<T> {
  makePrivate(fleetDirectory);
  return lockRuns(fleetDirectory, `npm run fleet -- secrets ${command}`, () => change(secretsFolder(fleet)));
}

/** Makes the keys and values that are missing, and says so. @throws FleetError that names what somebody has to set */
export async function prepareSecrets(fleet: Fleet): Promise<string | undefined> {
  const folder = secretsFolder(fleet);
  const outcome = await generateSecrets(folder);
  refuseMissing(folder);
  refuseMissingKeys(folder);
  await refuseUnverified(folder);
  return describeOutcome(outcome);
}

/** What was done, in a sentence; undefined when there was nothing to do. */
export function describeOutcome({ madeKeys, joined, generated, updated, wroteConfig }: Outcome): string | undefined {
  const files = [wroteConfig && '.sops.yaml', generated.length + updated.length > 0 && 'secrets/'].filter(Boolean);
  const names = generated.map(({ cluster, app, key }) => `${cluster} ${app} ${key}`).join(', ');
  const others = joined.join(' and ');
  const done = [
    madeKeys.length > 0 && `made a key for ${madeKeys.join(' and ')}`,
    others && `kept the other keys of ${others} in .sops.yaml: remove there what nobody has any more`,
    names && `made up ${names}`,
    updated.length > 0 && `encrypted ${updated.join(', ')} to other recipients`,
    files.length > 0 && `commit ${files.join(' and ')}`,
  ].filter(Boolean);
  return done.length > 0 ? done.join('; ') : undefined;
}
