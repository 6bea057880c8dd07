# Makes the kind cluster $CLUSTER and marks it as $OWNER's, or goes on with the one that stands, if it is of the clone
# $CLONE and bears the mark of $GENERATION; prints its kubeconfig. Anybody else's is refused.
# The mark of the generation is set last: a cluster of ours without it is half made, and is made anew. $INTENT is there
# from before a cluster is made until it is marked. One that was taken over is kept as it is.
set -euo pipefail
export KIND_EXPERIMENTAL_PROVIDER=docker
network=$KIND_EXPERIMENTAL_DOCKER_NETWORK
control_plane=$CLUSTER-control-plane
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export KUBECONFIG=$scratch/kubeconfig

nodes() { docker ps --all --quiet --filter "label=io.x-k8s.kind.cluster=$CLUSTER"; }
mark() { docker cp "$1:/kind/flux-fleet-$2" - 2>/dev/null | tar -xO 2>/dev/null || true; }
set_mark() { docker exec -i "$1" cp /dev/stdin "/kind/flux-fleet-$2" <<<"$3"; }
# Where no node bears a mark, a killed run of ours left it half made, or it is somebody's.
is_ours() {
  local node owner
  for node in $standing; do
    owner=$(mark "$node" owner)
    [ -z "$owner" ] || { [[ $owner == *"\"$CLONE\""* ]]; return; }
  done
  [ -z "$generation" ] && [ -e "$INTENT" ] || return 1
  [ "$(docker inspect --format '{{.HostConfig.NetworkMode}}' "${standing%%$'\n'*}")" = "$network" ]
}

standing=$(nodes)
generation=$(mark "$control_plane" generation)
if [ -n "$standing" ] && ! is_ours; then
  echo "There is a kind cluster $CLUSTER already, and this clone did not make it: it is left as it is." >&2
  echo 'Run `npm run up`: it says whose the cluster is and what to do.' >&2
  exit 1
fi
if [ "$generation" = adopted ]; then
  for node in $standing; do docker network connect "$network" "$node" 2>/dev/null || true; done
  set_mark "$control_plane" generation "$GENERATION"
elif [ "$generation" != "$GENERATION" ]; then
  mkdir -p "$(dirname "$INTENT")"
  echo "$GENERATION" >"$INTENT"
  kind delete cluster --name "$CLUSTER" >&2
  cat >"$scratch/config.yaml"
  kind create cluster --name "$CLUSTER" --image "$IMAGE" --config "$scratch/config.yaml" --wait 180s >&2
  for node in $(nodes); do set_mark "$node" owner "$OWNER"; done
  set_mark "$control_plane" generation "$GENERATION"
fi
rm -f "$INTENT"
kind get kubeconfig --name "$CLUSTER"
