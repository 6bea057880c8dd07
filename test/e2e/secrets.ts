import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Pieces of what must not be seen anywhere: the passphrase, and the middle of each private key. */
export function canaries(fleetDirectory: string): string[] {
  const keys = readdirSync(join(fleetDirectory, 'keys')).filter((name) => !name.endsWith('.pub'));
  // The fourth line of an OpenSSH private key is of its private half.
  const bodies = keys.flatMap((name) => secretLines(readFileSync(join(fleetDirectory, 'keys', name), 'utf8')));
  const kubeconfigs = readdirSync(join(fleetDirectory, 'kubeconfig')).map((name) => {
    const [, data] = /client-key-data: (\S+)/.exec(readFileSync(join(fleetDirectory, 'kubeconfig', name), 'utf8'))!;
    return data!.slice(200, 280);
  });
  return [readFileSync(join(fleetDirectory, 'passphrase'), 'utf8').trim(), ...bodies, ...kubeconfigs];
}

/** The lines of an age key file that are private, or one from the middle of an SSH key. */
function secretLines(text: string): string[] {
  const age = text.match(/^AGE-SECRET-KEY-1.*$/gm);
  return age ?? text.split('\n').slice(3, 4);
}

/** The canary in its other dress: how it looks where the text around it was encoded as base64, at any offset. */
export function dresses(canary: string): string[] {
  const encoded = [0, 1, 2].map((offset) =>
    Buffer.from('x'.repeat(offset) + canary)
      .toString('base64')
      .slice(offset ? 4 : 0, -6),
  );
  return [canary, ...encoded];
}

/** The files under a folder that hold one of these strings. */
export function filesWith(folder: string, strings: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => {
      const text = readFileSync(path, 'latin1');
      return strings.some((string) => text.includes(string));
    });
}

/** Watches the arguments of every process of this machine until told to stop. */
export class ArgumentWatch {
  private readonly seen = new Set<string>();
  private readonly timer = setInterval(() => this.look(), 20);

  stop(): ReadonlySet<string> {
    clearInterval(this.timer);
    return this.seen;
  }

  private look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        this.seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        // It ended between the two calls.
      }
    }
  }
}
