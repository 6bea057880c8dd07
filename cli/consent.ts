import { createInterface } from 'node:readline/promises';
import { FleetError } from '../model';
import { DeletionError, list } from '../operate/deletion';

/** What {@link confirmChanges} needs; a test brings its own. */
export interface Console {
  readonly isInteractive: boolean;
  readonly ask: (question: string) => Promise<string>;
}

const terminal: Console = {
  get isInteractive() {
    return Boolean(process.stdin.isTTY && process.stderr.isTTY);
  },
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
};

/**
 * Says what will be changed on this machine, and on a terminal asks for a yes first. Without a terminal, or with
 * FLUX_FLEET_YES=1, it goes on after saying so.
 *
 * @param changes imperative clauses: `install Debian packages: docker.io`
 * @throws FleetError when the answer is no
 */
export async function confirmChanges(
  changes: readonly string[],
  report: (line: string) => void,
  { isInteractive, ask }: Console = terminal,
): Promise<void> {
  if (changes.length === 0) return;
  if (!isInteractive || process.env.FLUX_FLEET_YES === '1') {
    for (const change of changes) report(`this changes your machine: ${change}`);
    return;
  }
  const list = changes.map((change) => `  - ${change}\n`).join('');
  const answer = await ask(`flux-fleet has to change this machine, once:\n${list}Continue? [y/N] `);
  if (isYes(answer)) return;
  throw new FleetError({
    place: 'this machine',
    problem: 'nothing was changed, because the answer was no',
    next: 'Make these changes yourself, or run the same command again and answer `y` (FLUX_FLEET_YES=1 answers it for you)',
  });
}

/**
 * Does work that may delete only what is allowed. On a terminal it asks for what is not, and does the work again.
 *
 * @param allowed as `--allow-delete` has them
 * @throws DeletionError without a terminal, or when the answer is no
 */
export async function withConsent<T>(
  allowed: readonly string[] = [],
  work: (allowed: readonly string[]) => Promise<T>,
  { isInteractive, ask }: Console = terminal,
): Promise<T> {
  try {
    return await work(allowed);
  } catch (error) {
    if (!(error instanceof DeletionError) || !isInteractive) throw error;
    const { deletions } = error;
    const answer = await ask(`This deletes, with all that it holds:\n${list(deletions)}\nContinue? [y/N] `);
    if (!isYes(answer)) throw error;
    return withConsent([...allowed, ...deletions.map(({ id }) => id)], work, { isInteractive, ask });
  }
}

const isYes = (answer: string) => /^y(es)?$/i.test(answer.trim());
