import type { Problem } from '../fleet-error';
import * as v from '../validation/schema';
import { asRecord, at, isObject, type UnknownRecord } from '../validation/values';

/**
 * What Flux writes in an app's objects for `${NAME}`, once they are built. `$${NAME}` gives `${NAME}`.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
 */
export interface PostBuild {
  /** Values by variable, in place of those of `substituteFrom`. A value in double quotes stays text: `'"8080"'`. */
  readonly substitute?: Readonly<Record<string, string>>;
  /** Objects of the cluster in the namespace `flux-system`, whose keys are variables. A later one overrides an earlier one. */
  readonly substituteFrom?: readonly SubstituteReference[];
}

export interface SubstituteReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Whether it may be missing. @default false */
  readonly optional?: boolean;
}

const variable = v.pattern(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'variable',
  'Use letters, digits and underscores, and no digit at the start',
);
const text = v.pattern(/^[^\n\0]*$/, 'value of a variable', 'Write it in one line, in quotes');
const objectName = v.pattern(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, 'name', 'Write the name of the object');

export const postBuildRule = v.schema<PostBuild>({
  substitute: v.optional(v.record(variable, text)),
  substituteFrom: v.optional(
    v.list(
      v.schema<SubstituteReference>({
        kind: v.oneOf(['ConfigMap', 'Secret']),
        name: objectName,
        optional: v.optional(v.boolean),
      }),
    ),
  ),
});

/** An app's variables with those of a cluster; undefined where Flux has nothing to substitute. */
export function postBuildIn(own: PostBuild = {}, changed: PostBuild = {}): PostBuild | undefined {
  const substitute = { ...own.substitute, ...changed.substitute };
  const substituteFrom = [...(own.substituteFrom ?? []), ...(changed.substituteFrom ?? [])];
  const has = { values: Object.keys(substitute).length > 0, references: substituteFrom.length > 0 };
  if (!has.values && !has.references) return undefined;
  return { ...(has.values && { substitute }), ...(has.references && { substituteFrom }) };
}

/** Flux substitutes nothing where it has no variable: then `${NAME}` would stay as it is in that cluster. */
export function* postBuildProblems(place: string, app: UnknownRecord, overlay: UnknownRecord): Iterable<Problem> {
  const [own, changed] = [app['postBuild'], overlay['postBuild']];
  if (changed !== undefined && own === undefined) {
    const problem = 'the app has no `postBuild`, so that other clusters would keep `${…}` as it is';
    yield { place: at(place, 'postBuild'), problem, next: 'Add `postBuild: {}` to the app' };
  } else if (isObject(own) && [own, asRecord(changed)].every((each) => !postBuildIn(each))) {
    const problem = 'the app has no variable in this cluster, so that Flux would keep `${…}` as it is';
    yield { place: at(place, 'postBuild'), problem, next: 'Set one in `substitute`' };
  }
}
