import { join } from 'node:path';
import { cacheDirectory, repositoryRoot } from '../machine/paths';
import { hashOf, hashOfTree } from './inputs';

/** The Kubernetes that a lab node runs. */
export const kubernetesVersion = 'v1.36.3';

/** The lab's folder in the cache. */
export const labCache = join(cacheDirectory, 'lab');

/** The commands that run on this machine: the lab's folder for PATH. */
export const hostCommands = join(labCache, 'bin');

/** The commands for images. Never on PATH, because Docker would start a `containerd` from there instead of its own. */
export const imageCommands = join(labCache, 'image-bin');

/** A folder of lab/go: one Go module, whose go.mod and go.sum pin everything that is built in it. */
export type Module =
  'build-check' | 'containerd' | 'flux' | 'kube' | 'kube-router' | 'pause' | 'pulumi' | 'pulumi-nodejs';

/** A command that is built from Go modules. */
export interface Command {
  readonly name: string;
  readonly module: Module;
  /** The main package: `./x` of the module itself, or one that its go.mod requires. */
  readonly package: string;
  /** Go variables that the linker sets, as the upstream builds set their versions. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether Flux's manifests are put in place, which its release embeds and its module does not have. */
  readonly embedsFlux: boolean;
  readonly directory: string;
}

interface CommandProps {
  readonly package: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly embedsFlux?: boolean;
  readonly onHost?: boolean;
}

function command(name: string, module: Module, props: CommandProps): Command {
  const { package: main, variables = {}, embedsFlux = false, onHost } = props;
  return { name, module, package: main, variables, embedsFlux, directory: onHost ? hostCommands : imageCommands };
}

const [kubeMajor, kubeMinor] = kubernetesVersion.slice(1).split('.') as [string, string];
const kubeVersion = {
  'k8s.io/component-base/version.gitVersion': kubernetesVersion,
  'k8s.io/component-base/version.gitMajor': kubeMajor,
  'k8s.io/component-base/version.gitMinor': kubeMinor,
  'k8s.io/component-base/version.gitTreeState': 'clean',
};
const containerdVersion = { 'github.com/containerd/containerd/v2/version.Version': 'v2.3.0' };
const pulumi = 'github.com/pulumi/pulumi';

/**
 * Every command of the lab, in the order of the build: first the smallest, so that no image waits for it, then those that
 * take longest, after which most packages of the others are compiled; last those that no image waits for.
 */
export const commands: readonly Command[] = [
  command('pause', 'pause', { package: '.' }),
  command('hyperkube', 'kube', { package: './hyperkube', variables: kubeVersion }),
  command('kind', 'kube', { package: 'sigs.k8s.io/kind', onHost: true }),
  command('etcd', 'kube', { package: 'go.etcd.io/etcd/server/v3' }),
  command('crictl', 'kube', { package: 'sigs.k8s.io/cri-tools/cmd/crictl' }),
  command('coredns', 'kube', { package: './coredns' }),
  ...['source', 'kustomize', 'helm', 'notification'].map((controller) =>
    command(`${controller}-controller`, 'kube', { package: `github.com/fluxcd/${controller}-controller` }),
  ),
  ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) =>
    command(name, 'containerd', {
      package: `github.com/containerd/containerd/v2/cmd/${name}`,
      variables: containerdVersion,
    }),
  ),
  command('kube-router', 'kube-router', { package: '.' }),
  command('pulumi', 'pulumi', {
    package: `${pulumi}/pkg/v3/cmd/pulumi`,
    variables: { [`${pulumi}/sdk/v3/go/common/version.Version`]: 'v3.259.0' },
    onHost: true,
  }),
  command('pulumi-language-nodejs', 'pulumi-nodejs', {
    package: `${pulumi}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
    onHost: true,
  }),
  command('sops', 'kube', {
    package: 'github.com/getsops/sops/v3/cmd/sops',
    variables: { 'github.com/getsops/sops/v3/version.Version': '3.13.2' },
    onHost: true,
  }),
  command('podinfo', 'kube', { package: 'github.com/stefanprodan/podinfo/cmd/podinfo' }),
  // Nothing else of the lab needs these. So they come last, while the images are built.
  command('kustomize', 'build-check', {
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    variables: { 'sigs.k8s.io/kustomize/api/provenance.version': 'v5.8.1' },
    onHost: true,
  }),
  command('helm', 'build-check', {
    package: 'helm.sh/helm/v4/cmd/helm',
    variables: { 'helm.sh/helm/v4/internal/version.version': 'v4.2.4' },
    onHost: true,
  }),
  command('flux', 'flux', {
    package: 'github.com/fluxcd/flux2/v2/cmd/flux',
    variables: { 'main.VERSION': '2.9.4' },
    embedsFlux: true,
    onHost: true,
  }),
];

/** The folder of a Go module. */
export function moduleDirectory(module: Module): string {
  return join(repositoryRoot, 'lab/go', module);
}

/** The hash of everything that a command is built from. */
export function commandInputs({ name, module, package: main, variables }: Command): string {
  return hashOf([hashOfTree(moduleDirectory(module)), process.arch, name, main, variables]);
}

/** The command's file. */
export function commandPath({ directory, name }: Command): string {
  return join(directory, name);
}

/** The command of that name. @throws Error for a name that is not in the table, which is a bug in the lab */
export function commandNamed(name: string): Command {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(`the lab builds no command ${name}`);
  return found;
}
