import type { App, Cdk8sAppOverlay, HelmApp, HelmAppOverlay, Overlay, WebApp, WebAppOverlay } from '../../model';
import { type Base, cdk8sBase, helmBase, kustomizeBase, webAppBase } from './base';
import { helmChanges } from './helm/overlay';
import { checkValues, mergedValues } from './helm/values';
import { appLabels } from '../labels';
import { overlayFolder, type OwnChanges } from '../patches/overlay';
import { podAnnotations } from '../secrets/pod-annotation';
import { readSecretFile } from '../secrets/secret-file';
import type { Site } from '../synth-context';
import type { Tree } from '../files/tree';
import { webAppChanges } from './web/overlay';

/** What an app is everywhere. */
export function appBase(site: Site, name: string, app: App): Base {
  switch (app.type) {
    case 'web':
      return webAppBase(name, app, site);
    case 'helm':
      return helmBase(name, app, site);
    case 'kustomize':
      return kustomizeBase(name, app, site);
    case 'cdk8s':
      return cdk8sBase(name, app, site);
  }
}

/** An app in a cluster that runs it. */
export interface AppInCluster {
  readonly name: string;
  readonly cluster: string;
  readonly base: Base;
}

/**
 * What an app is in one cluster.
 *
 * @throws FleetError for a secret that is missing, a patch that does not fit, a value that the chart would refuse.
 */
export function appOverlay(site: Site, { name, cluster, base }: AppInCluster): Tree {
  const { fleet, root } = site;
  const overlay = fleet.runs[cluster]![name] as Overlay;
  const place = `runs.${cluster}.${name}`;
  const secret = readSecretFile({ fleet, root, cluster, app: name });
  const own = changes({ site, name, place, base, overlay, secretHash: secret?.hash });
  return overlayFolder({ place, base: base.objects, own, patches: overlay.patches, secret: secret?.text });
}

interface ChangesProps {
  readonly site: Site;
  readonly name: string;
  readonly place: string;
  readonly base: Base;
  readonly overlay: Overlay;
  readonly secretHash?: string;
}

function changes(props: ChangesProps): OwnChanges {
  const { site, name, overlay, secretHash } = props;
  const app = site.fleet.apps[name]!;
  switch (app.type) {
    case 'web':
      return webChanges(props, app, overlay as WebAppOverlay);
    case 'helm':
      checkChart(props, app, overlay);
      return helmChanges({ name, app, overlay: overlay, secretHash });
    case 'kustomize':
    case 'cdk8s':
      return objectChanges(props, overlay as Cdk8sAppOverlay);
  }
}

function webChanges({ site, name, secretHash }: ChangesProps, app: WebApp, overlay: WebAppOverlay): OwnChanges {
  return webAppChanges({ name, app, overlay, labels: appLabels(site.fleet.name, name), secretHash });
}

/** The values of a cluster, by the schema of the chart that has one. */
function checkChart({ name, place, base }: ChangesProps, app: HelmApp, { values }: HelmAppOverlay): void {
  if (!base.chart) return;
  const where = values ? `${place}.values` : `apps.${name}.values`;
  checkValues(base.chart, { place: where, app, values: mergedValues(app.values, values) });
}

function objectChanges({ name, base, secretHash }: ChangesProps, overlay: Cdk8sAppOverlay): OwnChanges {
  const sorted = <V>(said: Readonly<Record<string, V>> = {}) =>
    Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    images: sorted(overlay.tags).map(([image, newTag]) => ({ name: image, newTag })),
    replicas: sorted(overlay.replicas).map(([workload, count]) => ({ name: workload, count })),
    patches: secretHash === undefined ? [] : podAnnotations(base.objects, name, secretHash),
    resources: new Map(),
  };
}
