# Deletes the kind cluster $CLUSTER, if it is the one of $GENERATION and of the clone $CLONE. One that is gone already is
# no error, and another one of its name is left as it is.
set -euo pipefail
export KIND_EXPERIMENTAL_PROVIDER=docker
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mark() { docker cp "$1:/kind/flux-fleet-$2" - 2>/dev/null | tar -xO 2>/dev/null || true; }
leave() {
  echo "The kind cluster $CLUSTER is left as it is: $1." >&2
  exit 0
}

standing=$(docker ps --all --quiet --filter "label=io.x-k8s.kind.cluster=$CLUSTER")
[ -n "$standing" ] || exit 0
for node in $standing; do
  owner=$(mark "$node" owner)
  [ -z "$owner" ] || break
done
[ -z "$owner" ] || [[ $owner == *"\"$CLONE\""* ]] || leave 'another clone has taken it over'
generation=$(mark "$CLUSTER-control-plane" generation)
# A killed deletion may have left workers without their control plane: they bear the owner's mark alone.
if [ "$generation" != "$GENERATION" ]; then
  [ -z "$generation" ] && [ -n "$owner" ] || leave 'it is not the one that was made here'
fi
kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
