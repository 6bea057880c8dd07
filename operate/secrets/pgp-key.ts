import { findCommand } from '../../machine/files';
import { gpg, pgpKeyPath, withGnupgHome } from '../../machine/pgp-key';
import { writePrivateFile } from '../../machine/private-file';
import { FleetError, pgpFingerprints } from '../../model';
import { clusterOf, type SecretsFolder } from './folder';

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

interface Taking {
  readonly folder: SecretsFolder;
  readonly cluster: string;
  readonly wanted: readonly string[];
}

async function takeFrom(home: string, { folder, cluster, wanted }: Taking): Promise<string[]> {
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
