import type { Fleet } from '../model';

/** @throws FleetError that names everything that is wrong with this machine. */
export async function checkMachine(_fleet: Fleet): Promise<void> {}
