import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ageKeyPath, retiredKeyPath, sopsKeys } from '../../machine/age-key';
import { writeWhole } from '../../machine/files';
import { readPgpKeys } from '../../machine/pgp-key';
import {
  type Cluster,
  type Fleet,
  FleetError,
  hasOwnKey,
  localPaths,
  pgpFingerprints,
  secretFile,
  secretMetadata,
  secretSizeProblems,
  throwProblems,
} from '../../model';
import type { Change } from './edited-values';
import { type EncryptedFile, readEncrypted } from './encrypted-file';
import { ProvenFiles } from './proven-files';
import { Sops, type SopsFile, type SopsKeys } from './sops';
import { type OwnRecipients, ownRecipients, sopsConfig } from './sops-config';

export interface SecretsFolderProps {
  readonly fleet: Fleet;
  /** The folder of `fleet.ts`, `.sops.yaml` and `secrets/`. */
  readonly root: string;
  /** The folder of this machine's side of the fleet: the private keys are in its `keys`. */
  readonly directory: string;
  /** The path of `sops`. It is asked for only when there is something to do. */
  readonly sops: () => Promise<string>;
}

export interface SecretsOf {
  readonly cluster: string;
  readonly app: string;
}

/** The fleet's encrypted files, and `.sops.yaml`, which says who can decrypt them. */
export class SecretsFolder {
  readonly fleet: Fleet;
  private readonly sops: Sops;
  private readonly proven: ProvenFiles;
  private readonly configPath: string;
  private readonly parsed = new Map<string, { readonly text: string; readonly file: EncryptedFile }>();

  constructor(readonly props: SecretsFolderProps) {
    this.fleet = props.fleet;
    this.configPath = join(props.root, '.sops.yaml');
    this.proven = new ProvenFiles(join(props.directory, localPaths.provenSecrets));
    this.sops = new Sops({ command: props.sops, root: props.root, scratch: join(props.directory, localPaths.scratch) });
  }

  keyFile(cluster: string): string {
    return ageKeyPath(this.props.directory, cluster);
  }

  /** The public halves of the clusters' own keys, as `.sops.yaml` says. @throws FleetError when it cannot be read */
  own(): OwnRecipients {
    return ownRecipients(this.fleet, this.config());
  }

  /** Writes `.sops.yaml` when it says something else. Gives whether it did. */
  writeOwn(own: OwnRecipients): boolean {
    const folders = this.files().map(({ cluster }) => cluster);
    const text = sopsConfig({ fleet: this.fleet, own, text: this.config(), folders });
    if (text === this.config()) return false;
    writeWhole(this.configPath, text);
    return true;
  }

  /** The apps that have an encrypted file, by cluster; those of a cluster that the fleet has not, too. */
  files(): SecretsOf[] {
    const folders = list(join(this.props.root, 'secrets'), (entry) => entry.isDirectory());
    return folders.flatMap((cluster) => this.filesOf(cluster));
  }

  filesOf(cluster: string): SecretsOf[] {
    const names = list(join(this.props.root, 'secrets', cluster), (entry) => entry.isFile());
    return names.flatMap((name) => (name.endsWith('.yaml') ? { cluster, app: name.slice(0, -'.yaml'.length) } : []));
  }

  /** What can be read without a key; undefined where there is no file. @throws FleetError when it is not encrypted */
  read(of: SecretsOf): EncryptedFile | undefined {
    const text = this.text(of);
    return text === undefined ? undefined : this.parse(of, text);
  }

  /** Each text once: parsing takes longer than all else that is done where nothing has changed. */
  private parse(of: SecretsOf, text: string): EncryptedFile {
    const known = this.parsed.get(path(of));
    if (known?.text === text) return known.file;
    const file = readEncrypted(text, path(of));
    this.parsed.set(path(of), { text, file });
    return file;
  }

  /** The decrypted Secret. @throws FleetError when no key here opens the file */
  decrypt(of: SecretsOf): Promise<Record<string, unknown>> {
    return this.sops.decrypt(this.sopsFile(of));
  }

  /** Decrypts what a file was or is to be. @throws FleetError when no key here opens it */
  decryptText(of: SecretsOf, text: string): Promise<Record<string, unknown>> {
    return this.sops.decrypt({ ...this.sopsFile(of), text });
  }

  /**
   * The Secret as the cluster decrypts it: by the keys that this machine has of the cluster, and nothing else. Where it
   * has none, because the key is at a cloud's, by what the user has.
   *
   * @throws FleetError when that does not open the file, or it was changed since it was signed
   */
  decryptAsCluster(of: SecretsOf): Promise<Record<string, unknown>> {
    const file = { ...this.sopsFile(of), keys: this.keys(of.cluster) };
    return this.sops.decrypt(file, this.hasKey(of));
  }

  /** Whether this machine has a key of a file's cluster. */
  hasKey(of: SecretsOf): boolean {
    return this.proof(of, '') !== undefined;
  }

  /** Of these, the files that the cluster's keys here have not opened as they are. Forgets the proof of other files. */
  unproven(files: readonly SecretsOf[]): SecretsOf[] {
    const proofs = files.map((of) => this.proof(of, this.text(of) ?? ''));
    this.proven.keep(proofs.filter((proof) => proof !== undefined));
    return files.filter((_, index) => proofs[index] !== undefined && !this.proven.has(proofs[index]));
  }

