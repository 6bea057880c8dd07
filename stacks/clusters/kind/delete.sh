# Deletes the kind cluster $CLUSTER. One that is gone already is no error.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
