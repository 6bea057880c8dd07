# Creates the kind cluster $CLUSTER and marks it as $OWNER's, or keeps the one that exists, if it belongs to the clone $CLONE
# and has the mark $GENERATION; prints its kubeconfig. A cluster of somebody else is refused. The mark of the generation is
# set last: a cluster of ours without it was not completed, and is created again. The file $INTENT exists from before a
# cluster is created until it is marked. A cluster that was taken over ($ADOPTED) is kept as it is.
set -euo pipefail
export KIND_EXPERIMENTAL_PROVIDER=docker
network=$KIND_EXPERIMENTAL_DOCKER_NETWORK
control_plane=$CLUSTER-control-plane
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export KUBECONFIG=$scratch/kubeconfig

nodes() { docker ps --all --quiet --filter "label=$CLUSTER_LABEL=$CLUSTER"; }
mark() { docker cp "$1:$2" - 2>/dev/null | tar -xO 2>/dev/null || true; }
set_mark() { docker exec -i "$1" cp /dev/stdin "$2" <<<"$3"; }
# If no node has a mark, a killed run of ours did not complete it, or it is somebody else's.
is_ours() {
  local node owner
  for node in $existing; do
    owner=$(mark "$node" "$OWNER_MARK")
    [ -z "$owner" ] || { [[ $owner == *"\"$CLONE\""* ]]; return; }
  done
  [ -z "$generation" ] && [ -e "$INTENT" ] || return 1
  [ "$(docker inspect --format '{{.HostConfig.NetworkMode}}' "${existing%%$'\n'*}")" = "$network" ]
}

# The repository's stack makes the network, beside this one.
wait_for_network() {
  for attempt in $(seq 240); do
    ! docker network inspect "$network" >/dev/null 2>&1 || return 0
    sleep 0.5
  done
  echo "The Docker network $network of the git server is missing. Run \`npm run up\`: it makes it." >&2
  return 1
}

existing=$(nodes)
generation=$(mark "$control_plane" "$GENERATION_MARK")
if [ -n "$existing" ] && ! is_ours; then
  echo "The kind cluster $CLUSTER exists already, and this clone did not make it: it is left as it is." >&2
  echo 'Run `npm run up`: it shows who owns the cluster and what to do.' >&2
  exit 1
fi
if [ "$generation" = "$ADOPTED" ]; then
  wait_for_network
  for node in $existing; do docker network connect "$network" "$node" 2>/dev/null || true; done
  set_mark "$control_plane" "$GENERATION_MARK" "$GENERATION"
elif [ "$generation" != "$GENERATION" ]; then
  wait_for_network
  mkdir -p "$(dirname "$INTENT")"
  echo "$GENERATION" >"$INTENT"
  kind delete cluster --name "$CLUSTER" >&2
  cat >"$scratch/config.yaml"
  kind create cluster --name "$CLUSTER" --image "$IMAGE" --config "$scratch/config.yaml" --wait 180s >&2
  for node in $(nodes); do set_mark "$node" "$OWNER_MARK" "$OWNER"; done
  set_mark "$control_plane" "$GENERATION_MARK" "$GENERATION"
fi
rm -f "$INTENT"
kind get kubeconfig --name "$CLUSTER"
