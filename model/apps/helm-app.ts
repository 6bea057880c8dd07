import { type Complete, withDefaults } from '../defaults';
import { patchesByKind, type PatchesByKind } from '../patches/patch';
import {
  type InSecret,
  plaintextOverride,
  type Secrets,
  secretsOfType,
  secretsRule,
  type ValueSecret,
} from '../secrets/secret';
import * as v from '../validation/schema';
import { asRecord, at, type UnknownRecord } from '../validation/values';
import { objectsAppDefaults, type ObjectsAppProps, objectsAppRules } from './app-props';
import { chartRule, type ChartSource, chartVersion } from './chart';
import { hasValue, helmValues, type HelmValues } from './helm-values';
import type { AppModel } from './app';

/** What Flux does when something else changes an object of a release: https://fluxcd.io/flux/components/helm/helmreleases/#drift-detection */
export interface Drift {
  /** Whether Flux changes it back, only reports it, or ignores it. @default 'enabled' */
  readonly mode?: 'enabled' | 'warn' | 'disabled';
  /** What others may change: JSON pointers, in the objects of a kind, or in all objects. @default - nothing */
  readonly ignore?: readonly DriftIgnore[];
}

/** Fields of objects that others may change. */
export interface DriftIgnore {
  readonly paths: readonly string[];
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** What Flux does when an installation or an upgrade fails: https://fluxcd.io/flux/components/helm/helmreleases/#configuring-failure-handling */
export interface Remediation {
  /** How often Flux tries again. @default 3 */
  readonly retries?: number;
  /** What Flux does after each failed upgrade, the last one included. @default 'rollback' */
  readonly strategy?: 'rollback' | 'uninstall';
}

export interface HelmAppProps<After extends string = string> extends ObjectsAppProps<After> {
  readonly chart: ChartSource;
  /**
   * The chart's values in every cluster. The `values.schema.json` of a chart in Git is applied to them.
   * @default - the chart's own
   */
  readonly values?: HelmValues;
  /**
   * The chart's secrets: as values, `{ password: value('auth.password') }`; or in a Secret with the app's name in the
   * app's namespace, to which the values refer, `{ password: inSecret() }`. One app cannot use both.
   * @default - none
   */
  readonly secrets?: Secrets<ValueSecret | InSecret>;
  /** @default - Flux reverts changes that others make */
  readonly drift?: Drift;
  /** @default - three retries, then a rollback */
  readonly remediation?: Remediation;
  /**
   * Whether to run the chart's tests after each installation and upgrade. A failed test fails the release.
   * @default false
   */
  readonly test?: boolean;
}

/** The properties of a {@link HelmApp} that a cluster can override. */
export interface HelmAppOverlay {
  /** The version of the chart, if it is in a repository or a registry. @default - the app's */
  readonly version?: string;
  /** Merged into the app's values, as Helm merges them: maps are merged, lists are replaced, null removes a value. */
  readonly values?: HelmValues;
  /** Patches of the HelmRelease and of its Namespace. Use `values` to change the chart's objects. */
  readonly patches?: PatchesByKind<'HelmRelease' | 'Namespace'>;
}

/** A Helm release with the app's name, in a Namespace with the app's name. */
export interface HelmApp<After extends string = string> extends Complete<HelmAppProps<After>, 'shard'> {
  readonly type: 'helm';
}

/** A Helm release: https://fluxcd.io/flux/components/helm/helmreleases */
export function helmApp<const After extends string = never>(props: HelmAppProps<After>): HelmApp<NoInfer<After>> {
  const defaults = { ...objectsAppDefaults, values: {}, drift: {}, remediation: {}, test: false };
  return { ...withDefaults(defaults, props), type: 'helm' };
}

const drift = v.schema<Drift>({
  mode: v.optional(v.oneOf(['enabled', 'warn', 'disabled'])),
  ignore: v.optional(
    v.list(
      v.schema<DriftIgnore>({
        paths: v.list(v.pattern(/^\//, 'JSON pointer', 'Start it with a slash')),
        target: v.optional(
          v.schema<NonNullable<DriftIgnore['target']>>({ kind: v.optional(v.string), name: v.optional(v.string) }),
        ),
      }),
    ),
  ),
});

export const helmAppModel: AppModel<HelmApp, HelmAppOverlay> = {
  schema: v.schema<HelmAppProps>({
    chart: chartRule,
    ...objectsAppRules,
    values: v.optional(helmValues),
    secrets: v.optional(secretsRule(['value', 'in-secret'], "value('auth.password')` or `inSecret()")),
    drift: v.optional(drift),
    remediation: v.optional(
      v.schema<Remediation>({
        retries: v.optional(v.integer([0, 100], 'number of retries')),
        strategy: v.optional(v.oneOf(['rollback', 'uninstall'])),
      }),
    ),
    test: v.optional(v.boolean),
  }),

  overlaySchema: v.schema<HelmAppOverlay>({
    version: v.optional(chartVersion),
    values: v.optional(helmValues),
    patches: v.optional(patchesByKind(['HelmRelease', 'Namespace'])),
  }),

  version({ chart }, { version }) {
    return chart.type === 'git' ? undefined : { of: 'chart', pin: { version: version ?? chart.version } };
  },

  *check(place, app) {
    const asValues = secretsOfType(app['secrets'], 'value');
    if (asValues.length > 0 && secretsOfType(app['secrets'], 'in-secret').length > 0) {
      const next = 'Use `value(…)` for all of them, or `inSecret()` for all of them';
      yield { place: at(place, 'secrets'), problem: 'one app cannot use both `value(…)` and `inSecret()`', next };
    }
    for (const { key, path } of secretPathsIn(app, app['values'])) {
      const problem = `the value \`${path}\` is also set in \`values\``;
      yield { place: at(place, `secrets.${key}`), problem, next: 'Remove it from `values`' };
    }
  },

  *checkOverlay(place, app, overlay) {
    if (overlay['version'] !== undefined && asRecord(app['chart'])['type'] === 'git') {
      const next = 'Remove it, or use `helmChart(…)` or `ociChart(…)`';
      yield { place: at(place, 'version'), problem: 'a chart in Git has one version, that of its folder', next };
    }
    for (const { key, path } of secretPathsIn(app, overlay['values'])) {
      yield plaintextOverride(at(place, `values.${path}`), path, key);
    }
  },
};

/** The secrets of an app that some values set as well. */
function secretPathsIn(app: UnknownRecord, values: unknown): { key: string; path: string }[] {
  return secretsOfType(app['secrets'], 'value')
    .map(([key, { path }]) => ({ key, path }))
    .filter(({ path }) => typeof path === 'string' && hasValue(values, path));
}
