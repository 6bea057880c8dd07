import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RepositoryCopy } from '../operate/repository';
import { fleetStatus, outcomeOf } from '../operate/status/fleet-status';
import { FakeApiServer } from '../test/fakes/kubernetes/api-server';
import { deployment, fluxKustomization, gitRepository } from '../test/fakes/kubernetes/flux';

const help = `How long the state of a fleet takes, over simulated clusters: npm run bench bench/status.ts [CLUSTERS] [APPS]`;
const [clusters = 50, apps = 100] = process.argv.slice(2).map(Number);
const commit = '1'.repeat(40);

/** A cluster in which so many apps are ready. */
async function cluster(): Promise<FakeApiServer> {
  const server = await new FakeApiServer().start();
  server.put(gitRepository(commit), fluxKustomization('flux-system', commit));
  for (let app = 0; app < apps; app++) {
    server.put(fluxKustomization(`app-${app}`, commit), deployment(`app-${app}`, { ready: 1, replicas: 1 }));
  }
  return server;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-status-'));
  const servers = await Promise.all(Array.from({ length: clusters }, cluster));
  const all = servers.map((server, index) => {
    const name = `cluster-${index}`;
    return { name, kubeconfig: server.writeKubeconfig(join(folder, name)) };
  });
  const copy = new RepositoryCopy(join(folder, 'infra.git'), { url: folder, environment: {} });
  for (const part of [1, 0.2, 0.4, 0.6, 0.8, 1]) {
    const some = all.slice(0, Math.ceil(all.length * part));
    const start = performance.now();
    const status = await fleetStatus(some, copy);
    const ms = Math.round(performance.now() - start);
    console.log(`${some.length} clusters × ${apps} apps: ${ms} ms, ${outcomeOf(status)}`);
  }
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}

if (process.argv.includes('--help')) console.log(help);
else void main();
