import type { StateResource } from '../../machine/pulumi-state';
import type { Input, Inputs } from '@pulumi/pulumi';
import type { MachineNeeds } from '../../machine/needs';
import type { MachineNames } from '../../machine/ownership';
import type { Fleet, Repository } from '../../model';
import type { ClusterTarget } from '../clusters/provider';

/** A fleet whose repository is of a type. */
export type FleetWith<R extends Repository> = Fleet & { readonly git: R };

/** A cluster of such a fleet. */
export type RepositoryTarget<R extends Repository> = ClusterTarget & { readonly fleet: FleetWith<R> };

/** How this machine's git reaches the repository. */
export interface GitAccess {
  /** Its address: any that `git fetch` takes. */
  readonly url: string;
  /** Environment variables with the credentials and the known hosts, or their paths. */
  readonly environment: Readonly<Record<string, string>>;
  /** The private SSH key by which commits are signed, as a path. @default - commits are not signed */
  readonly signingKey?: string;
  /** What to do where it cannot be reached, as an instruction. @default - what helps a git server on this machine */
  readonly help?: string;
}

/** What somebody reads or writes a repository with. */
export interface RepositoryCredential {
  /** `this clone`, `cluster dev` */
  readonly who: string;
  readonly writes: boolean;
  readonly access: GitAccess;
  /** What the server must be given: a public key. @default - a token, which the server gives */
  readonly text?: string;
  /** The page or the settings in which it is added or made. */
  readonly where: string;
  /** What a person does there, as an instruction. */
  readonly next: string;
  /** Whether this machine does not have it yet. @default false */
  readonly isMissing?: boolean;
}

export interface RepositoryEndpoint {
  readonly host: string;
  readonly port: number;
  /** Whether SSH answers there. @default true */
  readonly isSsh?: boolean;
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
  endpoint(fleet: FleetWith<R>): RepositoryEndpoint;
  /**
   * Who reads and writes it and with what, where somebody has to tell its server. `up` tries each before it makes anything.
   * Keys that do not exist yet are created.
   * @throws FleetError for a file that cannot be read
   * @default - this program makes the server, with its keys
   */
  credentials?(fleet: FleetWith<R>): readonly RepositoryCredential[];
  /** The public key by which this clone signs its commits; undefined where it signs none. @default - it signs none */
  signs?(fleet: FleetWith<R>): string | undefined;
  /** The page that opens a pull request of a branch; undefined where it is not known. @default - there is none */
  pullRequest?(fleet: FleetWith<R>, branch: string): string | undefined;
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
  /** What `down --all` leaves of it because this program did not make it, as sentences. @default - nothing */
  stays?(fleet: FleetWith<R>): string;
  needs(fleet: FleetWith<R>): MachineNeeds;
  /** The names that it uses on this machine. Nothing of these names that somebody else owns is changed. @default - none */
  names?(fleet: FleetWith<R>): MachineNames;
}

/** What Pulumi runs for the repositories of a type. */
export interface RepositoryProgram<R extends Repository = Repository> {
  /** The repository's stack: makes it, or checks that it is there. Gives the stack's outputs. */
  provide(fleet: FleetWith<R>): Inputs;
  /** In a cluster's stack: how the cluster's Flux reads the repository. */
  source(target: RepositoryTarget<R>): FluxSource;
}

/** How Flux reads a repository: https://fluxcd.io/flux/components/source/gitrepositories */
export interface FluxSource {
  readonly url: Input<string>;
  /** The entries of the Secret with its credentials. */
  readonly credentials: Readonly<Record<string, Input<string>>>;
  /** The public keys of who may sign the commits that are applied, one a line. @default - each commit is applied */
  readonly trusted?: string;
}
