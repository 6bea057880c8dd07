/** The help of `--allow-delete`. */
export const allowDeleteHelp =
  'delete these with what they hold: cluster/NAME, flux/CLUSTER, namespace/NAME@CLUSTER, pvc/NAMESPACE/NAME@CLUSTER, definition/NAME@CLUSTER';
