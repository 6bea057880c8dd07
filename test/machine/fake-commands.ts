import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Commands that are shell scripts and record how they were called, in a folder that is to be the only one on PATH. So they
 * have the shell's own commands and each other.
 */
export class FakeCommands {
  readonly folder = mkdtempSync(join(tmpdir(), 'flux-fleet-commands-'));
  private readonly formerPath = process.env.PATH!;

  /** Adds a command. @param body the shell script, which has the arguments */
  add(name: string, body: string): void {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\necho "$*" >> '${file}.calls'\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** The arguments of each call of a command. */
  calls(name: string): string[] {
    try {
      return readFileSync(join(this.folder, `${name}.calls`), 'utf8')
        .trim()
        .split('\n');
    } catch {
      return [];
    }
  }

  remove(): void {
    process.env.PATH = this.formerPath;
    rmSync(this.folder, { recursive: true, maxRetries: 9 });
  }
}
