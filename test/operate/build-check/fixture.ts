import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApiObject } from 'cdk8s';

import { synthesise } from '../../../constructs/synth';
import { hostCommands } from '../../../lab/commands';
import { findCommand } from '../../../machine/files';
import { cdk8sApp, defineFleet, type Fleet, kind } from '../../../model';
import { refuseUnbuildable } from '../../../operate/build-check';
import { site } from '../../manifests/site';

const find = (name: string) => findCommand(name) ?? findCommand(name, hostCommands);

/** The real commands, where this machine has them. */
export const kustomize = find('kustomize');
export const helm = find('helm');

const missing = [...(kustomize ? [] : ['kustomize']), ...(helm ? [] : ['helm'])];

/** Whether both are real. */
export const hasTools = missing.length === 0;

/** For the title of tests in which they run. */
export const withTools = hasTools
  ? 'with the real kustomize and helm'
  : `with the real kustomize and helm (skipped: there is no ${missing.join(', no ')}; \`npm run fleet -- provide\` gets it)`;

/** Two clusters that both run every app. */
export function twoClusters(apps: Fleet['apps'], runs: Fleet['runs'] = {}): Fleet {
  const all = Object.fromEntries(Object.keys(apps).map((name) => [name, {}]));
  return defineFleet({
    clusters: { dev: kind(), prod: kind() },
    apps,
    runs: { dev: all, prod: all, ...runs },
  });
}

/**
 * What is wrong with the build of a fleet, by its message; undefined where nothing is.
 *
 * @param files what lies beside its `fleet.ts`
 * @param change is given the folder of the manifests before they are built
 */
export async function wrongWith(
  fleet: Fleet,
  files: Readonly<Record<string, string>> = {},
  change: (manifests: string) => void = () => {},
): Promise<string | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), "build check's #%?-"));
  try {
    const manifests = join(scratch, 'manifests');
    synthesise(fleet, manifests, site(files));
    change(manifests);
    await refuseUnbuildable({ fleet, manifests, kustomize: kustomize!, helm: helm! });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 9 });
  }
}

/** A chart of one template. */
export function chart(template: string, others: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'charts/own/Chart.yaml': 'apiVersion: v2\nname: its-name\nversion: 1.0.0\n',
    'charts/own/values.yaml': 'size: 1\n',
    'charts/own/templates/one.yaml': template,
    ...others,
  };
}

export const map = (name: string, data = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: ${data}\n`;

/** An app of one object. */
export const object = (props: { kind: string; apiVersion?: string; name: string; namespace?: string }) =>
  cdk8sApp({
    construct: (scope) => {
      const { kind, apiVersion = 'v1', ...metadata } = props;
      new ApiObject(scope, 'object', { apiVersion, kind, metadata });
    },
  });
