import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { generationMark, kindClusterLabel, type Owner, ownerLabels, ownerMark } from '../../../model';
import { FakeDocker } from '../../fakes/docker/docker';

export interface FakeCluster {
  readonly name: string;
  readonly network?: string;
  readonly owner?: Owner;
  readonly generation?: string;
}

/** A machine whose `docker` and `kind` hold what a test puts there, and clones of this repository on it. */
export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'flux-fleet-ownership-'));
  readonly docker: FakeDocker;
  private readonly path = process.env['PATH'];

  constructor() {
    const bin = join(this.root, 'bin');
    mkdirSync(bin);
    this.docker = new FakeDocker(this.root);
    symlinkSync(join(__dirname, '../../fakes/docker/kind.mjs'), join(bin, 'kind'));
    process.env['PATH'] = [bin, this.path].join(delimiter);
  }

  remove(): void {
    process.env['PATH'] = this.path;
    rmSync(this.root, { recursive: true, force: true, maxRetries: 9 });
  }

  get state() {
    return this.docker.state;
  }

  /** What changed something, of all that docker and kind were asked. */
  get changes(): string[] {
    return this.docker.calls.filter((call) => !/^(ps|\w* ?inspect|\w+ ls|cp \S+ -$|kind get)/.test(call));
  }

  /** The files in the only container. */
  get files(): Readonly<Record<string, string>> {
    return this.state.containers[0]?.Files ?? {};
  }

  /** The labels of the volume that records the owner of the default fleet. */
  get claim(): Readonly<Record<string, string>> | undefined {
    return this.state.volumes.find(({ Name }) => Name === 'flux-fleet-owner')?.Labels;
  }

  addContainer(name: string, owner?: Owner): void {
    this.docker.container(name, { labels: owner && ownerLabels(owner) });
  }

  addCluster({ name, network = 'kind', owner, generation }: FakeCluster): void {
    const Files = {
      ...(owner && { [ownerMark]: `${JSON.stringify(owner)}\n` }),
      ...(generation && { [generationMark]: `${generation}\n` }),
    };
    this.docker.container(`${name}-control-plane`, { labels: { [kindClusterLabel]: name }, network, Files });
  }

  addNetwork(name: string, owner?: Owner): void {
    this.docker.network(name, owner && ownerLabels(owner));
  }

  addVolume(name: string, owner?: Owner): void {
    this.docker.volume(name, owner && ownerLabels(owner));
  }

  /** The folder of local files of a clone. */
  clone(name: string): string {
    return join(this.root, name, '.fleet');
  }

  /** Writes Pulumi's state of a clone's stack. */
  addStack(directory: string, stack: string, resources: readonly object[]): void {
    const folder = join(directory, 'state', '.pulumi', 'stacks', 'flux-fleet');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  }
}
