import { folder, url } from '../validation/common-rules';
import * as v from '../validation/schema';

/** A chart in a folder of the fleet's Git repository. */
export interface GitChart {
  readonly type: 'git';
  /** The folder beside `fleet.ts`, under `charts/`. */
  readonly path: string;
}

/** A chart in a Helm repository. */
export interface RepositoryChart {
  readonly type: 'repository';
  /** The repository's address: `https://stefanprodan.github.io/podinfo`. */
  readonly repository: string;
  readonly name: string;
  /** One exact version: a range would change the clusters without a commit. */
  readonly version: string;
}

/** A chart in an OCI registry. */
export interface OciChart {
  readonly type: 'oci';
  /** The chart's address without its version: `oci://ghcr.io/stefanprodan/charts/podinfo`. */
  readonly url: string;
  /** One exact version, which is the artifact's tag. */
  readonly version: string;
  /**
   * Whether the registry is reached by plain HTTP, as a registry on the clusters' own network may be.
   * @default false
   */
  readonly insecure?: boolean;
}

/** Where a chart comes from. */
export type ChartSource = GitChart | RepositoryChart | OciChart;

/** A chart in a folder beside `fleet.ts`, under `charts/`. Flux upgrades its release when one of the files changes. */
export function gitChart(path: string): GitChart {
  return { type: 'git', path };
}

/** A chart in a Helm repository, at one version. */
export function helmChart(props: Omit<RepositoryChart, 'type'>): RepositoryChart {
  return { ...props, type: 'repository' };
}

/** A chart in an OCI registry, at one version. */
export function ociChart(props: Omit<OciChart, 'type'>): OciChart {
  return { ...props, type: 'oci' };
}

export const chartVersion = v.pattern(
  /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
  'version',
  'Write one exact version, as in `6.9.2`: a range would change the clusters without a commit',
);

const chartName = v.pattern(/^[a-z0-9][-a-z0-9._]*$/, 'chart name', 'Write the name that the repository uses');

const chartUrl = v.pattern(
  /^oci:\/\/\S+\/[^\s:]+$/,
  'chart address',
  'Start it with `oci://`, and leave out the version',
);

export const chartRule = v.discriminatedUnion<ChartSource>(
  {
    git: v.schema<Omit<GitChart, 'type'>>({ path: folder('charts/', 'charts/podinfo') }),
    repository: v.schema<Omit<RepositoryChart, 'type'>>({
      repository: url(['https', 'http'], 'address of a Helm repository'),
      name: chartName,
      version: chartVersion,
    }),
    oci: v.schema<Omit<OciChart, 'type'>>({ url: chartUrl, version: chartVersion, insecure: v.optional(v.boolean) }),
  },
  { what: 'a chart', example: "gitChart('charts/podinfo')" },
);
