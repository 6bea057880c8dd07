import { proof, proofTrailer } from '../publish-plan';
import type { RepositoryCopy } from '../repository';
import type { Place } from './version';

/** What a promotion has done, and why it was allowed. It is in the commit, as trailers. */
export interface Promotion {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly version: string;
  /** The version before. */
  readonly over: string;
  /** Since when the cluster it comes from had it ready; undefined where it had not. */
  readonly readySince?: Date;
  /** How long that had to be: `10m`. */
  readonly soak: string;
  /** Why it went on although it was not allowed. */
  readonly override?: string;
}

export function promotionTrailers(promotion: Promotion): string[] {
  const { app, from, to, version, over, readySince, soak, override } = promotion;
  return trailers({
    'Promoted-App': app,
    'Promoted-From': from,
    'Promoted-To': to,
    'Promoted-Version': version,
    'Promoted-Over': over,
    'Ready-Since': readySince?.toISOString(),
    Soak: soak,
    'Promotion-Override': override,
  });
}

/** The trailer of a commit that undoes a promotion. */
export function undoTrailers(commit: string): string[] {
  return trailers({ 'Promotion-Undone': commit });
}

/** @see https://git-scm.com/docs/git-interpret-trailers */
function trailers(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}: ${value.replaceAll(/\s+/g, ' ').trim()}`,
  );
}

/** A promotion that was published. */
export interface Published extends Place {
  readonly commit: string;
  readonly version: string;
  readonly over: string;
}

/** The last promotion of an app, by the trailers of our own commits. @param cluster to this cluster. @default - to any */
export async function lastPromotion(
  copy: RepositoryCopy,
  tip: string,
  { app, cluster }: { readonly app: string; readonly cluster?: string },
): Promise<Published | undefined> {
  const trailer = (key: string) => `%(trailers:key=${key},valueonly,separator=%x2C)`;
  const keys = [proofTrailer, 'Promoted-App', 'Promoted-To', 'Promoted-Version', 'Promoted-Over'];
  const format = ['%H', '%T', '%P', ...keys.map(trailer)].join('%x00');
  const grep = ['-E', `--grep=^Promoted-App: ${app}$`];
  const lines = (await copy.git(['log', ...grep, `--format=${format}`, tip])).split('\n').filter(Boolean);
  for (const line of lines) {
    const [commit, tree, parent, proven, of, to, version, over] = line.split('\0') as [string, ...string[]];
    if (proven !== proof(tree!, parent) || of !== app || (cluster !== undefined && to !== cluster)) continue;
    return { commit, app, cluster: to!, version: version!, over: over! };
  }
  return undefined;
}
