import { FleetError, overlayFolder } from '../../model';
import { type Change, describeChanges } from '../changes';
import { changesBetween, planPublish } from '../publish-plan';
import type { RepositoryCopy } from '../repository';
import type { Place } from './version';

/** Generates manifests, and gives their folder. */
export interface Generated {
  /** From `fleet.ts` as it is. */
  readonly now: () => string;
  /** From `fleet.ts` with the change that is to be published. */
  readonly next: () => string;
}

/**
 * Refuses to publish one change where others of `fleet.ts` would go with it. A run that was ended between its push and the
 * last write of a file is no reason: the repository has the change then.
 *
 * @throws FleetError that names the other changes
 */
export async function refuseUnpublished(copy: RepositoryCopy, { now, next }: Generated): Promise<void> {
  await copy.healed(async () => {
    const tip = await copy.fetch();
    if (!tip)
      throw new FleetError({ place: 'fleet.ts', problem: 'nothing is published yet', next: 'Run `npm run up`' });
    const changes = async (folder: string) => (await planPublish(copy, tip, await copy.writeTree(folder))).changes;
    const others = await changes(now());
    if (others.length === 0 || (await changes(next())).length === 0) return;
    throw differs(others);
  });
}

/**
 * The same for what somebody else has published meanwhile.
 *
 * @param tree what the repository would be, instead of `published`
 */
export async function refuseOvertaken(
  copy: RepositoryCopy,
  { cluster, app }: Place,
  { published, tree }: { readonly published: string; readonly tree: string },
): Promise<void> {
  const changes = await changesBetween(copy, published, tree);
  const others = changes.filter(({ path }) => !path.startsWith(`${overlayFolder('apps', app, cluster)}/`));
  if (others.length > 0) throw differs(others);
}

function differs(changes: readonly Change[]): FleetError {
  return new FleetError({
    place: 'fleet.ts',
    problem: `it differs from what is published, and this would publish that too: ${describeChanges(changes)}`,
    next:
      'Run `npm run fleet -- diff` to see that, and publish it first with `npm run fleet -- push`; or get the newest ' +
      'fleet.ts by `git pull`',
  });
}
