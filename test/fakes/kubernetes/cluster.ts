import { FakeApiServer } from './api-server';
import { deployment, fluxKustomization, gitRepository, handled } from './flux';
import type { FakeRemote } from '../git/remote';

/** A cluster with a Flux that applies what the repository holds for it, as soon as it is told to fetch. */
export class FakeCluster {
  readonly api = new FakeApiServer();

  constructor(
    readonly name: string,
    private readonly remote: FakeRemote,
  ) {
    this.api.onWrite = (object) => {
      if (object.kind === 'GitRepository') void this.apply();
      else this.api.put(...handled(object));
    };
  }

  /** What `pulumi up` makes: the cluster with Flux in it, and its kubeconfig. */
  async up(kubeconfig: string): Promise<void> {
    await this.api.start();
    this.api.writeKubeconfig(kubeconfig, `kind-cluster-${this.name}`);
    this.api.put(gitRepository(undefined), fluxKustomization('flux-system', undefined));
  }

  private async apply(): Promise<void> {
    const commit = await this.remote.git('rev-parse', 'main');
    const prefix = `clusters/${this.name}/`;
    const files = (await this.remote.files()).filter((file) => file.startsWith(prefix));
    const apps = files
      .map((file) => file.slice(prefix.length, -'.yaml'.length))
      .filter((app) => app !== 'kustomization');
    for (const app of apps) this.api.put(fluxKustomization(app, commit), deployment(app, { ready: 1, replicas: 1 }));
    this.api.put(fluxKustomization('flux-system', commit), gitRepository(commit));
  }
}
