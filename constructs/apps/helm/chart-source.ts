import type { IHelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import type { IHelmRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/HelmRepository';
import type { IOCIRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/OCIRepository';
import {
  type ChartSource,
  fluxNamespace,
  fluxRoot,
  type GitChart,
  type OciChart,
  type RepositoryChart,
} from '../../../model';
import type { Tree } from '../../files/folder';
import { readChart } from './chart-folder';

export interface ChartRenderer {
  /** The part of the HelmRelease of this name that refers to the chart. */
  reference(name: string): Pick<IHelmRelease['spec'] & object, 'chart' | 'chartRef'>;
  /** The object that makes Flux fetch the chart; undefined for a chart in the fleet's Git repository. */
  source?(name: string): IHelmRepository | IOCIRepository;
  /** The chart's files by path in the fleet's Git repository; undefined for a chart from elsewhere. */
  files?(root: string): Tree;
}

type Renderers = { readonly [T in ChartSource['type']]: (chart: Extract<ChartSource, { type: T }>) => ChartRenderer };

const renderers: Renderers = { git: inGit, repository: inRepository, oci: inRegistry };

export function chartRenderer(chart: ChartSource): ChartRenderer {
  return renderers[chart.type](chart as never);
}

function inGit(chart: GitChart): ChartRenderer {
  const sourceRef = { kind: 'GitRepository' as const, name: fluxRoot };
  const spec = { chart: `./${chart.path}`, reconcileStrategy: 'ChartVersion' as const, sourceRef, interval: '10m' };
  return { reference: () => ({ chart: { spec } }), files: (root) => readChart(root, chart) };
}

function inRepository({ name: chart, version, repository }: RepositoryChart): ChartRenderer {
  return {
    reference: (name) => ({
      chart: { spec: { chart, version, sourceRef: { kind: 'HelmRepository', name }, interval: '10m' } },
    }),
    source: (name) => ({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { name, namespace: fluxNamespace },
      spec: { url: repository, interval: '1h' },
    }),
  };
}

function inRegistry({ url, version, insecure }: OciChart): ChartRenderer {
  return {
    reference: (name) => ({ chartRef: { kind: 'OCIRepository', name } }),
    source: (name) => ({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name, namespace: fluxNamespace },
      spec: {
        url,
        ref: { tag: version },
        layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
        interval: '1h',
        ...(insecure && { insecure: true }),
      },
    }),
  };
}
