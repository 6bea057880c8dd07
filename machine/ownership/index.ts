/**
 * Whose the clusters, containers, networks and volumes are that bear the fleet's names. What this clone did not make is
 * never changed or removed: it is refused, or left alone.
 */
export { releaseClaim } from './claim';
export { examine, type Examination, type JudgedThing } from './examine';
export { takePossession } from './possess';
export { intentFile } from './records';
export { type Adopt, listed, refuseAnothersFleet, refuseToBringUp } from './refuse';
