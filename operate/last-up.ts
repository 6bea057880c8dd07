import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writePrivateFile } from '../machine/files';

export interface LastUpProps {
  /** The file that keeps it. */
  readonly file: string;
  /** The files that Pulumi wrote or read, such as its state: a change of one may be something to do. */
  readonly files: readonly string[];
  /** What the stack's program declares now. */
  readonly declared: () => Promise<string>;
}

/** What a stack was brought up from the last time. Where all of it is unchanged, Pulumi would change nothing. */
export class LastUp {
  constructor(private readonly props: LastUpProps) {}

  /** Whether Pulumi has nothing to do. A program that fails is Pulumi's, which shows why. */
  async isCurrent(): Promise<boolean> {
    const { file, declared } = this.props;
    if (!existsSync(file)) return false;
    const [files, program] = readFileSync(file, 'utf8').split(' ');
    return files === this.files() && program === (await declared().catch(() => undefined));
  }

  /** Whether the stack's program declares something else than when it was last brought up; false where that is not known. */
  async isOutdated(): Promise<boolean> {
    const { file, declared } = this.props;
    if (!existsSync(file)) return false;
    const program = await declared().catch(() => undefined);
    return program !== undefined && program !== readFileSync(file, 'utf8').split(' ')[1];
  }

  /** Notes that the stack was brought up. Without a note it is brought up again the next time. */
  async note(): Promise<void> {
    const { file, declared } = this.props;
    rmSync(file, { force: true });
    const program = await declared().catch(() => undefined);
    if (program && !isEdited()) writePrivateFile(file, `${this.files()} ${program}`);
  }

  private files(): string {
    const hash = createHash('sha256');
    for (const file of this.props.files) hash.update(`${existsSync(file) ? readFileSync(file, 'utf8') : ''}\0`);
    return hash.digest('hex');
  }
}

/** Whether code or `fleet.ts` was edited since this process began: Pulumi's own process may have run either version. */
function isEdited(): boolean {
  const loaded = Object.keys(createRequire(__filename).cache).filter((file) => !file.includes('/node_modules/'));
  return loaded.some((file) => !existsSync(file) || statSync(file).ctimeMs > performance.timeOrigin);
}
