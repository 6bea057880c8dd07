import { join } from 'node:path';

import { sideBySide } from '../../machine/all-of';
import { repositoryLayout } from '../../model';
import { Builds } from '../build-check/build';
import type { Rendered } from '../build-check/built';
import { inTempFolder } from '../build-check/tool';
import { clustersIn, unitsOf } from '../build-check/units';
import { changesBetween } from '../publish-plan';
import type { RepositoryCopy } from '../repository';
import { compareCluster, type Compared } from './compare';
import { clusterDangers } from './dangers';
import type { ClusterPair } from './pair';
import { noiseNames } from './prepare';
import { folded, foldedObjects } from './fold';
import { type DiffReport, type SideLabel, type Withheld } from './report';
import { type Decrypt, SecretDigests } from './secrets';
import { type ClusterSide, noCluster, sideOf } from './side';
import type { DiffTools } from './tools';
import { folderOf, headlineOf, touches, type TreeSide, type Wanted } from './trees';
import { listed } from '../listed';

export interface DiffProps extends DiffTools {
  readonly copy: RepositoryCopy;
  readonly wanted: Wanted;
  /** Whether labels and annotations without an effect of their own are compared too. */
  readonly noise: boolean;
  readonly decrypt: Decrypt;
  /** What is to be told beside the difference. */
  readonly notices: readonly string[];
}

/** What differs in the clusters between two states of the repository, built as Flux and Helm build them. */
export async function diffTrees(props: DiffProps, from: TreeSide, to: TreeSide): Promise<DiffReport> {
  const { copy, wanted } = props;
  const changes = await changesBetween(copy, from.tree, to.tree);
  const headline = headlineOf(changes, wanted);
  if (changes.length === 0) return report(props, { from, to, headline }, []);
  return inTempFolder(async (scratch) => {
    const folders = [await folderOf(copy, from, join(scratch, 'from')), await folderOf(copy, to, join(scratch, 'to'))];
    const rendered = new Map<string, Promise<Rendered>>();
    const builds = [from, to].map(
      (side, index) => side.builds ?? new Builds({ ...props, manifests: folders[index]! }, rendered),
    );
    const clusters = folders.map((folder) => new Set(clustersIn(folder)));
    const all = [...new Set(clusters.flatMap((names) => [...names]))].sort();
    const wantedOnes = all.filter((name) => wanted.clusters?.includes(name) ?? true);
    const touched = wantedOnes.filter((cluster) => {
      const units = folders.flatMap((folder, side) =>
        clusters[side]!.has(cluster) ? unitsOf(folder, cluster, repositoryLayout(props.fleet.git)) : [],
      );
      return touches(changes, cluster, new Set(units.map(({ name }) => name)));
    });
    const works = touched.flatMap((cluster) => [0, 1].map((side) => ({ cluster, side })));
    const built = await sideBySide(works, ({ cluster, side }) =>
      clusters[side]!.has(cluster)
        ? sideOf(builds[side]!, cluster)
        : Promise.resolve(noCluster(cluster, folders[side]!)),
    );
    const pairs = touched.map((cluster, index): ClusterPair => {
      return { cluster, from: built[2 * index]!, to: built[2 * index + 1]!, follows: true };
    });
    return report(props, { from, to, headline }, pairs);
  });
}

/** What differs between two clusters in one state of the repository. */
export async function diffClusters(
  props: DiffProps,
  at: TreeSide,
  [one, other]: readonly [string, string],
): Promise<DiffReport> {
  return inTempFolder(async (scratch) => {
    const folder = await folderOf(props.copy, at, join(scratch, 'at'));
    const builds = new Builds({ ...props, manifests: folder });
    const [from, to] = (await sideBySide([one, other], (name) => sideOf(builds, name))) as [ClusterSide, ClusterSide];
    const cluster = `${one} and ${other}`;
    const label = (name: string) => ({ ...at, label: { ...at.label, name } });
    const pair = { cluster, from, to, follows: false };
    return report(props, { from: label(one), to: label(other), headline: '' }, [pair]);
  });
}

interface Labels {
  readonly from: { readonly label: SideLabel };
  readonly to: { readonly label: SideLabel };
  readonly headline: string;
}

async function report(props: DiffProps, labels: Labels, pairs: readonly ClusterPair[]): Promise<DiffReport> {
  const secrets = new SecretDigests(props.decrypt);
  const locked = await Promise.all(
    pairs.map(({ from, to }) =>
      secrets.read([from, to].map(({ folder, objects }) => ({ folder, objects: objects.values() }))),
    ),
  );
  const compared = pairs.map((pair) => compareCluster(pair, { hide: secrets.hide, noise: props.noise }));
  const isWanted = ({ app }: { readonly app: string }) => props.wanted.apps?.includes(app) ?? true;
  const objects = foldedObjects(compared.flatMap((one) => one.objects).filter(isWanted));
  const withheld = folded(pairs.flatMap(withheldIn).filter(isWanted));
  const headline =
    labels.headline ||
    betweenHeadline(
      labels,
      objects.map(({ app }) => app),
    );
  return {
    schema: 1,
    compares: labels.headline ? 'commits' : 'clusters',
    from: labels.from.label,
    to: labels.to.label,
    headline: objects.length + withheld.length > 0 ? headline : 'No object differs',
    different: objects.length > 0,
    clusters: pairs.map(({ cluster }) => cluster),
    dangers: folded(pairs.flatMap((pair, index) => clusterDangers(pair, compared[index]!.objects.filter(isWanted)))),
    images: folded(compared.flatMap((one) => one.images).filter(isWanted)),
    objects,
    withheld,
    notices: [...props.notices, ...noticesOf(compared, [...new Set(locked.flat())])],
  };
}

function withheldIn({ cluster, from, to }: ClusterPair): Withheld[] {
  return (
    [
      ['from', from],
      ['to', to],
    ] as const
  ).flatMap(([side, { failed }]) => [...failed].map(([app, problem]) => ({ app, side, problem, clusters: [cluster] })));
}

function betweenHeadline({ from, to }: Labels, apps: readonly string[]): string {
  return `${from.label.name} and ${to.label.name} differ in ${listed([...new Set(apps)])}`;
}

function noticesOf(compared: readonly Compared[], locked: readonly string[]): string[] {
  const noisy = compared.reduce((sum, one) => sum + one.noisy, 0);
  return [
    ...(noisy > 0
      ? [`${noisy} objects differ only in what is not compared: ${noiseNames}, or how equal secrets are encrypted`]
      : []),
    ...(locked.length > 0
      ? [`no key here opens the secrets of ${listed(locked)}: of these only the ciphertext is compared`]
      : []),
  ];
}
