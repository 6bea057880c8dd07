import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { appModels } from '../../model/apps';
import { clusterModels } from '../../model/clusters';
import { repositoryModels } from '../../model/repositories';

/** Each file of the program with the paths, without `.ts`, that it imports. */
const folders = ['model', 'constructs', 'stacks', 'operate', 'machine', 'cli'];
const paths = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path))),
);
const files = paths
  .filter((path) => path.endsWith('.ts'))
  .map((file) => {
    const imported = [...readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']*?)(?:\.ts)?'/g)];
    return { file, imports: imported.map((match) => join(dirname(file), match[1]!)) };
  });

/** The files that import something of the files whose paths start so, and are not among them. */
function importers(...own: string[]): string[] {
  const isOwn = (path: string) => own.some((start) => `${path}.ts`.startsWith(start));
  return files
    .filter(({ file, imports }) => !own.some((start) => file.startsWith(start)) && imports.some(isOwn))
    .map(({ file }) => file)
    .sort();
}

// Besides these registries, another type needs its own files, an example and a row on the page of the examples.
describe('another type changes two files of the program, its registries', () => {
  it.each(Object.keys(clusterModels.all()))('%s, a cluster type', (type) => {
    const registries = ['model/clusters/index.ts', 'stacks/clusters/index.ts'];
    expect(importers(`model/clusters/${type}.ts`, `stacks/clusters/${type}/`)).toEqual(registries);
  });

  it.each(Object.keys(repositoryModels.all()))('%s, a repository type', (type) => {
    const registries = ['model/repositories/index.ts', 'stacks/repositories/index.ts'];
    // The type that a fleet has by default is named where the default is.
    const defaults = type === 'git-server' ? ['model/fleet.ts', 'model/validation/check.ts'] : [];
    // A fleet whose repository is hosted has the same network and log of failures for its clusters on this machine.
    const shared = ['program', 'provider'].map((file) => `stacks/repositories/hosted/${file}.ts`);
    const expected = [...registries, ...defaults, ...(type === 'git-server' ? shared : [])].sort();
    expect(importers(`model/repositories/${type}.ts`, `stacks/repositories/${type}/`)).toEqual(expected);
  });

  it.each(Object.keys(appModels.all()))('%s, an app kind', (type) => {
    const registries = ['constructs/apps/index.ts', 'model/apps/index.ts'];
    // A cdk8s app is changed as a kustomize folder is.
    const shared = type === 'kustomize' ? ['model/apps/cdk8s-app.ts'] : [];
    const expected = [...registries, ...shared].sort();
    expect(importers(`model/apps/${type}-app.ts`, `constructs/apps/${type}/`)).toEqual(expected);
  });
});
