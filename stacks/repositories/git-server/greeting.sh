# Waits until the git server accepts our key, over a connection that is checked by its pinned host key.
for _ in $(seq 100); do
  answer=$(eval "$SSH -o ConnectTimeout=5 -p $PORT git@127.0.0.1" 2>&1 </dev/null) && [[ $answer == *Welcome* ]] && exec echo "$answer"
  sleep 0.2
done
echo "The git server on 127.0.0.1:$PORT did not answer within 20 s: ${answer:-no answer}." >&2
echo "See \`docker logs $CONTAINER\`." >&2
exit 1
