#!/bin/bash
# A `kind` whose clusters are those of the fake docker beside it.
set -euo pipefail
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$2; shift ;;
    create | delete | get) verb=$1 ;;
  esac
  shift
done
echo "kind $verb $name" >>"$FAKE_DOCKER.calls"
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [file, verb, name, network] = process.argv.slice(1);
  const state = JSON.parse(readFileSync(file, "utf8"));
  const labels = { "io.x-k8s.kind.cluster": name };
  if (verb === "delete") state.container = state.container.filter(({ Config }) => Config.Labels?.["io.x-k8s.kind.cluster"] !== name);
  if (verb === "create") {
    const Id = `made-${Date.now()}`;
    state.container.push({ Id, Name: `/${name}-control-plane`, Config: { Labels: labels }, HostConfig: { NetworkMode: network }, files: {} });
  }
  writeFileSync(file, JSON.stringify(state));
  if (verb === "get") console.log(`kubeconfig of ${name}`);
' "$FAKE_DOCKER" "$verb" "$name" "${KIND_EXPERIMENTAL_DOCKER_NETWORK:-kind}"
