import type { ClusterApi } from './cluster-api';
import type { Kind } from './kinds';

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where the objects of a kind are found. */
export interface Served {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which kinds a cluster serves; each group and version is asked for once, and again when a kind is missing from it. */
export class Discovery {
  private readonly lists = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly api: ClusterApi) {}

  /** Undefined when the cluster does not serve the kind now. */
  async find(kind: Kind): Promise<Served | undefined> {
    const known = this.lists.get(kind.apiVersion);
    const found = known && pick(await known, kind);
    if (found) return found;
    const latest = this.lists.get(kind.apiVersion);
    // Several callers may miss the same kind at the same time; only one of them asks.
    return pick(await (latest && latest !== known ? latest : this.ask(kind.apiVersion)), kind);
  }

  private ask(apiVersion: string): Promise<readonly ApiResource[]> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = this.api
      .find<{ resources: readonly ApiResource[] }>(path)
      .then((answer) => answer?.resources ?? [])
      .catch((error: unknown) => {
        this.lists.delete(apiVersion);
        throw error;
      });
    this.lists.set(apiVersion, list);
    return list;
  }
}

/** The path of a kind's objects, or of one of them. */
export function pathOf(
  { apiVersion }: Kind,
  { plural, namespaced }: Served,
  name: { name?: string; namespace?: string },
) {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const inside = namespaced && name.namespace !== undefined ? `/namespaces/${name.namespace}` : '';
  return `${root}${inside}/${plural}${name.name === undefined ? '' : `/${name.name}`}`;
}

function pick(list: readonly ApiResource[], { kind }: Kind): Served | undefined {
  const resource = list.find((candidate) => candidate.kind === kind && !candidate.name.includes('/'));
  return resource && { plural: resource.name, namespaced: resource.namespaced };
}
