import { fluxRoot } from '../../model';
import { apiError } from '../api-error';
import { type ClusterClient, type FluxKind, fluxKinds, type FluxObject, readyCondition } from '../cluster-client';
import { commitOf, isUnit, objectsOf } from '../commit-state';
import { redacted } from '../secrets/redact';
import type { Cause, ClusterReport, Commit, ReportedCause } from './cause';
import { causesOf } from './index';
import { isDrifted } from './flux-trails';
import { rules } from './rules';

export interface ReportProps {
  /** The apps and tenants that the cluster is to run. */
  readonly units: readonly string[];
  /** The values that are not shown; undefined where they are not known, so that the cluster's own words are not shown. */
  readonly secrets: () => Promise<readonly string[] | undefined>;
  /** A commit of the repository, as far as this machine knows it. */
  readonly commit: (sha: string) => Promise<Commit | undefined>;
  readonly place: (unit: string) => string | undefined;
}

/** What fails in a cluster. An API server that does not answer is a part of the report. */
export async function reportCluster(client: ClusterClient, props: ReportProps): Promise<ClusterReport> {
  try {
    const objects = await client.list(...(Object.keys(fluxKinds) as FluxKind[]));
    const open = props.units.filter((unit) => !isReady(objects, unit));
    const causes = await causesOf(client, objects, [fluxRoot, ...open]);
    const secrets = causes.length > 0 ? await props.secrets() : [];
    const reported = causes.map(async (cause): Promise<ReportedCause> => {
      const sha = attempted(objects, cause.unit);
      const commit = sha === '' ? undefined : await props.commit(sha);
      const place = props.place(cause.unit);
      return { ...withoutSecrets(cause, secrets), ...(commit && { commit }), ...(place && { place }) };
    });
    return { cluster: client.name, causes: await Promise.all(reported) };
  } catch (error) {
    const problem = apiError(error);
    if (!problem) throw error;
    return { cluster: client.name, causes: [], unreachable: problem.reason };
  }
}

/** Whether a unit and all that belongs to it are ready. */
function isReady(objects: readonly FluxObject[], unit: string): boolean {
  const [own, ...others] = objectsOf(objects, unit);
  return (
    own !== undefined &&
    isUnit(own) &&
    [own, ...others].every(
      (object) => readyCondition(object)?.status === 'True' && !object.spec.suspend && !isDrifted(object),
    )
  );
}

function attempted(objects: readonly FluxObject[], unit: string): string {
  const { status } = objectsOf(objects, unit)[0] ?? {};
  return commitOf(status?.lastAttemptedRevision ?? status?.lastAppliedRevision);
}

const withheld = 'not shown: it may repeat a secret, and the secrets cannot be decrypted here';

/** A cause without the values of secrets, which an API server, Helm or a container's log may repeat. */
export function withoutSecrets(cause: Cause, secrets: readonly string[] | undefined): Cause {
  if (!secrets) {
    const title = rules.find(({ id }) => id === cause.rule)?.title ?? 'this failure is not in the catalogue';
    const trail = cause.trail.map((step) => ({ ...step, message: withheld }));
    return { ...cause, log: undefined, problem: `${title} (what the cluster tells is ${withheld})`, trail };
  }
  const clean = (text: string) => redacted(text, secrets);
  return {
    ...cause,
    problem: clean(cause.problem),
    next: clean(cause.next),
    trail: cause.trail.map((step) => ({ ...step, message: clean(step.message) })),
    ...(cause.log && { log: cause.log.map(clean) }),
  };
}

/** The line of `fleet.ts` where an app or tenant is declared, by its key there; undefined where it is written otherwise. */
export function declarationLine(text: string, unit: string): number | undefined {
  const lines = text.split('\n');
  const name = unit.replaceAll('-', '\\-');
  const key = new RegExp(`^\\s*(['"\`]?)${name}\\1\\s*:`);
  const start = lines.findIndex((line) => /^\s*(apps|tenants)\s*:/.test(line));
  const at = lines.findIndex((line, index) => index > start && key.test(line));
  return start < 0 || at < 0 ? undefined : at + 1;
}
