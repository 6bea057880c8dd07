import type { ObjectsAppProps } from './app';
import { withDefaults } from '../defaults';
import type { PatchesByKind } from '../patches/patch';
import type { InSecret, ValueSecret } from '../secrets/secret';

/** A value of a Helm chart. Null is not among them: kustomize drops it, and a cluster's null takes a value away. */
export type HelmValue = string | number | boolean | readonly HelmValue[] | HelmValues;

/** The values of a Helm chart. */
export interface HelmValues {
  readonly [key: string]: HelmValue;
}

/** What a cluster changes of an app's values: maps are merged, lists are replaced, null takes a value away. */
export interface HelmValuesChange {
  readonly [key: string]: HelmValue | HelmValuesChange | null;
}

/** A chart in a folder of the fleet's Git. */
export interface GitChart {
  readonly type: 'git';
  /** The folder beside `fleet.ts`, under `charts/`. */
  readonly path: string;
}

/** A chart of a Helm repository. */
export interface RepositoryChart {
  readonly type: 'repository';
  /** The repository's address: `https://stefanprodan.github.io/podinfo`. */
  readonly repository: string;
  readonly name: string;
  /** One version: no range, which would change the clusters without a commit. */
  readonly version: string;
}

/** A chart in an OCI registry. */
export interface OciChart {
  readonly type: 'oci';
  /** The chart's address without its version: `oci://ghcr.io/stefanprodan/charts/podinfo`. */
  readonly url: string;
  /** One version, which is the artifact's tag. */
  readonly version: string;
  /**
   * Whether the registry is spoken to by plain HTTP, as one beside the clusters may be.
   * @default false
   */
  readonly insecure?: boolean;
}

/** Every place that a chart can come from. */
export type ChartSource = GitChart | RepositoryChart | OciChart;

/** A chart in a folder beside `fleet.ts`, under `charts/`. A release of it is upgraded when its files change. */
export function gitChart(path: string): GitChart {
  return { type: 'git', path };
}

/** A chart of a Helm repository, at one version. */
export function helmChart(props: Omit<RepositoryChart, 'type'>): RepositoryChart {
  return { ...props, type: 'repository' };
}

/** A chart in an OCI registry, at one version. */
export function ociChart(props: Omit<OciChart, 'type'>): OciChart {
  return { ...props, type: 'oci' };
}

/** What Flux does when somebody changes an object of a release: https://fluxcd.io/flux/components/helm/helmreleases/#drift-detection */
export interface Drift {
  /**
   * Change it back, or say so only.
   * @default 'enabled'
   */
  readonly mode?: 'enabled' | 'warn' | 'disabled';
  /**
   * What others may change: JSON pointers, in the objects of a kind, or in all.
   * @default - nothing
   */
  readonly ignore?: readonly {
    readonly paths: readonly string[];
    readonly target?: { readonly kind?: string; readonly name?: string };
  }[];
}

/** What Flux does when an installation or an upgrade fails: https://fluxcd.io/flux/components/helm/helmreleases/#configuring-failure-handling */
export interface Remediation {
  /**
   * How often it is tried again.
   * @default 3
   */
  readonly retries?: number;
  /**
   * What is done after a failed upgrade, the last one too.
   * @default 'rollback'
   */
  readonly strategy?: 'rollback' | 'uninstall';
}

/** What may be said of a Helm release. */
export interface HelmAppProps<After extends string = string> extends ObjectsAppProps<After> {
  readonly chart: ChartSource;
  /**
   * The chart's values in every cluster. They are checked by the `values.schema.json` of a chart in Git.
   * @default - the chart's own
   */
  readonly values?: HelmValues;
  /**
   * The secrets that the chart takes: as values, `{ password: value('auth.password') }`; or as a Secret of the
   * app's name in the app's namespace, which the values name, `{ password: inSecret() }`. Not some so and some so.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, ValueSecret | InSecret>>;
  /** @default - what is changed by others is changed back */
  readonly drift?: Drift;
  /** @default - three more tries, then a rollback */
  readonly remediation?: Remediation;
  /**
   * Whether the chart's tests are run after each installation and upgrade, which fail with them.
   * @default false
   */
  readonly test?: boolean;
}

/** What a cluster may change of a {@link HelmApp}. */
export interface HelmAppOverlay {
  /** Merged into the app's values. */
  readonly values?: HelmValuesChange;
  /** Patches of the release itself and of its namespace. What the chart makes is changed by values. */
  readonly patches?: PatchesByKind<'HelmRelease' | 'Namespace'>;
}

/** A Helm release of the app's name in a Namespace of that name. */
export interface HelmApp<After extends string = string> extends Required<HelmAppProps<After>> {
  readonly type: 'helm';
}

/** A Helm release: https://fluxcd.io/flux/components/helm/helmreleases */
export function helmApp<const After extends string = never>(props: HelmAppProps<After>): HelmApp<NoInfer<After>> {
  const defaults = {
    after: [],
    timeout: '3m',
    podSecurity: 'restricted' as const,
    health: [],
    values: {},
    secrets: {},
    drift: {},
    remediation: {},
    test: false,
  };
  return { ...withDefaults(defaults, props), type: 'helm' };
}
