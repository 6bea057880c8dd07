#!/usr/bin/env node
// Stands for the `kind` command: its clusters are in the fake docker beside it, whose log has its calls too.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = dirname(dirname(process.argv[1]));
const args = process.argv.slice(2);
const verb = args[0];
const name = args[args.indexOf('--name') + 1];
appendFileSync(join(folder, 'docker.log'), `${JSON.stringify(['kind', verb, name])}\n`);
const file = join(folder, 'docker.json');
const state = JSON.parse(readFileSync(file, 'utf8'));
const label = 'io.x-k8s.kind.cluster';

if (verb === 'delete') state.containers = state.containers.filter(({ Config }) => Config.Labels[label] !== name);
if (verb === 'create') {
  state.containers.push({
    Id: `made-${Date.now()}`,
    Name: `/${name}-control-plane`,
    Config: { Labels: { [label]: name } },
    HostConfig: { NetworkMode: process.env.KIND_EXPERIMENTAL_DOCKER_NETWORK ?? 'kind' },
    State: { Status: 'running' },
  });
}
writeFileSync(file, JSON.stringify(state));
if (verb === 'get') console.log(`kubeconfig of ${name}`);
