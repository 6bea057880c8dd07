# Deletes the kind cluster $CLUSTER if it is the one of $GENERATION and of the clone $CLONE. It succeeds when there is no such
# cluster, and leaves another one of that name as it is.
set -euo pipefail
export KIND_EXPERIMENTAL_PROVIDER=docker
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mark() { docker cp "$1:$2" - 2>/dev/null | tar -xO 2>/dev/null || true; }
leave() {
  echo "The kind cluster $CLUSTER is left as it is: $1." >&2
  exit 0
}

existing=$(docker ps --all --quiet --filter "label=$CLUSTER_LABEL=$CLUSTER")
[ -n "$existing" ] || exit 0
for node in $existing; do
  owner=$(mark "$node" "$OWNER_MARK")
  [ -z "$owner" ] || break
done
[ -z "$owner" ] || [[ $owner == *"\"$CLONE\""* ]] || leave 'another clone has taken it over'
generation=$(mark "$CLUSTER-control-plane" "$GENERATION_MARK")
# A killed deletion may have left workers without their control plane: they have the owner's mark only.
if [ "$generation" != "$GENERATION" ]; then
  [ -z "$generation" ] && [ -n "$owner" ] || leave 'it is not the one that was made here'
fi
kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
