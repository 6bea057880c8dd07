/**
 * Every name that two folders of this program, or the program and what it made earlier, must agree on. Nothing else
 * builds such a name. Names of what exists once on a machine are functions of the fleet.
 */

/** The part of a fleet that names derive from. */
export interface FleetName {
  readonly name: string;
}

type NameOf = (fleet: FleetName) => string;
type ClusterNameOf = (fleet: FleetName, cluster: string) => string;

/** The name of a fleet that has none of its own. */
export const defaultFleetName = 'flux-fleet';

/** This program: the author of a commit without a Git identity, the comment of an SSH key. */
export const programName = 'flux-fleet';

// Pulumi.

/** The project's name in `Pulumi.yaml`. */
export const projectName = 'flux-fleet';

/** The stack of the repository, whatever its type; each other stack is a cluster of that name. */
export const repositoryStack = 'git-server';

/** The environment variable that tells a stack's program that `fleet up` has looked at who owns what. */
export const examinedVariable = 'FLUX_FLEET_EXAMINED';

/** The output of each stack that has the id of the clone that brought it up, where several clones share the state. */
export const cloneOutput = 'clone';

// Flux in a cluster.

/** The namespace of Flux and of its objects that are not a tenant's. */
export const fluxNamespace = 'flux-system';

/** The GitRepository, the root Flux Kustomization and what else exists once, as `flux bootstrap` names them. */
export const fluxRoot = 'flux-system';

/** The Secret in the namespace of Flux that has the cluster's keys for decryption. */
export const decryptionSecret = 'sops-age';

/** The Secret in the namespace of Flux that has the keys of whose commits it applies. */
export const authorsSecret = 'commit-authors';

/** The Secret in the namespace of Flux that has the token of its Receiver. */
export const receiverTokenSecret = 'receiver-token';

/** The branch that Flux reads, unless the repository has another one. */
export const branch = 'main';

/**
 * How often Flux looks for a commit that nothing announces, and compares what it has applied. With the time that applying
 * takes, and with Flux's jitter, both are done within a minute.
 */
export const fluxInterval = '50s';

// Labels and annotations.

/** The label of Docker's objects that a fleet made, with the fleet's name. */
export const fleetLabel = 'flux-fleet';

/** The label of Docker's objects with the id of the clone that made them. */
export const cloneLabel = 'flux-fleet.clone';

/** The label of Docker's objects with the folder of that clone's local files. */
export const directoryLabel = 'flux-fleet.directory';

/** The label of the owner's volume with the ids of the clones that had the fleet before. */
export const formerClonesLabel = 'flux-fleet.former-clones';

/** The label of the owner's volume with the ids of the objects that were taken over and have no mark of the fleet. */
export const adoptedLabel = 'flux-fleet.adopted';

/** The value of `app.kubernetes.io/managed-by` of generated objects. */
export const managedBy = 'flux-fleet';

/** The label of a Flux Kustomization that has the name of its app. */
export const appLabel = 'flux-fleet/app';

/** The label of a Flux Kustomization that has the name of its cluster. */
export const clusterLabel = 'flux-fleet/cluster';

/** The label by which Flux's shards share the work: https://fluxcd.io/flux/installation/configuration/sharding */
export const shardLabel = 'sharding.fluxcd.io/key';

export function shardLabels(shard?: string): Record<string, string> {
  return shard === undefined ? {} : { [shardLabel]: shard };
}

/** The label of a tenant's objects that has the name of the tenant. */
export const tenantLabel = 'flux-fleet/tenant';

/** The annotation of a suspended Flux object that has the reason, as `fleet suspend` was told it. */
export const suspendReasonAnnotation = 'flux-fleet/suspend-reason';

/** The annotation of pods that changes when the secrets that they use change. */
export const secretHashAnnotation = 'flux-fleet/secrets';

/** The annotation with which Flux leaves `${…}` in an object as it is: `disabled`. */
export const substituteAnnotation = 'kustomize.toolkit.fluxcd.io/substitute';

// Containers, networks, volumes and images on this machine.

/**
 * A name that exists once on a machine, as this fleet has it: the default fleet's is plain, and any other's begins with the
 * name of the fleet, so that fleets live side by side.
 */
const ofFleet = ({ name }: FleetName, plain: string) => (name === defaultFleetName ? plain : `${name}-${plain}`);

/** The Docker network of the fleet's containers. */
export const networkName: NameOf = ({ name }) => name;

/** The container of the git server, which is also its host name on the network. */
export const gitServerContainer: NameOf = (fleet) => ofFleet(fleet, 'gitserver');

/** The container whose log has the clusters' failures, which is also its host name on the network. */
export const alertLogContainer: NameOf = (fleet) => ofFleet(fleet, 'fleet-alerts');

/** The image of the fleet's own containers, without its tag. */
export const gitServerImage: NameOf = ({ name }) => `${name}/git-server`;

/** The Docker volume of the git server's repositories, which outlives its container. */
export const repositoryVolume: NameOf = ({ name }) => `${name}-repositories`;

/**
 * The Docker volume whose labels record which clone the fleet belongs to. It holds nothing: it is the one record that can
 * be made again at any time, and that outlives the containers as the repository does.
 */
export const ownerVolume: NameOf = ({ name }) => `${name}-owner`;

/** The bare repository in the git server's container. */
export const repositoryPath = '/git-server/repos/infra';

/** The address of the git server's repository at a host: `gitserver`, `127.0.0.1:2222`. */
export const gitServerUrl = (host: string) => `ssh://git@${host}${repositoryPath}`;

