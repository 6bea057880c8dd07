import { FleetError } from '../model';

/** Something with data in it that a command would delete. */
export interface Deletion {
  /** As `--allow-delete` takes it: `cluster/dev`, `namespace/shop@dev`, `pvc/shop/data@dev`. */
  readonly id: string;
  /** Why it would be deleted, and what is known of what it holds, as a clause. */
  readonly reason: string;
}

/** The mistake of a command that would delete what is not allowed. A terminal asks, and runs it again. */
export class DeletionError extends FleetError {
  constructor(
    readonly deletions: readonly Deletion[],
    command: 'up' | 'down' = 'up',
  ) {
    const ids = deletions.map(({ id }) => id).join(' ');
    super({
      place: command === 'up' ? 'fleet.ts' : 'npm run down',
      problem: `this would delete, with all that it holds:\n${list(deletions)}\n`,
      next: `${command === 'up' ? 'Undo the change, or run' : 'Run'} the same command again with \`--allow-delete ${ids}\``,
    });
  }
}

export function list(deletions: readonly Deletion[]): string {
  return deletions.map(({ id, reason }) => `  - ${id}: ${reason}`).join('\n');
}

/** @throws DeletionError with those that are not allowed */
export function refuseDeletions(
  deletions: readonly Deletion[],
  allowed: readonly string[] = [],
  command?: 'up' | 'down',
): void {
  const refused = deletions.filter(({ id }) => !allowed.includes(id));
  if (refused.length > 0) throw new DeletionError(refused, command);
}
