import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { makePrivate } from '../../machine/files';
import { sopsKeys } from '../../machine/age-key';
import { gpg, type PgpPrivateKey, withGnupgHome } from '../../machine/pgp-key';
import { FleetError, mergeAdvice } from '../../model';
import type { Change } from './edited-values';

/** A file that SOPS is to work on, and by which keys. */
export interface SopsFile {
  /** Its path in the repository: `secrets/dev/app-a.yaml`. */
  readonly path: string;
  readonly text: string;
  readonly config: string;
  readonly keys: SopsKeys;
}

/** The keys of a cluster that SOPS has. */
export interface SopsKeys {
  /** The files of private age keys to decrypt by: the cluster's, and then those that it had before. */
  readonly age: readonly [string, ...string[]];
  readonly pgp: readonly PgpPrivateKey[];
  /** The fingerprints of all PGP keys that are recipients. The public halves of others are in the user's keyring. */
  readonly fingerprints: readonly string[];
}

/**
 * The real `sops`, one process a call. What changes a file works on a copy in a private folder, so that the file itself
 * changes whole or not at all; values reach it by standard input and leave it by standard output, never by arguments.
 */
export class Sops {
  constructor(
    /** `scratch` is a folder of this user's alone, for what is being worked on. */
    private readonly props: { command: () => Promise<string>; root: string; scratch: string },
  ) {}

  /** Encrypts an object: the text of the new file. */
  async encrypt(file: Pick<SopsFile, 'path' | 'keys'>, object: object): Promise<string> {
    const types = ['--input-type', 'json', '--output-type', 'yaml'];
    const args = ['encrypt', ...types, '--filename-override', file.path];
    return this.run(file, { args, cwd: this.props.root, input: JSON.stringify(object) });
  }

  /**
   * The object that a file holds.
   *
   * @param alone whether only the given keys count, and not what else the user has: keys, a login at a cloud's.
   */
  async decrypt(file: SopsFile, alone = false): Promise<Record<string, unknown>> {
    const args = ['decrypt', '--output-type', 'json', '--filename-override', file.path];
    const json = await this.run(file, { args, cwd: this.props.root, input: file.text, alone });
    return JSON.parse(json) as Record<string, unknown>;
  }

  /** Sets or removes one value. The others keep their ciphertext; a value that it has already changes nothing. */
  async change(file: SopsFile, { field, key, value }: Change): Promise<string> {
    const target = [file.path, `["${field}"]["${key}"]`];
    if (value === undefined) return this.changed(file, { args: ['unset', '--idempotent', ...target] });
    const args = ['set', '--idempotent', '--value-stdin', ...target];
    return this.changed(file, { args, input: JSON.stringify(value) });
  }

  /** Encrypts the file's data key to just the recipients that `.sops.yaml` names. The values keep their ciphertext. */
  async updateKeys(file: SopsFile): Promise<string> {
    return this.changed(file, { args: ['updatekeys', '--yes', file.path] });
  }

  /** Gives the file a new data key, and so every value a new ciphertext. */
  async rotateDataKey(file: SopsFile): Promise<string> {
    return this.changed(file, { args: ['rotate', '--in-place', file.path] });
  }

  /** What a file is after a run on a copy of it. */
  private changed(file: SopsFile, run: Omit<Run, 'cwd'>): Promise<string> {
    return this.inScratch(async (cwd) => {
      const copy = join(cwd, file.path);
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(join(cwd, '.sops.yaml'), file.config);
      writeFileSync(copy, file.text, { mode: 0o600 });
      await this.run(file, { ...run, cwd });
      return readFileSync(copy, 'utf8');
    });
  }

  /** Does the work with the variables by which SOPS finds the keys: its own are not the user's but ours. */
  private async withKeys<T>({ age, pgp, fingerprints }: SopsKeys, work: (variables: Variables) => Promise<T>) {
    const withAge = async (variables: Variables): Promise<T> => {
      const keys = age.map(sopsKeys).filter((one) => one !== undefined);
      if (keys.length === 0) return work({ ...variables, SOPS_AGE_KEY_FILE: devNull });
      if (keys.length === 1 && keys[0]!.same) return work({ ...variables, SOPS_AGE_KEY_FILE: keys[0]!.path });
      return this.inScratch((folder) => {
        const copy = join(folder, 'keys');
        writeFileSync(copy, keys.map(({ text }) => text).join('\n'), { mode: 0o600 });
        return work({ ...variables, SOPS_AGE_KEY_FILE: copy });
      });
    };
    if (pgp.length === 0) return withAge({});
    const others = fingerprints.filter((one) => !pgp.some(({ fingerprint }) => fingerprint === one));
    const exported = others.length > 0 ? [(await gpg(undefined, ['--armor', '--export', ...others])).stdout] : [];
    const keys = [...pgp.map(({ text }) => text), ...exported];
    return withGnupgHome(keys, (home) => withAge({ GNUPGHOME: home }));
  }

  private async inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(makePrivate(this.props.scratch), 'sops-'));
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async run({ path, keys }: Pick<SopsFile, 'path' | 'keys'>, run: Run): Promise<string> {
    const { args, cwd, input = '', alone = false } = run;
    const command = await this.props.command();
    const { PATH } = process.env;
    const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SOPS_')));
    const { stdout, stderr, exitCode } = await this.withKeys(keys, (variables) =>
      execa(command, ['--disable-version-check', ...args], {
        cwd,
        input,
        env: { ...(alone ? { PATH, HOME: makePrivate(this.props.scratch) } : others), ...variables },
        extendEnv: false,
        stripFinalNewline: false,
        reject: false,
      }),
    );
    if (exitCode === 0) return stdout;
    const lines = stderr.split('\n').map((line) => line.trim());
    const problem = `sops ${args[0]} failed: ${lines.filter(Boolean).slice(0, 3).join(' ')}`;
    throw new FleetError({ place: path, problem, next: nextStep(stderr, path) });
  }
}

interface Run {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly input?: string;
  readonly alone?: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

function nextStep(stderr: string, path: string): string {
  if (/could not encrypt data key with PGP key/.test(stderr))
    return 'Import the public half of the key into your keyring: `gpg --import < <file>`';
  if (/data key/.test(stderr)) {
    const cluster = path.split('/')[1];
    return `Give this machine a key that opens it: \`npm run fleet -- secrets import-key ${cluster} < <file>\``;
  }
  // Each value and the file as a whole are signed: a merge or a change by hand breaks that.
  if (/MAC|message authentication failed/.test(stderr)) return mergeAdvice(path);
  return 'See https://getsops.io/docs';
}
