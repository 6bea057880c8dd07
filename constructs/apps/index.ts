import type { App, ClusterBase, Overlay } from '../../model';
import { Registry } from '../../model/registry';
import type { Tree } from '../files/folder';
import { overlayFolder } from '../patches/overlay';
import { readSecretFile } from '../secrets/secret-file';
import type { SynthContext } from '../synth-context';
import type { Base } from './base';
import { cdk8sRenderer } from './cdk8s/renderer';
import { helmRenderer } from './helm/renderer';
import type { AppRenderer } from './kind';
import { kustomizeRenderer } from './kustomize/renderer';
import { webRenderer } from './web/renderer';

const renderers: Readonly<Record<App['type'], AppRenderer>> = {
  web: webRenderer,
  helm: helmRenderer,
  kustomize: kustomizeRenderer,
  cdk8s: cdk8sRenderer,
};

export const appRenderers = new Registry<AppRenderer>('app', renderers);

export function appBase(context: SynthContext, name: string): Base {
  const app = context.fleet.apps[name]!;
  return appRenderers.of(app).base({ ...context, name, app });
}

export interface UnitInCluster {
  readonly name: string;
  readonly cluster: string;
  readonly base: Base;
}

/**
 * The overlay of an app in one cluster.
 *
 * @throws FleetError for a missing secret, or a patch of an object that does not exist.
 */
export function appOverlay(context: SynthContext, { name, cluster, base }: UnitInCluster): Tree {
  const { fleet, root } = context;
  const app = fleet.apps[name]!;
  const overlay = fleet.runs[cluster]![name] as Overlay;
  const place = `runs.${cluster}.${name}`;
  const secret = readSecretFile({ fleet, root, cluster, app: name });
  const { platform = 'kubernetes' }: ClusterBase = fleet.clusters[cluster]!;
  const props = { ...context, name, app, base, overlay, platform, place, secretHash: secret?.hash };
  const changes = appRenderers.of(app).changes(props);
  return overlayFolder({ place, base, changes, patches: overlay.patches, secret: secret?.text });
}
