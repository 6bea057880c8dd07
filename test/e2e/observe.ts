import { gunzipSync } from 'node:zlib';

import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  type V1Deployment,
} from '@kubernetes/client-node';
import { execa } from 'execa';

/** The parts of an object that tests look at. */
export interface AnyObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** What a cluster holds, asked of its API server. */
export class Observed {
  private readonly core: CoreV1Api;
  private readonly apps: AppsV1Api;
  private readonly config = new KubeConfig();

  constructor(kubeconfig: string) {
    this.config.loadFromFile(kubeconfig);
    this.core = this.config.makeApiClient(CoreV1Api);
    this.apps = this.config.makeApiClient(AppsV1Api);
  }

  async namespaces(): Promise<string[]> {
    return (await this.core.listNamespace()).items.map(({ metadata }) => metadata!.name!);
  }

  async deployment(name: string, namespace = name): Promise<V1Deployment> {
    return this.apps.readNamespacedDeployment({ name, namespace });
  }

  /** Since when each namespace has a warning among its events, in ms. */
  async warnings(): Promise<Map<string, number>> {
    const { items } = await this.core.listEventForAllNamespaces({ fieldSelector: 'type=Warning' });
    const since = new Map<string, number>();
    for (const { metadata, firstTimestamp, eventTime } of items) {
      const time = (firstTimestamp ?? eventTime)!.getTime();
      since.set(metadata.namespace!, Math.min(time, since.get(metadata.namespace!) ?? time));
    }
    return since;
  }

  /** Any object, by its version, its kind, and `namespace/name`. */
  async object(apiVersion: string, kind: string, path: string): Promise<AnyObject> {
    const [namespace, name] = path.split('/') as [string, string];
    const objects = KubernetesObjectApi.makeApiClient(this.config);
    return (await objects.read({ apiVersion, kind, metadata: { namespace, name } })) as AnyObject;
  }

  /** The pods of an app that are ready, by their UID: a pod that was made anew has another. */
  async readyPods(app: string): Promise<string[]> {
    const { items } = await this.core.listNamespacedPod({ namespace: app });
    const ready = items.filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    return ready
      .filter(({ metadata }) => !metadata?.deletionTimestamp)
      .map(({ metadata }) => metadata!.uid!)
      .sort();
  }

  /** What the app itself answers, through its Service. */
  async answer(app: string): Promise<{ message: string }> {
    const body = await this.core.connectGetNamespacedServiceProxyWithPath({
      name: `${app}:9898`,
      namespace: app,
      path: 'api/info',
    });
    return (typeof body === 'string' ? JSON.parse(body) : body) as { message: string };
  }

  /** What came of an app's own call of another, as it says itself. */
  async call(app: string, namespace: string): Promise<string> {
    const body: unknown = await this.core.connectPostNamespacedServiceProxyWithPath({
      name: `${app}:9898`,
      namespace,
      path: 'api/echo',
    });
    return typeof body === 'string' ? body : JSON.stringify(body);
  }

  /** The environment that an app runs in, as it says itself: `NAME=value`. */
  async variables(app: string, namespace = app): Promise<string[]> {
    const body = await this.core.connectGetNamespacedServiceProxyWithPath({
      name: `${app}:9898`,
      namespace,
      path: 'env',
    });
    return (typeof body === 'string' ? JSON.parse(body) : body) as string[];
  }

  /** The values that a chart was last installed with: https://helm.sh/docs/topics/advanced/#storage-backends */
  async chartValues(release: string, namespace = release): Promise<Record<string, unknown>> {
    const labelSelector = `owner=helm,name=${release},status=deployed`;
    const { items } = await this.core.listNamespacedSecret({ namespace, labelSelector });
    const text = Buffer.from(items[0]!.data!['release']!, 'base64').toString();
    const { config } = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as {
      config: Record<string, unknown>;
    };
    return config;
  }

  /** The revision that Flux has last applied for an app. */
  async appliedRevision(app: string): Promise<string | undefined> {
    return (await this.revisions(app)).lastAppliedRevision;
  }

  /** The revision that Flux has last tried to apply for an app. */
  async attemptedRevision(app: string): Promise<string | undefined> {
    return (await this.revisions(app)).lastAttemptedRevision;
  }

  private async revisions(app: string): Promise<{ lastAppliedRevision?: string; lastAttemptedRevision?: string }> {
    const object = (await this.config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
      group: 'kustomize.toolkit.fluxcd.io',
      version: 'v1',
      plural: 'kustomizations',
      namespace: 'flux-system',
      name: app,
    })) as { status?: { lastAppliedRevision?: string; lastAttemptedRevision?: string } };
    return object.status ?? {};
  }

  async deleteNamespacedDeployment(name: string, namespace: string): Promise<void> {
    await this.apps.deleteNamespacedDeployment({ name, namespace });
  }
}

/** The names of what Docker holds. */
interface Held {
  readonly containers: string[];
  readonly networks: string[];
  readonly volumes: string[];
}

/** Everything that Docker holds. */
export async function everything(): Promise<Held> {
  const list = async (...args: string[]) => (await execa('docker', args)).stdout.split('\n').filter(Boolean).sort();
  return {
    containers: await list('ps', '--all', '--format', '{{.Names}}'),
    networks: await list('network', 'ls', '--format', '{{.Name}}'),
    volumes: await list('volume', 'ls', '--format', '{{.Name}}'),
  };
}

/** What of that the default fleet makes. */
export async function dockerHolds(): Promise<Held> {
  const { containers, networks, volumes } = await everything();
  return {
    containers: containers.filter(
      (name) => ['gitserver', 'fleet-alerts'].includes(name) || name.startsWith('cluster-'),
    ),
    networks: networks.filter((name) => name === 'flux-fleet'),
    volumes: volumes.filter((name) => name === 'flux-fleet-repositories'),
  };
}

/** What a file of a pod's volume holds, as the pod's node has it. */
export async function fileOfPod(uid: string, path: RegExp): Promise<string> {
  for (const node of (await dockerHolds()).containers.filter((name) => name.startsWith('cluster-'))) {
    const folder = `/var/lib/kubelet/pods/${uid}`;
    const found = await execa('docker', ['exec', node, 'find', folder, '-name', 'E*'], { reject: false });
    const file = found.stdout.split('\n').find((line) => path.test(line));
    // As base64, so that no newline is lost.
    if (file) {
      const { stdout } = await execa('docker', ['exec', node, 'base64', '-w0', file]);
      return Buffer.from(stdout, 'base64').toString();
    }
  }
  throw new Error(`no node has a file ${String(path)} of the pod ${uid}`);
}

/** This machine's address in a network of Docker's, by which containers reach it. */
export async function gateway(network: string): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  return (await execa('docker', ['network', 'inspect', network, '--format', format])).stdout;
}

/** A command in the git server's container, on the repository. */
export async function serverGit(...args: string[]): Promise<string> {
  return (await execa('docker', ['exec', 'gitserver', 'git', '-C', '/git-server/repos/infra', ...args])).stdout;
}

/** The parts of one of Flux's events that the tests look at. */
interface AlertEvent {
  readonly involvedObject: { readonly name: string };
  readonly message: string;
  readonly severity: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What the alert log holds. */
export async function alerts(): Promise<AlertEvent[]> {
  const { all } = await execa('docker', ['logs', 'fleet-alerts'], { all: true });
  return all.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as AlertEvent] : []));
}

/** The failures that the fleet was told of. */
export async function complaints(): Promise<AlertEvent[]> {
  return (await alerts()).filter(
    ({ metadata, severity }) => metadata?.['cluster'] !== undefined && severity === 'error',
  );
}
