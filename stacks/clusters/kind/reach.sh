# Checks from each of $NODES that the repository's server answers at $HOST:$PORT, with $BANNER: by default that of SSH.
set -uo pipefail
expected=${BANNER-SSH-}
for node in $NODES; do
  for attempt in $(seq 60); do
    banner=$(docker exec "$node" timeout 5 bash -c 'exec 3<>/dev/tcp/'"$HOST/$PORT"' && head -c '"${#expected}"' <&3' 2>&1) && [ "$banner" = "$expected" ] && break
    if [ "$attempt" = 60 ]; then
      echo "Node $node does not reach $HOST:$PORT: $banner" >&2
      echo "Check that the repository is up (npm run up) and that the node's Docker network leads to it." >&2
      exit 1
    fi
    sleep 0.5
  done
  echo "$node reaches $HOST:$PORT"
done
