import { FleetError, type KustomizeApp, type KustomizeAppOverlay } from '../../../model';
import { addFiles, readFolder } from '../../files/folder';
import { kustomizeFile, kustomizeFileName } from '../../files/kustomize-file';
import { type Base, missingNamespace } from '../base';
import type { AppContext, AppRenderer } from '../kind';
import { objectChanges, objectReadiness } from '../object-changes';
import { kustomizeFolder } from './folder';

export const kustomizeRenderer: AppRenderer<KustomizeApp, KustomizeAppOverlay> = {
  base,
  changes: objectChanges,
  readiness: objectReadiness,
};

/** The user's folder as it is, inside a folder that adds the namespace. */
function base(context: AppContext<KustomizeApp>): Base {
  const { root, name, app } = context;
  const { files, objects } = kustomizeFolder(app.folder, readFolder(root, app.folder));
  const other = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== name);
  if (other && !app.ownNamespaces) {
    const problem = `the folder has a Namespace \`${other.metadata.name}\`, but all its objects get the namespace \`${name}\``;
    const next = 'Set `ownNamespaces: true`, or remove the Namespace from the folder';
    throw new FleetError({ place: `apps.${name}`, problem, next });
  }
  const added = missingNamespace(objects, context);
  const tree = new Map<string, object | string>(added.map((object) => ['namespace.yaml', object]));
  addFiles(tree, 'folder', files);
  const resources = [...added.map(() => 'namespace.yaml'), 'folder'];
  tree.set(kustomizeFileName, kustomizeFile({ resources, namespace: app.ownNamespaces ? undefined : name }));
  // Patches use the names and namespaces in the folder, before kustomize changes them.
  return { files: tree, objects: [...added, ...objects], incomplete: [...files.values()].some(changesObjects) };
}

/** Whether a file may be a kustomization that makes objects, or gives them other names. */
function changesObjects(content: object | string): boolean {
  const keys = /^["' ]*(name(Pre|Suf)fix|components|\w*generators?|transformers|patches\w*|replacements)["']?:/im;
  return typeof content === 'string' && keys.test(content);
}
