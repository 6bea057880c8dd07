# Waits until the git server accepts our key, over a connection that is checked by its pinned host key.
ssh_options=(-T -F /dev/null -p "$PORT" -i "$KEY" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=5
  -o StrictHostKeyChecking=yes -o UserKnownHostsFile="\"$KNOWN_HOSTS\"")
for _ in $(seq 100); do
  answer=$(ssh "${ssh_options[@]}" git@127.0.0.1 2>&1 </dev/null) && [[ $answer == *Welcome* ]] && exec echo "$answer"
  sleep 0.2
done
echo "The git server on 127.0.0.1:$PORT did not answer within 20 s: ${answer:-no answer}." >&2
echo "See \`docker logs $CONTAINER\`." >&2
exit 1
