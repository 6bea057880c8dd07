import { writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { change, commandsOnTheEngine } from '../docs/documents';
import { Clone } from './clone';
import { theDayAfter } from './daily';
import { dockerHolds, Observed, serverGit } from './observe';
import { ArgumentWatch, canaries, dresses, filesWith } from './secrets';
import { expectTranscript } from './transcript';

let clone: Clone;
let firstUp: string;
let watched: ReadonlySet<string>;
const alertLog = async () => (await execa('docker', ['logs', 'fleet-alerts'], { all: true })).all;
const cluster = (name: string) => new Observed(clone.path('.fleet', 'kubeconfig', name));

beforeAll(async () => {
  clone = await Clone.make();
});
afterAll(async () => {
  await clone.run('down', '--all');
  clone.remove();
});

describe('from nothing', () => {
  it('comes up by one command', async () => {
    const watch = new ArgumentWatch();
    firstUp = await clone.run('up');
    watched = watch.stop();
    expect(firstUp).toMatch(/^dev +app-c +ready .* 1\/1 /m);
    expect(firstUp).toMatch(/^prod +app-a +ready .* 2\/2 /m);
  });

  it("greets by the article's check", async () => {
    const greeting = await clone.shell('eval "$GIT_SSH_COMMAND -p 2222 git@127.0.0.1"');
    expect(greeting).toMatch(/^Welcome/m);
  });

  it('reaches the git server from each node', async () => {
    for (const name of ['dev', 'prod']) {
      const node = `cluster-${name}-control-plane`;
      const { exitCode } = await execa('docker', ['exec', node, 'bash', '-c', '</dev/tcp/gitserver/22'], {
        reject: false,
      });
      expect(exitCode).toBe(0);
    }
  });

  it("has the commit in the server's log", async () => {
    expect(await serverGit('log', '--format=%s')).toBe('Publish the fleet');
  });

  it('runs in each cluster what fleet.ts says, and nothing else', async () => {
    const replicas = async (name: string, app: string) => (await cluster(name).deployment(app)).status?.readyReplicas;
    expect([await replicas('dev', 'app-a'), await replicas('dev', 'app-b'), await replicas('dev', 'app-c')]).toEqual([
      1, 1, 1,
    ]);
    expect([await replicas('prod', 'app-a'), await replicas('prod', 'app-b')]).toEqual([2, 2]);
    expect(await cluster('prod').namespaces()).not.toContain('app-c');
  });

  it('serves', async () => {
    expect((await cluster('prod').answer('app-b')).message).toBe('Hello from app-b');
  });
});

describe('a second time', () => {
  it('changes nothing', async () => {
    const pods = await cluster('prod').readyPods('app-a');
    const again = await clone.run('up');
    expect(again).toContain('nothing to publish');
    expect(await serverGit('rev-list', '--count', 'main')).toBe('1');
    expect(await cluster('prod').readyPods('app-a')).toEqual(pods);
  });

  it("has nothing to do for plain Pulumi either, by the guide's commands", async () => {
    const printed = await clone.shell(`export PULUMI_SKIP_CONFIRMATIONS=true && set -e\n${commandsOnTheEngine().text}`);
    expect(printed).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    expect(printed).toMatch(/^Welcome/m);
    expect(printed).toMatch(/^app-c +app-c-\S+ +1\/1 +Running/m);
  });
});

describe("the article's promise", () => {
  it('updates an app in one cluster and removes another from the other, by one commit', async () => {
    const before = { devB: await cluster('dev').readyPods('app-b'), prodA: await cluster('prod').readyPods('app-a') };
    for (const [removed, added] of change()) clone.edit(removed, added);

    await expect(clone.run('up')).rejects.toThrow('- namespace/app-b@prod: the commit removes it from cluster prod');
    // Everything is here, so nothing needs the proxy: least of all what this machine tells itself.
    const nowhere = 'http://127.0.0.1:9';
    clone.variables = { http_proxy: nowhere, https_proxy: nowhere, HTTPS_PROXY: nowhere, no_proxy: 'example.org' };
    await expectTranscript(clone);
    clone.variables = {};

    expect(await serverGit('rev-list', '--count', 'main')).toBe('2');
    expect((await cluster('dev').answer('app-a')).message).toBe('New in dev');
    expect(await cluster('prod').namespaces()).not.toContain('app-b');
    // Neither the removal nor what came before was a failure.
    expect((await alertLog()).split('\n').filter((line) => line.includes('"severity":"error"'))).toEqual([]);
    expect((await cluster('prod').answer('app-a')).message).toBe('Hello from app-a');
    expect({ devB: await cluster('dev').readyPods('app-b'), prodA: await cluster('prod').readyPods('app-a') }).toEqual(
      before,
    );
  });
});

describe('what somebody changes in a cluster', () => {
  const kubectl = (line: string) => clone.shell(`kubectl --context kind-cluster-dev ${line}`);
  const replicas = async (app: string) => (await cluster('dev').deployment(app)).spec!.replicas;

  it('is corrected by up, which shows it', async () => {
    await kubectl('delete namespace app-c');
    const changed = async () => {
      await kubectl('-n app-a scale deployment app-a --replicas 0');
      await kubectl('-n app-b scale deployment app-b --replicas 4');
      const printed = await clone.run('up');
      expect(await cluster('dev').readyPods('app-c')).toHaveLength(1);
      expect([await replicas('app-a'), await replicas('app-b')]).toEqual([1, 1]);
      return printed;
    };
    const shown = /Cluster dev: corrected (?=.*Deployment\/app-a\/app-a )(?=.*Deployment\/app-b\/app-b )/;
    // Flux may be faster than `up`, and then there is nothing to show.
    let printed = '';
    for (let run = 0; run < 3 && !shown.test(printed); run++) printed = await changed();
    expect(printed).toMatch(shown);
  });

  it('is corrected within a minute without up', async () => {
    await kubectl('-n app-a scale deployment app-a --replicas 0');
    await kubectl('-n app-b scale deployment app-b --replicas 4');
    const both = async () => [await replicas('app-a'), await replicas('app-b')];
    await expect.poll(both, { timeout: 60_000, interval: 500 }).toEqual([1, 1]);
  });

  it('is named by up where it is a suspended object, which is resumed as the message says', async () => {
    const patch = `patch helmrelease app-b --type merge --field-manager flux -p '{"spec":{"suspend":true}}'`;
    await kubectl(`-n flux-system ${patch}`);
    const error = await clone.run('up').then(String, String);
    expect(error).toContain('cluster dev: HelmRelease app-b is suspended by `flux`');
    await clone.shell(/`(kubectl [^`]+)`/.exec(error)![1]!);
    await clone.run('up');
  });
});

const push = (line: string) => clone.push(line);
describe('a push by hand', () => {
  const commitAndPush = (subject: string) => `git commit -qam '${subject}' && git push -q origin HEAD:main`;
  const head = () => serverGit('rev-parse', 'main');

  it('that fixes the one before it is applied at once, and not when the health check of that one ends', async () => {
    const broken = `sed -i 's/^          image: .*/&-missing/' apps/app-c/base/deployment.yaml`;
    await push(`${broken} && ${commitAndPush('Break app-c')}`);
    const revision = `main@sha1:${await head()}`;
    await expect.poll(() => cluster('dev').attemptedRevision('app-c'), { timeout: 60_000 }).toBe(revision);
    await push('git revert --no-edit HEAD && git push -q origin HEAD:main');
    const fix = `main@sha1:${await head()}`;
    // The health check of the broken one would end after three minutes.
    await expect.poll(() => cluster('dev').appliedRevision('app-c'), { timeout: 40_000, interval: 200 }).toBe(fix);
  });

  it('reaches both clusters long before they would look', async () => {
    await push(
      `sed -i 's/^  name: app-a$/&\\n  annotations: {e2e: pushed}/' apps/app-a/base/service.yaml && ${commitAndPush('By hand')}`,
    );
    const revision = `main@sha1:${await head()}`;
    // Without being told, Flux looks every 50 s.
    const timeout = 30_000;
    for (const name of ['dev', 'prod']) {
      await expect.poll(() => cluster(name).appliedRevision('app-a'), { timeout }).toBe(revision);
    }
  });

  it('that cannot be applied is complained of, with the name of the cluster', async () => {
    const broken = `sed -i 's/^  replicas: .*/  replicas: many/' apps/app-c/base/deployment.yaml`;
    await push(`${broken} && ${commitAndPush('Break app-c')}`);
    await expect.poll(alertLog, { timeout: 60_000 }).toMatch(/"name":"app-c".*"severity":"error".*"cluster":"dev"/);
  });

  it('is not undone unasked', async () => {
    await expect(clone.run('up')).rejects.toThrow(
      /generated files:[\s\S]*app-c\/base\/deployment\.yaml[\s\S]*Break app-c/,
    );
    const readme = "echo Ours >README.md && git add README.md && git commit -qm 'Add a README'";
    await push(`git revert --no-edit HEAD HEAD~1 && ${readme} && git push -q origin HEAD:main`);
    expect(await clone.run('up')).toContain('nothing to publish');
  });
});

theDayAfter(() => clone);

describe('the git server', () => {
  it('refuses to rewrite history, and to delete the branch', async () => {
    await expect(
      push('git reset -q --hard HEAD~1 && git commit -q --allow-empty -m x && git push -f origin HEAD:main'),
    ).rejects.toThrow('non-fast-forward');
    await expect(push('git push origin :main')).rejects.toThrow('deletion prohibited');
  });

  it('refuses an object that git would call corrupt', async () => {
    const tree = 'tree=$(printf "100644 blob %s\\t.git\\n" "$(echo x | git hash-object -w --stdin)" | git mktree)';
    await expect(push(`${tree} && git push origin "$(git commit-tree $tree -p HEAD -m x)":main`)).rejects.toThrow(
      /remote: .*(hasDotgit|fsck)/,
    );
  });

  it("lets a cluster's key fetch and not push", async () => {
    const asDev = 'export GIT_SSH_COMMAND="${GIT_SSH_COMMAND/keys\\/user/keys/deploy-dev}"';
    await expect(
      clone.shell(
        `${asDev} && cd "$(mktemp -d "$PWD/.fleet/push-XXXXXX")" && git clone -q "$FLUX_FLEET_GIT_URL" . && git push origin HEAD:main`,
      ),
    ).rejects.toThrow('may fetch from this server and do nothing else');
  });
});

describe('behind our back', () => {
  it('brings a deleted cluster back', async () => {
    await clone.shell('kind delete cluster --name cluster-dev --kubeconfig "$(mktemp)"');
    await clone.run('up');
    expect((await cluster('dev').answer('app-a')).message).toBe('New in dev');
    await clone.expectNoChanges('dev');
  });

  it("brings the removed git server back, with every commit, and one of Flux's controllers", async () => {
    const commits = await serverGit('rev-list', 'main');
    await execa('docker', ['rm', '--force', 'gitserver']);
    await cluster('prod').deleteNamespacedDeployment('kustomize-controller', 'flux-system');
    await clone.run('up');
    expect(await serverGit('rev-list', 'main')).toBe(commits);
    expect((await cluster('prod').deployment('kustomize-controller', 'flux-system')).status?.readyReplicas).toBe(1);
  });
});

describe('secrets', () => {
  const strings = () => canaries(clone.path('.fleet')).flatMap(dresses);

  it('are in no process argument while the fleet comes up', () => {
    expect(watched.size).toBeGreaterThan(100);
    expect([...watched].filter((line) => strings().some((string) => line.includes(string)))).toEqual([]);
  });

  it("are in no output, not in Pulumi's state, and in no log of the git server", async () => {
    const { all: log } = await execa('docker', ['logs', 'gitserver'], { all: true });
    for (const string of strings()) {
      expect(firstUp).not.toContain(string);
      expect(log).not.toContain(string);
    }
    expect(filesWith(clone.path('.fleet', 'state'), strings())).toEqual([]);
    // The scan finds what is there: the state does hold the public keys.
    expect(filesWith(clone.path('.fleet', 'state'), ['ssh-ed25519 AAAA'])).not.toEqual([]);
  });

  it('are in no commit, of the fleet or of this repository', async () => {
    writeFileSync(
      clone.path('history'),
      (await clone.shell('git --git-dir .fleet/infra.git log -p --all')) +
        (await execa('git', ['log', '-p', '--all'])).stdout,
    );
    expect(filesWith(clone.root, strings()).filter((path) => path.endsWith('history'))).toEqual([]);
  });

  it('are in no layer of the image', async () => {
    const image = (await execa('docker', ['inspect', '--format', '{{.Image}}', 'gitserver'])).stdout;
    const { stdout } = await execa('docker', ['save', image], { encoding: 'latin1', maxBuffer: 1e9 });
    for (const string of [...strings(), 'BEGIN OPENSSH PRIVATE KEY-----\nb3Blb'])
      expect(stdout.includes(string)).toBe(false);
  });
});

describe('down', () => {
  it('leaves the repository and nothing else, and can be said twice', async () => {
    const printed = await clone.run('down');
    expect(printed).toContain('flux-fleet-repositories');
    expect(await dockerHolds()).toEqual({ containers: [], networks: [], volumes: ['flux-fleet-repositories'] });
    await clone.run('down');
  });

  it('is undone by up, with every commit', async () => {
    await clone.run('up');
    expect(await serverGit('log', '--format=%s')).toContain('Publish the fleet');
  });

  it('takes the repository as well when told to', async () => {
    await clone.run('down', '--all');
    expect(await dockerHolds()).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
