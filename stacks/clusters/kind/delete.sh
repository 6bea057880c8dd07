# Deletes the kind cluster $CLUSTER. It succeeds when there is no such cluster.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
