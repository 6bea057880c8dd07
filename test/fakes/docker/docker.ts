import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { serveCommand } from '../served-command';

type Labels = Readonly<Record<string, string>>;

/** As `docker inspect` prints them, as far as anybody looks. */
interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Labels };
  readonly HostConfig: { readonly NetworkMode: string };
  readonly State: { readonly Status: string };
  /** As `docker ps` prints them. */
  readonly Ports?: string;
  /** What `docker cp` gives, by path. */
  readonly Files?: Readonly<Record<string, string>>;
  /** Those that it was connected to. */
  readonly Networks?: readonly string[];
}

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Labels;
  /** Those that are on it, so that it cannot be removed. */
  readonly Containers: Readonly<Record<string, { readonly Name: string }>>;
}

interface Volume {
  readonly Name: string;
  readonly Labels: Labels;
}

interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Config: { readonly Labels: Labels };
}

interface Failure {
  /** How the arguments begin: `network rm`. Empty for every call. */
  readonly call: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface DockerState {
  containers: Container[];
  networks: Network[];
  volumes: Volume[];
  images: Image[];
  failures: Failure[];
}

/** A `docker` command that works on a state of the test's. */
export class FakeDocker {
  /** @param folder a folder whose `bin` is in PATH */
  constructor(private readonly folder: string) {
    serveCommand(folder, 'docker', 'exec');
    writeFileSync(this.file, JSON.stringify({ containers: [], networks: [], volumes: [], images: [], failures: [] }));
  }

  get state(): DockerState {
    return JSON.parse(readFileSync(this.file, 'utf8')) as DockerState;
  }

  /** The arguments of every call until now, joined by spaces. */
  get calls(): string[] {
    const log = join(this.folder, 'docker.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
    return lines.map((line) => (JSON.parse(line) as string[]).join(' '));
  }

  container(
    name: string,
    { labels = {}, status = 'running', network = 'flux-fleet', ...more }: ContainerProps = {},
  ): void {
    const [Config, HostConfig] = [{ Labels: labels }, { NetworkMode: network }];
    this.add('containers', {
      Id: `id-of-${name}`,
      Name: `/${name}`,
      Config,
      HostConfig,
      State: { Status: status },
      ...more,
    });
  }

  /** @param connected the names of containers on it */
  network(name: string, labels: Labels = {}, connected: readonly string[] = []): void {
    const Containers = Object.fromEntries(connected.map((each) => [`id-of-${each}`, { Name: each }]));
    this.add('networks', { Id: `id-of-${name}`, Name: name, Labels: labels, Containers });
  }

  volume(name: string, labels: Labels = {}): void {
    this.add('volumes', { Name: name, Labels: labels });
  }

  /** @param others its other names */
  image(name: string, labels: Labels = {}, others: readonly string[] = []): void {
    const digest = name.replace(/:[^/@]+@/, '@');
    const names = { RepoTags: [name, ...others], RepoDigests: [digest] };
    this.add('images', { Id: `sha256:${name}`, ...names, Config: { Labels: labels } });
  }

  /** Removes an object, as somebody does with the engine's own command. */
  remove(kind: 'containers' | 'images' | 'networks' | 'volumes', name: string): void {
    const { state } = this;
    const named = (one: Container | Image | Network | Volume) =>
      'Name' in one ? one.Name.replace('/', '') === name : one.RepoTags.includes(name);
    const rest = (state[kind] as (Container | Image | Network | Volume)[]).filter((one) => !named(one));
    writeFileSync(this.file, JSON.stringify({ ...state, [kind]: rest }));
  }

  /** From now on, calls that begin like this fail. */
  fail(call: string, stderr: string, exitCode = 1): void {
    this.add('failures', { call, stderr, exitCode });
  }

  /** The engine is stopped. */
  stop(): void {
    this.fail('', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  }

  private add<K extends keyof DockerState>(kind: K, one: DockerState[K][number]): void {
    const { state } = this;
    writeFileSync(this.file, JSON.stringify({ ...state, [kind]: [...state[kind], one] }));
  }

  private get file(): string {
    return join(this.folder, 'docker.json');
  }
}

interface ContainerProps extends Pick<Container, 'Ports' | 'Files'> {
  readonly labels?: Labels;
  readonly status?: string;
  /** @default 'flux-fleet' */
  readonly network?: string;
}