  /** Notes that the cluster's keys here have opened a file as it is. */
  prove(of: SecretsOf): void {
    const proof = this.proof(of, this.text(of) ?? '');
    if (proof !== undefined) this.proven.add(proof);
  }

  /** The decrypted values. @throws FleetError when no key here opens the file */
  async values(of: SecretsOf): Promise<Record<string, unknown>> {
    const { data, stringData } = await this.decrypt(of);
    return { ...(data as object), ...(stringData as object) };
  }

  /** Whether anything on this machine opens a file: the cluster's key, or the user's own, or their login at a cloud's. */
  async opens(of: SecretsOf): Promise<boolean> {
    return this.values(of).then(
      () => true,
      () => false,
    );
  }

  /** Sets values in a file, making it where there is none. Gives whether anything changed. */
  async set(of: SecretsOf, values: Readonly<Record<string, string>>): Promise<boolean> {
    if (this.text(of) === undefined) {
      const metadata = secretMetadata(this.fleet, of.app);
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData: values };
      return this.writeValues(of, await this.sops.encrypt(this.sopsFile(of), secret));
    }
    // A value below `data` is base64 of what the app gets, and stays in the cluster beside one below `stringData`.
    const { data = {} } = this.read(of)!.values;
    const changes = Object.entries(values).flatMap(([key, value]): Change[] => [
      ...(Object.hasOwn(data, key) ? [{ field: 'data' as const, key }] : []),
      { field: 'stringData', key, value },
    ]);
    return this.change(of, changes);
  }

  /** Changes values in a file, all of them or none. Gives whether anything changed. */
  async change(of: SecretsOf, changes: readonly Change[]): Promise<boolean> {
    let file = this.sopsFile(of);
    for (const change of changes) file = { ...file, text: await this.sops.change(file, change) };
    return this.writeValues(of, file.text);
  }

  /** Encrypts a file to just the recipients that `.sops.yaml` names. */
  async updateKeys(of: SecretsOf): Promise<boolean> {
    return this.write(of, await this.sops.updateKeys(this.sopsFile(of)));
  }

  /** The same, and anew, by a data key that nobody knows yet. */
  async renew(of: SecretsOf): Promise<boolean> {
    const file = this.sopsFile(of);
    return this.write(of, await this.sops.rotateDataKey({ ...file, text: await this.sops.updateKeys(file) }));
  }

  /** @throws FleetError when Kubernetes would refuse the Secret for its size */
  private writeValues(of: SecretsOf, text: string): boolean {
    throwProblems([...secretSizeProblems(path(of), this.parse(of, text).values)]);
    return this.write(of, text);
  }

  private write(of: SecretsOf, text: string): boolean {
    if (text === this.text(of)) return false;
    writeWhole(join(this.props.root, path(of)), text);
    // SOPS has just made it, for the recipients of the cluster. What is below `data` is looked at once more.
    if (!this.parse(of, text).values.data) this.prove(of);
    return true;
  }

  private sopsFile(of: SecretsOf): SopsFile {
    const keys = this.keys(of.cluster);
    // With those that a rotation has replaced: a merge may bring back what was encrypted to them.
    const all: SopsKeys = { ...keys, age: [...keys.age, retiredKeyPath(this.props.directory, of.cluster)] };
    return { path: path(of), text: this.text(of) ?? '', config: this.config(), keys: all };
  }

  private keys(cluster: string): SopsKeys {
    const fingerprints = pgpFingerprints(this.fleet.clusters[cluster]?.recipients ?? []);
    const pgp = readPgpKeys(this.props.directory, cluster, fingerprints);
    return { age: [this.keyFile(cluster)], pgp, fingerprints };
  }

  /** Changes with the file, and with the keys that this machine has of its cluster; undefined where it has none. */
  private proof(of: SecretsOf, text: string): string | undefined {
    const { age, pgp } = this.keys(of.cluster);
    const own = hasOwnKey(this.fleet.clusters[of.cluster]?.recipients ?? []);
    const keys = [(own && sopsKeys(age[0])?.text) || '', ...pgp.map((key) => key.text)].join('');
    if (keys === '') return undefined;
    const digest = createHash('sha256').update(JSON.stringify([path(of), text, keys]));
    return digest.digest('hex');
  }

  text(of: SecretsOf): string | undefined {
    const file = join(this.props.root, path(of));
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  private config(): string {
    return existsSync(this.configPath) ? readFileSync(this.configPath, 'utf8') : '';
  }
}

/** The cluster of a name that somebody typed. @throws FleetError that names those there are */
export function clusterOf({ clusters }: Fleet, name: string): Cluster {
  if (Object.hasOwn(clusters, name)) return clusters[name]!;
  const next = `Use one of ${Object.keys(clusters).join(', ')}`;
  throw new FleetError({ place: 'fleet.ts', problem: `it has no cluster \`${name}\``, next });
}

export function path({ cluster, app }: SecretsOf): string {
  return secretFile(cluster, app);
}

function list(folder: string, wanted: (entry: { isFile(): boolean; isDirectory(): boolean }) => boolean): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter(wanted);
  return entries.map(({ name }) => name).sort();
}
