import { posix } from 'node:path';
import { type KustomizeApp, type KustomizeAppOverlay, type Problem, throwProblems } from '../../../model';
import { addFiles, readFolder } from '../../files/folder';
import { kustomizeFile, kustomizeFileName } from '../../files/kustomize-file';
import { plainSecrets } from '../../secrets/secret-file';
import { type Base, missingNamespace } from '../base';
import type { AppContext, AppRenderer } from '../kind';
import { objectChanges, objectReadiness } from '../object-changes';
import { type Built, kustomizeFolder } from './folder';

export const kustomizeRenderer: AppRenderer<KustomizeApp, KustomizeAppOverlay> = {
  base,
  changes: (props) => {
    const own = props.base.byPath?.get(props.overlay.path ?? props.app.path);
    return { ...objectChanges({ ...props, base: { ...(own ?? props.base), files: props.base.files } }), base: own };
  },
  readiness: objectReadiness,
};

/** The user's folder as it is, inside a folder that adds the namespace. */
function base(context: AppContext<KustomizeApp>): Base {
  const { fleet, root, name, app } = context;
  const files = readFolder(root, app.folder);
  const tree = new Map<string, object | string>();
  addFiles(tree, 'folder', files);
  const overlays = Object.values(fleet.runs).flatMap((units) => (units[name] as KustomizeAppOverlay | undefined) ?? []);
  const paths = new Set(overlays.length === 0 ? [app.path] : overlays.map(({ path = app.path }) => path));
  const built = new Map([...paths].map((path) => [path, kustomizeFolder(app.folder, files, path)]));
  for (const each of built.values()) addFiles(tree, 'folder', each.files);
  const problems = [...built.values()].flatMap((each) => [...each.problems, ...renamedNamespaces(context, each)]);
  const distinct = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  throwProblems([...plainSecrets(app.folder, files), ...distinct.values()]);
  const byPath = new Map([...built].map(([path, each]) => [path, inNamespace(context, each, path)]));
  const own = byPath.get(app.path);
  byPath.delete(app.path);
  return {
    objects: [],
    ...own,
    files: new Map([...tree, ...(own?.files ?? [])]),
    byPath,
  };
}

/** What kustomize would rename, with the namespaces of all other objects. */
function* renamedNamespaces({ name, app }: AppContext<KustomizeApp>, { objects }: Built): Iterable<Problem> {
  const other = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== name);
  if (!other || app.namespaces === 'own') return;
  const problem = `the folder has a Namespace \`${other.metadata.name}\`, but all its objects get the namespace \`${name}\``;
  yield { place: `apps.${name}`, problem, next: "Set `namespaces: 'own'`, or remove the Namespace from the folder" };
}

/** A folder beside the copy of the user's, or in an overlay. Patches use names and namespaces before kustomize changes them. */
function inNamespace(context: AppContext<KustomizeApp>, { objects, incomplete }: Built, path: string): Base {
  const { name, app } = context;
  const added = missingNamespace(objects, context);
  const folder = posix.join(path === app.path ? 'folder' : '../../../base/folder', path);
  const resources = [...added.map(() => 'namespace.yaml'), folder];
  const namespace = app.namespaces === 'app' ? { namespace: name } : { defaultNamespace: name };
  return {
    files: new Map<string, object>([
      ...added.map((object) => ['namespace.yaml', object] as const),
      [kustomizeFileName, kustomizeFile({ resources, ...namespace })],
    ]),
    objects: [...added, ...objects],
    incomplete,
  };
}