/**
 * The port of 127.0.0.1 that leads to the git server's SSH, unless `fleet.ts` sets another: of the default fleet 2222, of
 * another one a port from 20000 to 29999 that its name gives.
 */
export function defaultGitPort({ name }: FleetName): number {
  if (name === defaultFleetName) return 2222;
  return 20_000 + [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 10_000, 0);
}

/** The name of a cluster in kind: its nodes are `<name>-control-plane`, `<name>-worker`, … */
export const kindClusterName: ClusterNameOf = (fleet, cluster) => ofFleet(fleet, `cluster-${cluster}`);

/** The context that kind gives to a cluster in a kubeconfig. */
export const kindContext: ClusterNameOf = (fleet, cluster) => `kind-${kindClusterName(fleet, cluster)}`;

/** The context of a cluster that somebody else made, in the fleet's own kubeconfig; its cluster and user have the same name. */
export const existingContext: ClusterNameOf = (fleet, cluster) => `existing-${kindClusterName(fleet, cluster)}`;

/** The container of a kind cluster's control plane, which is also its host name on the network. */
export const kindControlPlane: ClusterNameOf = (fleet, cluster) => `${kindClusterName(fleet, cluster)}-control-plane`;

/** The containers of a kind cluster's workers. */
export function kindWorkers(fleet: FleetName, cluster: string, count: number): string[] {
  const worker = `${kindClusterName(fleet, cluster)}-worker`;
  return Array.from({ length: count }, (_, index) => (index === 0 ? worker : `${worker}${index + 1}`));
}

/** The label by which kind knows the nodes of a cluster. */
export const kindClusterLabel = 'io.x-k8s.kind.cluster';

/** The file in each node of a kind cluster that names its owner, as JSON. */
export const ownerMark = '/kind/flux-fleet-owner';

/** The file in a kind cluster's control plane with its generation. */
export const generationMark = '/kind/flux-fleet-generation';

/** The generation of a cluster that was taken over: it is kept as it is, whatever its settings were. */
export const adoptedGeneration = 'adopted';

/** The new name of a container that no fleet made and whose name is taken over. */
export const nameAside = (container: string) => `${container}-before-adopt`;

/** The port of a kind cluster's nodes that leads to the Receiver of its Flux. */
export const receiverNodePort = 32292;

/** Paths in the fleet's folder on this machine (`.fleet`), which is never in Git. */
export const localPaths = {
  /** The ids of what this clone has taken over. */
  adopted: 'adopted.json',
  /** The random id of this clone. */
  cloneId: 'clone-id',
  /** What the git server's image is built from. */
  gitServerImage: 'git-server-image',
  /** The private age key to which an invitation of this clone is encrypted. */
  joinKey: 'join-key',
  knownHosts: 'known_hosts',
  /** The host keys of a hosted repository's server. */
  hostedKnownHosts: 'known_hosts-hosted',
  /** How this clone has joined the fleet of another one. */
  membership: 'membership.json',
  passphrase: 'passphrase',
  repositoryCopy: 'infra.git',
  scratch: 'scratch',
  state: 'state',
  /** Where a state is moved to, until it is whole. */
  nextState: 'state-next',
  keys: 'keys',
  /** The key by which this machine pushes. */
  userKey: 'keys/user',
  /** The git server's host key. */
  hostKey: 'keys/host',
  /** It exists while a kind cluster is being created. */
  making: (kindCluster: string) => `making/${kindCluster}`,
  kubeconfig: (cluster: string) => `kubeconfig/${cluster}`,
  /** What is known of a cluster that somebody else made. */
  existing: (cluster: string) => `existing/${cluster}.json`,
  /** How `fleet.ts` leads to a cluster that somebody else made. */
  existingKubeconfig: (cluster: string) => `existing/${cluster}.yaml`,
  /** What a stack was brought up from, as hashes. */
  lastUp: (stack: string) => `last-up/${stack}`,
  /** Pulumi's configuration of a stack. */
  stackConfig: (stack: string) => `config/Pulumi.${stack}.yaml`,
  /** The key by which a cluster reads the repository. */
  deployKey: (cluster: string) => `keys/deploy-${cluster}`,
  /** The key by which this clone signs commits. */
  signingKey: 'keys/signing',
  /** The token by which this clone pushes over HTTPS. */
  repositoryToken: 'keys/repository-token',
  /** The token by which the clusters read over HTTPS. */
  clustersToken: 'keys/repository-token-clusters',
  /** What was checked of a hosted repository, as a hash. */
  checkedRepository: 'checked-repository',
  /** The token of a cluster's Receiver. */
  receiverToken: (cluster: string) => `keys/receiver-${cluster}`,
  /** The private age keys of a cluster. */
  ageKeys: (cluster: string) => `keys/age-${cluster}.agekey`,
  /** The private age keys of all clusters, for plain `sops`. */
  joinedAgeKeys: 'keys/age-keys.txt',
  /** The token by which a cluster uses its transit key. */
  transitToken: (cluster: string) => `keys/transit-${cluster}.token`,
  /** A private PGP key of a cluster. */
  pgpKey: (cluster: string, fingerprint: string) => `keys/pgp-${cluster}-${fingerprint}.asc`,
  /** The digests of the encrypted files that the keys of this machine open. */
  provenSecrets: 'proven-secrets',
  /** The private age keys that a rotation has replaced. */
  retiredAgeKeys: (cluster: string) => `keys/retired-${cluster}.agekey`,
} as const;
