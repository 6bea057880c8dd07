import { realpathSync } from 'node:fs';
import { allOf } from '../machine/all-of';
import type { Fleet } from '../model';
import { refuseBuilds, refuseUnbuildable } from '../operate/build-check';
import { Builds } from '../operate/build-check/build';
import { findToolCommand, toolCommand } from './tool-command';

/**
 * Builds a folder of manifests as the clusters will.
 *
 * @returns what was built; and what was not checked, and why
 * @throws FleetError for what cannot be built, or without the tools
 */
export async function buildsOf(fleet: Fleet, manifests: string): Promise<{ builds: Builds; notices: string[] }> {
  const [kustomize, helm] = await allOf([toolCommand('kustomize'), toolCommand('helm')]);
  const builds = new Builds({ fleet, manifests: realpathSync(manifests), kustomize, helm });
  return { builds, notices: await refuseBuilds(builds) };
}

/** The same, where this machine has the tools. @returns what was not checked, and why */
export async function checkBuildIfPossible(fleet: Fleet, manifests: string): Promise<string[]> {
  const [kustomize, helm] = await allOf([findToolCommand('kustomize'), findToolCommand('helm')]);
  if (kustomize && helm) return refuseUnbuildable({ fleet, manifests, kustomize, helm });
  const missing = [...(kustomize ? [] : ['kustomize']), ...(helm ? [] : ['helm'])];
  return [
    `The build of manifests/ was not checked: this machine has no ${missing.join(' and no ')}, ` +
      'which `npm run fleet -- provide` gets. `npm run up` and `npm run fleet -- publish` check it.',
  ];
}
