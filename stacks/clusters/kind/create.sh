# Creates the kind cluster $CLUSTER, or adopts the one that has the mark $GENERATION; prints its kubeconfig.
# The mark is set last: a cluster without it was not completed, and is created again.
set -euo pipefail
control_plane=$CLUSTER-control-plane
mark=/kind/flux-fleet-generation
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export KUBECONFIG=$scratch/kubeconfig

if [ "$(docker exec "$control_plane" cat "$mark" 2>/dev/null)" != "$GENERATION" ]; then
  kind delete cluster --name "$CLUSTER" >&2
  cat >"$scratch/config.yaml"
  kind create cluster --name "$CLUSTER" --image "$IMAGE" --config "$scratch/config.yaml" --wait 180s >&2
  docker exec -i "$control_plane" cp /dev/stdin "$mark" <<<"$GENERATION"
fi
kind get kubeconfig --name "$CLUSTER"
