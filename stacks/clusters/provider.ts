import type { Output, Resource } from '@pulumi/pulumi';
import type { MachineNeeds } from '../../machine/needs';
import type { ExaminedObject, MachineNames } from '../../machine/ownership';
import type { Cluster, Fleet } from '../../model';

export interface ClusterTarget<C extends Cluster = Cluster> {
  readonly fleet: Fleet;
  /** Its name in `fleet.ts`. */
  readonly name: string;
  readonly cluster: C;
}

/** A cluster by its name: without its properties if `fleet.ts` no longer has it. */
export type ClusterByName<C extends Cluster = Cluster> = Omit<ClusterTarget<C>, 'cluster'> & { readonly cluster?: C };

/** What is done with the clusters of a type. It loads nothing of Pulumi's, so that each command starts fast. */
export interface ClusterProvider<C extends Cluster = Cluster> {
  /** What Pulumi runs. Loaded when it is asked for, as Pulumi's packages take seconds. */
  program(): Promise<ClusterProgram<C>>;
  /** The cluster's context in the kubeconfig that its program gives. */
  context(target: ClusterTarget<C>): string;
  /**
   * How `fleet.ts` leads to a cluster that somebody else made, as a kubeconfig with its context alone. `up` looks at such a
   * cluster before it changes anything, and the cluster stays when its stack is gone.
   * @throws FleetError where it leads nowhere
   * @default - this program makes the cluster
   */
  kubeconfig?(target: ClusterTarget<C>): string;
  /** Starts what has stopped, as after a restart of the machine. */
  start(target: ClusterTarget<C>): Promise<void>;
  /** What `down` leaves as it is because this program did not make it, as a sentence; undefined where it is nothing. */
  kept(target: ClusterTarget<C>): string | undefined;
  /**
   * The address at which the repository can call the Receiver of the cluster's Flux; undefined where there is none, so
   * that Flux polls.
   */
  receiverAddress(target: ClusterTarget<C>): string | undefined;
  needs(target: ClusterTarget<C>): MachineNeeds;
  /** The names that the cluster uses on this machine. Nothing of these names that somebody else owns is changed. @default - none */
  names?(target: ClusterByName<C>): MachineNames;
  /**
   * Why `up` would remove the cluster that is there, or make it again, as a clause; undefined where it would not.
   * @default - it never does
   */
  removal?(target: ClusterByName<C>, objects: readonly ExaminedObject[]): string | undefined;
  /** Removes what is left of a cluster after its stack was destroyed. @default - nothing */
  cleanUp?(target: ClusterByName<C>): Promise<void>;
}

export interface ClusterProgram<C extends Cluster = Cluster> {
  /** Makes the cluster, or adopts the one that is there. */
  provide(target: ClusterTarget<C>): ProvidedCluster;
}

/** A cluster in which a stack puts Flux. */
export interface ProvidedCluster {
  /** With the context that the provider names as the current one. It is known once the cluster reaches the repository. */
  readonly kubeconfig: Output<string>;
  /** Differs between any two clusters, even of the same name. */
  readonly identity: string;
  /** What is in the cluster goes with this resource; undefined where the cluster stays when its stack is destroyed. */
  readonly resource?: Resource;
  /** Annotations of the namespace of Flux, by which the cluster is known as this fleet's. @default - it has other marks */
  readonly marks?: Readonly<Record<string, string>>;
}
