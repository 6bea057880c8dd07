# Asks from each of $NODES whether the git server's SSH answers there.
set -uo pipefail
for node in $NODES; do
  for attempt in $(seq 60); do
    banner=$(docker exec "$node" timeout 5 bash -c 'exec 3<>/dev/tcp/'"$HOST"'/22 && head -c 4 <&3' 2>&1) && [ "$banner" = SSH- ] && break
    if [ "$attempt" = 60 ]; then
      echo "Node $node does not reach $HOST:22: $banner" >&2
      echo "Is the git server up (pulumi up -s git-server), and on the same Docker network as the node?" >&2
      exit 1
    fi
    sleep 0.5
  done
  echo "$node reaches $HOST:22"
done
