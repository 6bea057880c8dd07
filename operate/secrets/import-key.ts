import { addAgeKeys, parseAgeKeys } from '../../machine/age-key';
import { type Cluster, FleetError, hasTransitKey, pgpFingerprints, throwProblems } from '../../model';
import { clusterOf, type SecretsFolder } from './folder';
import { recipientNames } from './sops-config';
import { findCommand, writePrivateFile } from '../../machine/files';
import { readTransitToken, transitTokenPath } from '../../machine/transit-token';
import { gpg, pgpKeyPath, readPgpKeys, withGnupgHome } from '../../machine/pgp-key';

/**
 * Takes private keys of a cluster from somebody who has them. Keys that are here stay.
 *
 * @returns the public halves of what was taken.
 * @throws FleetError when the text holds no key, or none that opens a file of the cluster.
 */
export async function importKey(folder: SecretsFolder, cluster: string, text: string): Promise<string[]> {
  clusterOf(folder.fleet, cluster);
  const keys = await parseAgeKeys(text, 'standard input');
  const files = folder.filesOf(cluster).flatMap((of) => recipientNames(folder.read(of)!.recipients));
  const used = [...new Set([...files, ...(folder.own()[cluster] ?? [])])];
  const fitting = keys.filter(({ recipient }) => used.length === 0 || used.includes(recipient));
  if (fitting.length === 0) {
    throw new FleetError({
      place: 'standard input',
      problem: `its key is ${keys.map(({ recipient }) => recipient).join(', ')}, and ${cluster}'s secrets are encrypted to ${used.join(', ')}`,
      next: `Look for the file that says \`# public key: ${used[0]}\``,
    });
  }
  const taken = fitting.map(({ recipient }) => recipient);
  addAgeKeys(folder.keyFile(cluster), fitting);
  return taken;
}

/**
 * Takes the token of Vault or OpenBao by which a cluster uses its transit key. It needs no right but to decrypt by that
 * key.
 *
 * @throws FleetError when the cluster has no transit key, or the text is no token.
 */
export function importToken(folder: SecretsFolder, cluster: string, text: string): void {
  if (!hasTransitKey(clusterOf(folder.fleet, cluster).recipients)) {
    const next = "Give it one: `recipients: [transitKey('https://…')]`";
    throw new FleetError({ place: `clusters.${cluster}`, problem: 'it has no transit key to use by a token', next });
  }
  const token = text.trim();
  if (!/^\S+$/.test(token)) {
    const next = 'Pipe it in alone, as `vault token create -policy=<policy> -field=token` prints it';
    throw new FleetError({ place: 'standard input', problem: 'it is no token', next });
  }
  writePrivateFile(transitTokenPath(folder.props.directory, cluster), `${token}\n`);
}

/**
 * Takes from somebody the private half of a PGP key that is a recipient of a cluster.
 *
 * @returns the fingerprints of what was taken.
 * @throws FleetError when the text holds no such key, or one that Flux cannot use. It never repeats the text.
 */
export async function importPgpKey(folder: SecretsFolder, cluster: string, text: string): Promise<string[]> {
  const wanted = pgpFingerprints(clusterOf(folder.fleet, cluster).recipients);
  if (wanted.length === 0) {
    const next = "Add it in `fleet.ts`, as in `recipients: [pgpKey('<fingerprint>')]`";
    throw new FleetError({ place: `clusters.${cluster}`, problem: 'no recipient of it is a PGP key', next });
  }
  if (!findCommand('gpg')) {
    throw new FleetError({ place: 'this machine', problem: 'it has no `gpg`', next: 'Run `apt-get install gnupg`' });
  }
  if (!/^-----BEGIN PGP PRIVATE KEY BLOCK-----/m.test(text)) {
    throw refused('it holds no private PGP key', `Use \`${exportCommand(wanted[0]!, cluster)}\``);
  }
  return withGnupgHome([text], (home) => takeFrom(home, { folder, cluster, wanted }));
}

async function takeFrom(
  home: string,
  { folder, cluster, wanted }: { folder: SecretsFolder; cluster: string; wanted: readonly string[] },
): Promise<string[]> {
  const { stdout } = await gpg(home, ['--with-colons', '--list-secret-keys']);
  const held = [...stdout.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, fingerprint]) => fingerprint!);
  const fitting = wanted.filter((fingerprint) => held.includes(fingerprint));
  if (fitting.length === 0) {
    const problem = `its key is ${held.join(', ') || 'damaged'}, and the recipients of ${cluster} are ${wanted.join(', ')}`;
    throw refused(problem, `Use \`${exportCommand(wanted[0]!, cluster)}\``);
  }
  for (const fingerprint of fitting) {
    await refuseUnusable(home, fingerprint, cluster);
    const key = await gpg(home, ['--armor', '--export-secret-keys', fingerprint]);
    writePrivateFile(pgpKeyPath(folder.props.directory, cluster, fingerprint), `${key.stdout}\n`);
  }
  return fitting;
}

/** By a trial: a key may have a passphrase, be expired or revoked, or be for signing alone. */
async function refuseUnusable(home: string, fingerprint: string, cluster: string): Promise<void> {
  const encrypted = await gpg(home, ['--armor', '--encrypt', '--recipient', fingerprint], 'trial');
  if (encrypted.exitCode !== 0) {
    const problem = `nothing can be encrypted to its key ${fingerprint}: it is expired, revoked, or for signing alone`;
    throw refused(problem, 'Create another one with `gpg --quick-generate-key`, and name it in `fleet.ts`');
  }
  const decrypted = await gpg(home, ['--decrypt'], encrypted.stdout);
  if (decrypted.stdout === 'trial') return;
  const next = `Remove its passphrase in a copy (\`gpg --edit-key ${fingerprint} passwd\`), and run \`${exportCommand(fingerprint, cluster)}\``;
  throw refused(`its key ${fingerprint} has a passphrase, which Flux cannot enter`, next);
}

/** What gives this machine the private half of a cluster's PGP key. */
export function exportCommand(fingerprint: string, cluster: string): string {
  return `gpg --armor --export-secret-keys ${fingerprint} | npm run fleet -- secrets import-pgp-key ${cluster}`;
}

function refused(problem: string, next: string): FleetError {
  return new FleetError({ place: 'standard input', problem, next });
}

/** @throws FleetError that names the clusters which could decrypt nothing, for want of a token or a private PGP key. */
export function refuseMissingKeys({ fleet, props: { directory } }: SecretsFolder): void {
  const without = Object.entries(fleet.clusters).filter(
    ([cluster, { recipients }]) =>
      recipients.every((one) => 'recipient' in one || one.type === 'transit' || one.type === 'pgp') &&
      readTransitToken(directory, cluster) === undefined &&
      readPgpKeys(directory, cluster, pgpFingerprints(recipients)).length === 0,
  );
  throwProblems(without.map(([cluster, { recipients }]) => missing(cluster, recipients)));
}

function missing(cluster: string, recipients: Cluster['recipients']) {
  const [fingerprint] = pgpFingerprints(recipients);
  const ways = [
    ...(hasTransitKey(recipients)
      ? [`a token that may decrypt by its transit key to \`npm run fleet -- secrets import-token ${cluster}\``]
      : []),
    ...(fingerprint ? [`its private PGP key: \`${exportCommand(fingerprint, cluster)}\``] : []),
  ];
  const problem = 'the cluster cannot decrypt its secrets: this machine has no key or token to give it';
  return { place: `clusters.${cluster}`, problem, next: `Pipe in ${ways.join(', or ')}` };
}
