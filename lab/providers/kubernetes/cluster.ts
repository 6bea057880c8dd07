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

/** The cluster that the provider is configured for. Nothing is read or connected before it is needed. */
export class Cluster {
  private connected: { api: ClusterApi; discovery: Discovery } | undefined;

  constructor(readonly settings: Settings) {}

  get api(): ClusterApi {
    return this.connect().api;
  }

  /** Where objects go that name no namespace. */
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

  /** Hands on what the API server warns of, deprecated versions for the most part. */
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
      // A preview has no kubeconfig of a cluster that is still to be made.
      return undefined;
    }
  }
}
