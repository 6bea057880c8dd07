# Brings up what the default fleet is by plain commands, as somebody does who knows them all, and ends when both clusters
# have applied the commit: `up-by-hand.sh up|down`. Its names and its port are its own. $WORK has a folder `manifests`,
# $SERVER is the folder of the git server's image; the rest of the environment is that of `fleet env`.
set -euo pipefail
name=by-hand
port=2322
clusters='dev prod'
export KIND_EXPERIMENTAL_DOCKER_NETWORK=$name DOCKER_BUILDKIT=0
cd "$WORK"
on() { kubectl --kubeconfig "$1.kubeconfig" "${@:2}"; }

if [ "$1" = down ]; then
  for cluster in $clusters; do kind delete cluster --name "$name-$cluster" --kubeconfig "$cluster.kubeconfig" & done
  docker rm --force --volumes "$name" || true
  wait
  docker network rm "$name" || true
  exit
fi

make_cluster() {
  kind create cluster --name "$name-$1" --image "$FLUX_FLEET_NODE_IMAGE" --kubeconfig "$1.kubeconfig" --wait 180s
  on "$1" apply --server-side --filename "$FLUX_FLEET_FLUX_COMPONENTS"
  on "$1" --namespace flux-system create secret generic flux-system --from-file identity="$1" \
    --from-file identity.pub="$1.pub" --from-file known_hosts
  on "$1" --namespace flux-system create secret generic sops-age --from-literal age.agekey=
  on "$1" wait --for condition=established crd --all
  on "$1" apply --filename "$1.yaml"
  on "$1" --namespace flux-system rollout status deployment
}

docker network create "$name"
for key in host user $clusters; do rm -f "$key" "$key.pub"; ssh-keygen -q -t ed25519 -N '' -f "$key"; done
echo "$name $(cat host.pub)" >known_hosts
for cluster in $clusters; do
  sed "s/CLUSTER/$cluster/; s/SERVER/$name/" sync.yaml >"$cluster.yaml"
  make_cluster "$cluster" &
done

docker build --quiet --tag "$name" "$SERVER"
mkdir -p keys
cp host keys/ssh_host_ed25519_key
{
  echo "restrict $(cat user.pub)"
  for cluster in $clusters; do echo "restrict,command=\"read-only $cluster\" $(cat "$cluster.pub")"; done
} >keys/authorized_keys
touch keys/receivers
chmod 444 keys/*
docker create --name "$name" --init --network "$name" --publish "127.0.0.1:$port:22" "$name"
tar --create --owner 0 --group 0 keys | docker cp - "$name:/git-server"
docker start "$name"
export GIT_SSH_COMMAND="ssh -i user -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
rm -rf manifests/.git
git -C manifests init --quiet --initial-branch main
git -C manifests add --all
git -C manifests -c user.name=bench -c user.email=bench@localhost commit --quiet --message 'Publish the fleet'
GIT_SSH_COMMAND=${GIT_SSH_COMMAND/-i user/-i $WORK/user}
until git -C manifests push --quiet "ssh://git@127.0.0.1:$port/git-server/repos/infra" main; do sleep 0.2; done

for job in $(jobs -p); do wait "$job"; done
apps() { ls "manifests/clusters/$1" | grep -v '^kustomization.yaml$' | sed 's/\.yaml$//'; }
for cluster in $clusters; do
  for app in flux-system $(apps "$cluster"); do
    until on "$cluster" --namespace flux-system wait --for condition=ready --timeout 180s "kustomization/$app"; do
      sleep 0.2
    done
  done
done
