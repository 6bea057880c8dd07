import type { Fleet } from '../model';
import type { Finding } from './finding';
import type { MachineNeeds } from './needs';

/** What the tools need to be found, and to find their own files. */
export interface ToolEnvironment {
  /** Directories to put in front of PATH. */
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Where tools and images come from. One is chosen for the whole machine. */
export interface ToolSource {
  /** As in FLUX_FLEET_SOURCE. */
  readonly name: string;
  /** Where things come from, in a few words. */
  readonly description: string;
  /** Whether this source can be used from this machine. */
  isReachable(): Promise<boolean>;
  /** Whether the cache has everything; Docker's engine and its images are not checked. Uses no network. */
  isCached(): Promise<boolean>;
  /** @throws FleetError for what the fleet needs and this source does not have */
  checkSupport(fleet: Fleet): void;
  /** What is missing, by name. Changes nothing. */
  missing(): Promise<string[]>;
  /** What {@link get} will change outside of the cache and Docker's images: packages, system files, services. */
  systemChanges(): Promise<string[]>;
  /** Gets what is missing. @throws FleetError that names every failure, or what this machine lacks for it */
  get(needs: MachineNeeds, report: (line: string) => void): Promise<void>;
  environment(): Promise<ToolEnvironment>;
  /** What it has and what is missing, for `fleet doctor`. @param engine the finding about Docker's engine */
  findings(fleet: Fleet, engine: Finding): Promise<Finding[]>;
}
