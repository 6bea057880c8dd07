import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LineCounter, parseAllDocuments } from 'yaml';

import { type App, type Fleet, secretFile } from '../../model';
import type { BuiltObject, Unit } from './built';
import type { KubernetesObject } from './object';

/** What a user wrote: a path in `fleet.ts`, or a file. */
export interface Place {
  readonly place: string;
  /** Whether it is a file of the user's, with the lines of the generated one. */
  readonly isFile: boolean;
}

/** What the user wrote to get a file of the manifests. */
export function writtenPlace({ apps, tenants }: Fleet, { name, cluster }: Unit, file: string): Place {
  if (file.startsWith('charts/')) return { place: file, isFile: true };
  const [, , folder, ...rest] = file.split('/');
  const own = [ownFolder(apps[name]), tenantFolder(tenants[name])].find((each) => each !== undefined);
  if (folder === 'base' && own && rest[0] === 'folder')
    return { place: [own, ...rest.slice(1)].join('/'), isFile: true };
  if (folder === 'folder' && own) return { place: [own, ...rest].join('/'), isFile: true };
  if (folder !== 'overlays') return { place: name in tenants ? `tenants.${name}` : `apps.${name}`, isFile: false };
  const path = rest.slice(1).join('/');
  if (path === 'secret.yaml') return { place: secretFile(cluster, name), isFile: true };
  const key = path.endsWith('-own-patch.yaml') ? '.patches' : '';
  return { place: `runs.${cluster}.${name}${key}`, isFile: false };
}

/** The user's folder of an app, if it is one. */
function ownFolder(app: App | undefined): string | undefined {
  return app?.type === 'kustomize' ? app.folder : undefined;
}

function tenantFolder(tenant: Fleet['tenants'][string] | undefined): string | undefined {
  return tenant?.source?.type === 'folder' ? tenant.source.folder : undefined;
}

/** What the user wrote to get an object: in a file, with the line where it begins. */
export function objectPlace(fleet: Fleet, manifests: string, { unit, file, object, chart }: BuiltObject): string {
  const { place, isFile } = writtenPlace(fleet, unit, file);
  const line = isFile && !chart ? lineOf(join(manifests, file), object) : undefined;
  return line === undefined ? place : `${place}:${line}`;
}

/** The line where an object begins. Its name may have got a prefix or a suffix since. */
function lineOf(file: string, { kind, metadata }: KubernetesObject): number | undefined {
  if (!existsSync(file)) return undefined;
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(readFileSync(file, 'utf8'), {
    lineCounter,
    logLevel: 'silent',
    uniqueKeys: false,
  });
  const found = [...documents].find((document) => {
    const value = document.toJS({ maxAliasCount: -1 }) as Partial<KubernetesObject> | null;
    return value?.kind === kind && metadata.name.includes(value.metadata?.name ?? '\0');
  });
  const start = found?.contents?.range?.[0];
  return start === undefined ? undefined : lineCounter.linePos(start).line;
}
