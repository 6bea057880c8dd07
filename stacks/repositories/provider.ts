import type { StateResource } from '../../machine/pulumi-state';
import type { Input, Inputs } from '@pulumi/pulumi';
import type { MachineNeeds } from '../../machine/needs';
import type { MachineNames } from '../../machine/ownership';
import type { Fleet, Repository } from '../../model';
import type { ClusterTarget } from '../clusters/provider';

/** A fleet whose repository is of a type. */
export type FleetWith<R extends Repository> = Fleet & { readonly git: R };

/** How this machine's git reaches the repository. */
export interface GitAccess {
  /** Its address: any that `git fetch` takes. */
  readonly url: string;
  /** Environment variables with the credentials and the known hosts, or their paths. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a provider may do to the repository's stack before it is brought up. */
export interface StackState {
  /** The resources that Pulumi has made. */
  resources(): readonly StateResource[];
  /** Looks at what is really there, and notes it in the state. */
  refresh(): Promise<void>;
  /** Takes what is there already into the state, as the resource of this name that the program declares. */
  adopt(type: string, name: string, id: string): Promise<void>;
}

/** What is done with the repositories of a type. It loads nothing of Pulumi's, so that each command starts fast. */
export interface RepositoryProvider<R extends Repository = Repository> {
  /** What Pulumi runs. Loaded when it is asked for, as Pulumi's packages take seconds. */
  program(): Promise<RepositoryProgram<R>>;
  /** What a person calls it: `Git server`. */
  readonly title: string;
  access(fleet: FleetWith<R>): GitAccess;
  /** The server that a cluster must reach. */
  endpoint(fleet: FleetWith<R>): { readonly host: string; readonly port: number };
  /** Whether a push is announced to the clusters; where it is not, Flux polls. */
  readonly announces: boolean;
  /** Removes or adopts what an earlier run left in the way, before the stack is brought up. */
  prepare(fleet: FleetWith<R>, stack: StackState): Promise<void>;
  /** Starts what has stopped, after the stack was brought up. */
  start(fleet: FleetWith<R>): Promise<void>;
  /** Removes what is left of it when its stack is destroyed; its commits stay. */
  cleanUp(fleet: FleetWith<R>): Promise<void>;
  /** Removes its commits as well, where this program made the repository. */
  removeData(fleet: FleetWith<R>): Promise<void>;
  /** Where its commits are once its stack is destroyed: `in the Docker volume flux-fleet-repositories`. */
  kept(fleet: FleetWith<R>): string;
  needs(fleet: FleetWith<R>): MachineNeeds;
  /** The names that it uses on this machine. Nothing of these names that somebody else owns is changed. @default - none */
  names?(fleet: FleetWith<R>): MachineNames;
}

/** What Pulumi runs for the repositories of a type. */
export interface RepositoryProgram<R extends Repository = Repository> {
  /** The repository's stack: makes it, or checks that it is there. Gives the stack's outputs. */
  provide(fleet: FleetWith<R>): Inputs;
  /** In a cluster's stack: how the cluster's Flux reads the repository. */
  source(target: ClusterTarget): FluxSource;
}

/** How Flux reads a repository: https://fluxcd.io/flux/components/source/gitrepositories */
export interface FluxSource {
  readonly url: Input<string>;
  /** The entries of the Secret with its credentials. */
  readonly credentials: Readonly<Record<string, Input<string>>>;
}
