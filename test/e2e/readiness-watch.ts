import { KubeConfig, Watch } from '@kubernetes/client-node';

import { ClusterClient, type FluxObject, readyCondition } from '../../operate/cluster-client';

/**
 * Watches every Flux Kustomization of a cluster, and asks for reconciles all the while, so that one which cannot
 * succeed does fail.
 */
export class ReadinessWatch {
  /** What was said of each that was not ready. */
  readonly failures: string[] = [];
  /** How many changes were seen. */
  seen = 0;
  private readonly client: ClusterClient;
  private readonly timer: NodeJS.Timeout;
  private stopped = false;

  /** @param app the app whose Flux Kustomization is asked to reconcile */
  constructor(
    private readonly kubeconfig: string,
    private readonly app: string,
  ) {
    this.client = new ClusterClient('watched', kubeconfig);
    this.timer = setInterval(() => this.ask(), 2000);
    this.begin();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** What is asked in the moment of a change of the object is refused, and asked again. */
  private ask(): void {
    this.client.requestReconcile('Kustomization', this.app).catch(() => undefined);
  }

  private begin(): void {
    const config = new KubeConfig();
    config.loadFromFile(this.kubeconfig);
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations';
    const again = () => void (this.stopped || this.begin());
    void new Watch(config).watch(path, {}, (_, object) => this.look(object as FluxObject), again).catch(again);
  }

  private look(object: FluxObject): void {
    if (this.stopped) return;
    this.seen++;
    const ready = readyCondition(object);
    // One that is given up for the sake of a newer revision, or waits for the root to apply that, has not failed.
    if (ready?.status === 'False' && !['HealthCheckCanceled', 'DependencyNotReady'].includes(ready.reason!))
      this.failures.push(`${object.metadata.name}: ${ready.reason}: ${ready.message}`);
  }
}
