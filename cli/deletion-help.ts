/** The help of `--allow-delete`. */
export const allowDeleteHelp =
  'delete these with what they hold: cluster/NAME, namespace/NAME@CLUSTER, pvc/NAMESPACE/NAME@CLUSTER, definition/NAME@CLUSTER';
