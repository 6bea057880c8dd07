/**
 * Who owns the clusters, containers, networks and volumes that have the fleet's names. What this clone did not make is
 * never changed or removed: it is refused, or left as it is.
 */
export { removeMarked } from './claim';
export { examine, type Examination, type ExaminedObject } from './examine';
export { allNames, type MachineNames } from './find';
export { foreignObjects, heldNetworks } from './left';
export { isForeign, isOurs } from './ownership';
export { intentFile } from './records';
export { type Adopt, listed, refuseAnothersFleet, refuseToBringUp } from './refuse';
export { takeOver, type TakeOverProps } from './take-over';
