import type { Context } from '../rpc/provider';
import { ClusterApi } from './cluster-api';
import { Discovery, pathOf, type Served } from './discovery';
import type { Kind } from './kinds';
import { readKubeconfig } from './kubeconfig';
import type { Metadata } from './object';
import type { Settings } from './settings';
import { KindMissing } from './waiting';

/** An object's place in the cluster's API. */
export interface Place {
  readonly path: string;
  readonly namespace?: string;
}

/** The cluster that the provider is configured for. It is read and connected only when it is needed. */
export class Cluster {
  private connected: { api: ClusterApi; discovery: Discovery } | undefined;

  constructor(readonly settings: Settings) {}

  get api(): ClusterApi {
    return this.connect().api;
  }

  /** The namespace of objects that name none. */
  get defaultNamespace(): string {
    return this.settings.namespace ?? this.contextNamespace() ?? 'default';
  }

  /** Undefined when the cluster does not serve the kind. */
  served(kind: Kind): Promise<Served | undefined> {
    return this.connect().discovery.find(kind);
  }

  /** @throws KindMissing when the cluster does not serve the kind now */
  async place(kind: Kind, { name, namespace }: Metadata): Promise<Place> {
    const served = await this.served(kind);
    if (!served) throw new KindMissing(`the cluster serves no ${kind.kind} of ${kind.apiVersion}`);
    const inside = served.namespaced ? (namespace ?? this.defaultNamespace) : undefined;
    return { path: pathOf(kind, served, { name, namespace: inside }), namespace: inside };
  }

  /** Logs the warnings of the API server, mostly about deprecated versions. */
  warn(context: Context): ((text: string) => void) | undefined {
    if (this.settings.suppressDeprecationWarnings) return undefined;
    return (text) => context.log('warning', text);
  }

  private connect(): { api: ClusterApi; discovery: Discovery } {
    if (!this.connected) {
      const api = new ClusterApi(readKubeconfig(this.settings), this.settings.timeoutMs);
      this.connected = { api, discovery: new Discovery(api) };
    }
    return this.connected;
  }

  private contextNamespace(): string | undefined {
    try {
      return readKubeconfig(this.settings).namespace;
    } catch {
      // In a preview, a cluster that does not exist yet has no kubeconfig.
      return undefined;
    }
  }
}
