import { type AppVersion, type Fleet, FleetError, type VersionPin } from '../../model';
import type { ClusterClient } from '../cluster-client';
import type { RepositoryCopy } from '../repository';
import { refusalOf, span } from './gate';
import { type Running, runningIn } from './running';
import { lastPromotion, promotionTrailers, undoTrailers } from './trailers';
import { parseVersion, shortVersion, versionOf, versionText } from './version';
import type { Pin } from './versions-file';

/** Another version of an app in a cluster, and the commit with it. */
export interface PinPlan extends Pin {
  readonly subject: string;
  readonly trailers: readonly string[];
  /** What is told of it before it is done. */
  readonly evidence: string;
}

export interface PromotionProps {
  readonly fleet: Fleet;
  /** The cluster that it comes from. */
  readonly client: ClusterClient;
  readonly app: string;
  /** The cluster that gets it. */
  readonly to: string;
  /** How long everything of the app must have been ready, in ms. */
  readonly soak: number;
  /** Why it goes on although that is not so. */
  readonly override?: string;
}

/**
 * Plans to give a cluster the version of an app that another one runs.
 *
 * @returns undefined where `fleet.ts` has that version there already
 * @throws FleetError where the app is not ready, or not for long enough; what runs has no one version
 */
export async function planPromotion(props: PromotionProps): Promise<PinPlan | undefined> {
  const { fleet, client, app, to, soak, override } = props;
  const from = client.name;
  const [source, target] = [from, to].map((cluster) => versionOf(fleet, { cluster, app })) as [AppVersion, AppVersion];
  const running = await runningIn(client, app, source);
  const pin = withOthers(target.pin, running.pin);
  if (versionText(pin) === versionText(target.pin)) return undefined;
  const refusal = refusalOf({ cluster: from, app, running, soak });
  if (refusal && !override) throw new FleetError(refusal);
  const trailers = promotionTrailers({
    ...{ app, from, to, version: versionText(running.pin), over: versionText(replaced(target.pin, running.pin)) },
    ...{ readySince: running.since, soak: span(soak), ...(refusal && { override }) },
  });
  return {
    ...{ cluster: to, app, pin, trailers },
    subject: `Promote ${app} ${shortVersion(running.pin)} from ${from} to ${to}`,
    evidence: [`${from} runs ${app} ${shortVersion(running.pin)}`, readiness(running), refusal && overridden(refusal)]
      .filter(Boolean)
      .join(', '),
  };
}

const readiness = ({ since }: Running) => since && `ready since ${since.toISOString()}`;

const overridden = ({ problem }: { problem: string }) => `which goes on although ${problem}`;

export interface UndoProps {
  readonly fleet: Fleet;
  readonly copy: RepositoryCopy;
  readonly app: string;
  /** Only a promotion to this cluster. @default - to any */
  readonly to?: string;
}

/**
 * Plans to give a cluster the version of an app that it had before the app's last promotion.
 *
 * @throws FleetError where there is none, or where the version has changed since
 */
export async function planUndo({ fleet, copy, app, to }: UndoProps): Promise<PinPlan> {
  const tip = await copy.healed(() => copy.fetch());
  const promotion = tip && (await lastPromotion(copy, tip, { app, cluster: to }));
  const place = `app ${app}${to === undefined ? '' : ` in ${to}`}`;
  if (!promotion) {
    const next = 'Run `npm run fleet -- rollback`, which undoes the last change of an app, whatever it was';
    throw new FleetError({ place, problem: 'the repository has no promotion of it', next });
  }
  const { commit, cluster, version, over } = promotion;
  const { of, pin } = versionOf(fleet, { cluster, app });
  const [promoted, before] = [parseVersion(of, version), parseVersion(of, over)];
  if (versionText(withOthers(pin, promoted)) !== versionText(pin)) {
    const problem = `fleet.ts has ${shortVersion(pin) || 'no version'} there, and no longer ${version}, which ${commit.slice(0, 12)} promoted`;
    const next = 'Change the version in the file yourself, and use `npm run fleet -- push`';
    throw new FleetError({ place, problem, next });
  }
  return {
    ...{ cluster, app, pin: withOthers(pin, before), trailers: undoTrailers(commit) },
    subject: `Undo the promotion of ${app} ${shortVersion(promoted)} to ${cluster}`,
    evidence: `${commit.slice(0, 12)} promoted ${app} ${shortVersion(promoted)} to ${cluster} over ${shortVersion(before)}`,
  };
}

/** A version with the other images of the one before; of all others it takes the place. */
function withOthers(before: VersionPin, { tags, ...pin }: VersionPin): VersionPin {
  if (!tags) return pin;
  const merged = Object.entries<string | undefined>({ ...before.tags, ...tags }).filter(([, tag]) => tag !== undefined);
  return merged.length > 0 ? { tags: Object.fromEntries(merged) as Record<string, string> } : {};
}

/** What a version takes the place of: of images, the tags of the same ones. */
function replaced(before: VersionPin, { tags }: VersionPin): VersionPin {
  if (!tags) return before;
  const own = Object.keys(tags).map((image) => [image, before.tags?.[image]]);
  return { tags: Object.fromEntries(own) as Record<string, string> };
}
