import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { generationMark, type Owner, ownerLabels, ownerMark } from '../../../model';

interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly NetworkMode: string };
  readonly files: Readonly<Record<string, string>>;
  readonly stopped?: boolean;
  readonly networks?: readonly string[];
}
interface Named {
  readonly Id?: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
}
interface State {
  readonly container: Container[];
  readonly network: Named[];
  readonly volume: Named[];
  /** The beginning of the commands that reach no engine. */
  readonly broken?: string;
}

export interface FakeCluster {
  readonly name: string;
  readonly network?: string;
  readonly owner?: Owner;
  readonly generation?: string;
  /** The node's container. */
  readonly id?: string;
}

/** A machine whose `docker` and `kind` hold what a test puts there, and clones of this repository on it. */
export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'flux-fleet-ownership-'));
  private readonly file = join(this.root, 'docker.json');
  private readonly path = process.env['PATH'];

  constructor() {
    const bin = join(this.root, 'bin');
    mkdirSync(bin);
    const docker = `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, 'fake-docker.mjs')}' "$@"\n`;
    writeFileSync(join(bin, 'docker'), docker, { mode: 0o755 });
    copyFileSync(join(__dirname, 'fake-kind.sh'), join(bin, 'kind'));
    this.write({ container: [], network: [], volume: [] });
    process.env['PATH'] = [bin, this.path].join(delimiter);
    process.env['FAKE_DOCKER'] = this.file;
  }

  remove(): void {
    process.env['PATH'] = this.path;
    delete process.env['FAKE_DOCKER'];
    rmSync(this.root, { recursive: true, force: true });
  }

  get state(): State {
    return JSON.parse(readFileSync(this.file, 'utf8')) as State;
  }

  /** What changed something, of all that docker and kind were asked. */
  get changes(): string[] {
    const calls = readFileSync(`${this.file}.calls`, 'utf8').split('\n').filter(Boolean);
    return calls.filter((call) => !/^(ps|\w* ?inspect|cp \S+ -$|kind get)/.test(call));
  }

  write(state: State): void {
    writeFileSync(this.file, JSON.stringify(state));
  }

  addContainer(name: string, owner?: Owner): void {
    const labels = owner ? ownerLabels(owner) : {};
    this.add('container', container({ id: `id-of-${name}`, name, labels }));
  }

  addCluster({ name, network = 'kind', owner, generation, id = `id-of-${name}` }: FakeCluster): void {
    const files = {
      ...(owner && { [ownerMark]: `${JSON.stringify(owner)}\n` }),
      ...(generation && { [generationMark]: `${generation}\n` }),
    };
    const labels = { 'io.x-k8s.kind.cluster': name };
    this.add('container', container({ id, name: `${name}-control-plane`, labels, network, files }));
  }

  addNetwork(name: string, owner?: Owner): void {
    this.add('network', { Id: `id-of-network-${name}`, Name: name, Labels: owner ? ownerLabels(owner) : {} });
  }

  addVolume(name: string, owner?: Owner): void {
    this.add('volume', { Name: name, Labels: owner ? ownerLabels(owner) : {} });
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

  private add(kind: 'container' | 'network' | 'volume', thing: Container | Named): void {
    const { state } = this;
    this.write({ ...state, [kind]: [...state[kind], thing] });
  }
}

function container(props: {
  id: string;
  name: string;
  labels: Record<string, string>;
  network?: string;
  files?: Record<string, string>;
}): Container {
  const { id, name, labels, network = 'bridge', files = {} } = props;
  return { Id: id, Name: `/${name}`, Config: { Labels: labels }, HostConfig: { NetworkMode: network }, files };
}
