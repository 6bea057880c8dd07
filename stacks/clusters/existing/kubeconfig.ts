import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Document, isMap, isSeq, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import { homeDirectory, repositoryRoot } from '../../../machine/paths';
import { userKubeconfigs } from '../../../machine/user-kubeconfigs';
import { type ExistingCluster, existingContext, FleetError, type Problem } from '../../../model';
import type { ClusterTarget } from '../provider';

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The properties of a kubeconfig that are paths of files: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1 */
const files = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** An entry of a kubeconfig, and the file that has it. */
interface Entry {
  readonly file: string;
  readonly node: YAMLMap;
}

/**
 * A kubeconfig that leads to the cluster alone, as the fleet's commands use it from any folder: the context of `fleet.ts`
 * under the fleet's own name, its credentials as they are, and paths from the root.
 *
 * @throws FleetError when the kubeconfig or the context is missing
 */
export function ownKubeconfig({ fleet, name, cluster }: ClusterTarget<ExistingCluster>): string {
  const own = existingContext(fleet, name);
  const place = `clusters.${name}`;
  if (cluster.inCluster) return inCluster(own, `${place}.inCluster`);
  const paths = kubeconfigs(cluster.kubeconfig, `${place}.kubeconfig`);
  const entries = (key: string) => paths.flatMap((file) => entriesIn(file, key, place));
  const context = chosen(entries('contexts'), cluster.context, { place: `${place}.context`, paths });
  const part = (key: 'cluster' | 'user') => {
    const wanted = text(context.node.getIn(['context', key]));
    const found = entries(`${key}s`).find(({ node }) => text(node.get('name')) === wanted);
    if (found) return absolute(found, key, own);
    if (key === 'user' && wanted === '') return undefined;
    const problem = `its context \`${text(context.node.get('name'))}\` names the ${key} \`${wanted}\`, which is missing`;
    throw new FleetError({ place: context.file, problem, next: `Fix it, or set another context in \`${place}\`` });
  };
  const user = part('user');
  const namespace = context.node.getIn(['context', 'namespace'], true);
  return written(own, {
    clusters: [part('cluster')],
    users: user ? [user] : [],
    contexts: [
      { name: own, context: { cluster: own, ...(user && { user: own }), ...(namespace ? { namespace } : {}) } },
    ],
  });
}

function inCluster(own: string, place: string): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (!host) {
    const problem = 'this program does not run in a cluster: KUBERNETES_SERVICE_HOST is not set';
    throw new FleetError({ place, problem, next: 'Remove `inCluster`, and set `kubeconfig` and `context`' });
  }
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return written(own, {
    clusters: [{ name: own, cluster: { server, 'certificate-authority': `${serviceAccount}/ca.crt` } }],
    users: [{ name: own, user: { tokenFile: `${serviceAccount}/token` } }],
    contexts: [{ name: own, context: { cluster: own, user: own } }],
  });
}

/** The files that may have the context: the one that is set, or those that kubectl reads. */
function kubeconfigs(set: string | undefined, place: string): string[] {
  const paths =
    set === undefined ? userKubeconfigs() : [resolve(repositoryRoot, set.replace(/^~(?=\/|$)/, homeDirectory()))];
  const there = paths.filter(existsSync);
  if (there.length > 0) return there;
  const next = set === undefined ? 'Set it to the kubeconfig of the cluster' : 'Set it to a file that exists';
  throw new FleetError({ place, problem: `there is no kubeconfig at ${paths.join(', ')}`, next });
}

// By this schema every value is text, so that none is written otherwise than it was read.
function entriesIn(file: string, key: string, place: string): Entry[] {
  const document = parseDocument(readFileSync(file, 'utf8'), { schema: 'failsafe' });
  const { contents, errors } = document;
  if (errors.length > 0 || !isMap(contents)) {
    const problem = `it is not a kubeconfig: ${errors[0]?.message.split('\n')[0] ?? 'no mapping at the top'}`;
    throw new FleetError({ place: file, problem, next: `Fix it, or set \`${place}.kubeconfig\` to another file` });
  }
  // An entry is taken out of its file: what it refers to comes with it.
  visit(document, { Alias: (_, alias) => alias.resolve(document)?.clone() as Node | undefined });
  const list = contents.get(key);
  const nodes: unknown[] = isSeq(list) ? list.items : [];
  return nodes.filter((node) => isMap(node)).map((node) => ({ file, node }));
}

function chosen(
  contexts: readonly Entry[],
  wanted: string | undefined,
  { place, paths }: { place: string; paths: readonly string[] },
): Entry {
  const names = contexts.map(({ node }) => text(node.get('name')));
  const at = wanted === undefined && names.length === 1 ? 0 : names.indexOf(wanted ?? '');
  if (at >= 0) return contexts[at]!;
  throw new FleetError({ place, ...contextProblem(names, wanted, paths.join(', ')) });
}

function contextProblem(names: readonly string[], wanted: string | undefined, file: string): Omit<Problem, 'place'> {
  if (names.length === 0) return { problem: `${file} has no context`, next: 'Set `kubeconfig` to another file' };
  const listed = names.map((name) => `\`${name}\``).join(', ');
  if (wanted === undefined)
    return { problem: `${file} has several contexts, and none is set`, next: `Set it to one of ${listed}` };
  return { problem: `${file} has no context \`${wanted}\``, next: `Set it to one of ${listed}` };
}

/** The cluster or the user of a context, under another name and with paths from the root. */
function absolute({ file, node }: Entry, key: 'cluster' | 'user', name: string): YAMLMap {
  const path = (value: string) => resolve(dirname(file), value);
  node.set('name', name);
  for (const property of files) {
    const value = text(node.getIn([key, property]));
    if (value) node.setIn([key, property], path(value));
  }
  // A command with a slash is relative to the kubeconfig; one without is looked for on PATH.
  const command = text(node.getIn([key, 'exec', 'command']));
  if (command.includes('/')) node.setIn([key, 'exec', 'command'], path(command));
  return node;
}

function written(own: string, parts: Readonly<Record<'clusters' | 'users' | 'contexts', readonly unknown[]>>): string {
  const document = new Document(
    { apiVersion: 'v1', kind: 'Config', 'current-context': own, ...parts },
    { schema: 'failsafe' },
  );
  return document.toString({ lineWidth: 0 });
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
