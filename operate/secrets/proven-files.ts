import { existsSync, readFileSync } from 'node:fs';
import { writePrivateFile } from '../../machine/files';

/** What was seen to be opened by the keys of this machine, by digests: an unchanged file is not opened each time. */
export class ProvenFiles {
  private digests?: Set<string>;

  constructor(private readonly path: string) {}

  has(digest: string): boolean {
    return this.read().has(digest);
  }

  add(digest: string): void {
    this.write(new Set([...this.read(), digest]));
  }

  /** Forgets all others. */
  keep(digests: readonly string[]): void {
    const kept = digests.filter((digest) => this.has(digest));
    if (kept.length < this.read().size) this.write(new Set(kept));
  }

  private read(): Set<string> {
    this.digests ??= new Set(existsSync(this.path) ? readFileSync(this.path, 'utf8').split('\n').filter(Boolean) : []);
    return this.digests;
  }

  private write(digests: Set<string>): void {
    this.digests = digests;
    writePrivateFile(this.path, [...digests, ''].join('\n'));
  }
}
