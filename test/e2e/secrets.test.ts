import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addAgeKeys, makeAgeKey } from '../../machine/age-key';
import { Clone } from './clone';
import { dockerHolds, fileOfPod, Observed, serverGit } from './observe';
import { ReadinessWatch } from './readiness-watch';
import { ArgumentWatch, canaries, dresses, filesWith } from './secrets';

let clone: Clone;
const cluster = (name: string) => new Observed(clone.path('.fleet', 'kubeconfig', name));
/** Values that must be seen nowhere but in the pods. */
const value = { dev: canary(), prod: canary(), changed: canary(), pgp: canary() };
/** Values that YAML, a shell, Helm or Kubernetes takes for something else than text, where it is asked to. */
const exact = [
  'p4ss,w0rd',
  '12345678',
  'true',
  'null',
  '{a}',
  'back\\slash',
  'one: "1"\n two: # 2\n\n',
  '$(HOME) ${HOME} $$ `id`',
] as const;
const exactMessage = 'p4ss,w0rd {a} back\\slash [0] null';
/** All that the commands printed, and the arguments of every process that ran meanwhile. */
let printed = '';
const seen = new Set<string>();

function canary(): string {
  return `canary-${randomBytes(18).toString('hex')}`;
}

const run = (...args: [string, ...string[]]) => watched(() => clone.run(...args));
const secrets = (args: readonly string[], input?: string) => watched(() => clone.secrets(args, input));

/** Does the work, and keeps what it printed and the arguments of what ran meanwhile. */
async function watched(work: () => Promise<string>): Promise<string> {
  const watch = new ArgumentWatch();
  try {
    const output = await work();
    printed += output;
    return output;
  } finally {
    for (const line of watch.stop()) seen.add(line);
  }
}

/** The value of a variable that the app says it has. */
async function variable(name: string, key: string): Promise<string | undefined> {
  const variables = await cluster(name).variables('app-a');
  return variables.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
}

beforeAll(async () => {
  clone = await Clone.make();
  clone.edit('import { defineFleet, ', 'import { defineFleet, env, file, value, ');
  const each = (way: (key: string) => string) => exact.map((_, index) => `E${index}: ${way(`v${index}`)}`).join(', ');
  clone.edit(
    'apps: {',
    `apps: {
    envs: webApp({ ...podinfo, secrets: { ${each(() => 'env()')} } }),
    files: webApp({ ...podinfo, secrets: { ${each(() => "file('/etc/Exact_values')")} } }),
    chart: helmApp({
      chart: gitChart('charts/podinfo'),
      values: { ...images.podinfo },
      secrets: { MESSAGE: value('message'), ${each((key) => `value('global.${key}')`)} },
    }),`,
  );
  clone.edit('dev: { ', 'dev: { envs: {}, files: {}, chart: {}, ');
  clone.edit(
    "'app-a': webApp({ ...podinfo,",
    "'app-a': webApp({ ...podinfo, secrets: { API_KEY: env(), SESSION: env({ generate: { bytes: 32 } }) },",
  );
});
afterAll(async () => {
  await clone.run('down', '--all');
  clone.remove();
});

describe('a secret that fleet.ts names', () => {
  it('is asked for before anything is made', async () => {
    await expect(run('up')).rejects.toThrow('secrets set dev app-a API_KEY');
    expect((await dockerHolds()).containers).toEqual([]);
  });

  it('is in the pod, decrypted, in each cluster its own', async () => {
    await secrets(['set', 'dev', 'app-a', 'API_KEY'], value.dev);
    await secrets(['set', 'prod', 'app-a', 'API_KEY'], value.prod);
    await secrets(['set', 'dev', 'chart', 'MESSAGE'], exactMessage);
    for (const app of ['envs', 'files', 'chart']) {
      for (const [index, text] of exact.entries()) await secrets(['set', 'dev', app, `E${index}`], text);
    }
    await run('up');

    expect(await variable('dev', 'API_KEY')).toBe(value.dev);
    expect(await variable('prod', 'API_KEY')).toBe(value.prod);
  });

  it('is in the variables of a pod byte for byte', async () => {
    const variables = await cluster('dev').variables('envs');
    expect(variables).toEqual(expect.arrayContaining(exact.map((text, index) => `E${index}=${text}`)));
  });

  it('is in the files of a pod byte for byte', async () => {
    const [pod] = await cluster('dev').readyPods('files');
    const read = (index: number) =>
      fileOfPod(pod!, new RegExp(`/volumes/kubernetes\\.io~secret/secret-etc-exact-values-\\w+/E${index}$`));
    for (const [index, text] of exact.entries()) expect(await read(index)).toBe(text);
  });

  it('is in the values of a chart byte for byte, and in its pods', async () => {
    expect((await cluster('dev').answer('chart')).message).toBe(exactMessage);
    const { global } = await cluster('dev').chartValues('chart');
    expect(global).toEqual(Object.fromEntries(exact.map((text, index) => [`v${index}`, text])));
  });

  it('is made up where fleet.ts says so', async () => {
    const [dev, prod] = [await variable('dev', 'SESSION'), await variable('prod', 'SESSION')];
    expect(Buffer.from(dev!, 'base64url')).toHaveLength(32);
    expect(dev).not.toBe(prod);
  });

  it('is what plain sops opens, by the key of its cluster alone', async () => {
    const open = (file: string, key: string) =>
      clone.shell(`SOPS_AGE_KEY_FILE=.fleet/keys/age-${key}.agekey sops decrypt secrets/${file}/app-a.yaml`);
    expect(await open('dev', 'dev')).toContain(value.dev);
    await expect(open('prod', 'dev')).rejects.toThrow('no master key');
    await expect(open('dev', 'prod')).rejects.toThrow('no master key');
    expect(statSync(clone.path('.fleet', 'keys', 'age-dev.agekey')).mode & 0o777).toBe(0o600);
    expect(await secrets(['verify'])).toContain('All is well');
  });

  it('changes nothing a second time', async () => {
    const before = readFileSync(clone.path('secrets', 'dev', 'app-a.yaml'), 'utf8');
    await secrets(['set', 'dev', 'app-a', 'API_KEY'], value.dev);
    expect(readFileSync(clone.path('secrets', 'dev', 'app-a.yaml'), 'utf8')).toBe(before);
    expect(await run('up')).toContain('nothing to publish');
    await clone.expectNoChanges('dev', 'prod');
  });

  it('restarts the pods that use it when it changes, and no others', async () => {
    const pods = async () => ({
      a: await cluster('dev').readyPods('app-a'),
      b: await cluster('dev').readyPods('app-b'),
      prod: await cluster('prod').readyPods('app-a'),
    });
    const before = await pods();
    await secrets(['set', 'dev', 'app-a', 'API_KEY'], value.changed);
    await run('up');

    expect(await variable('dev', 'API_KEY')).toBe(value.changed);
    const after = await pods();
    expect(after.a).not.toEqual(before.a);
    expect({ b: after.b, prod: after.prod }).toEqual({ b: before.b, prod: before.prod });
  });
});

describe('a rotation', () => {
  it('gives the cluster a new key, and no reconcile fails meanwhile', async () => {
    const key = () => readFileSync(clone.path('.fleet', 'keys', 'age-dev.agekey'), 'utf8');
    const before = { key: key(), prod: readFileSync(clone.path('secrets', 'prod', 'app-a.yaml'), 'utf8') };
    const readiness = new ReadinessWatch(clone.path('.fleet', 'kubeconfig', 'dev'), 'app-a');
    try {
      await secrets(['rotate', 'dev']);
    } finally {
      readiness.stop();
    }

    expect(readiness.failures).toEqual([]);
    expect(readiness.seen).toBeGreaterThan(10);
    expect(key()).not.toContain(/AGE-SECRET-KEY-1\w+/.exec(before.key)![0]);
    expect(key().match(/AGE-SECRET-KEY-1/g)).toHaveLength(1);
    expect(readFileSync(clone.path('secrets', 'prod', 'app-a.yaml'), 'utf8')).toBe(before.prod);
    const given = await clone.shell(
      "kubectl --context kind-cluster-dev -n flux-system get secret sops-age -o jsonpath='{.data.age\\.agekey}'",
    );
    expect(Buffer.from(given, 'base64').toString()).toBe(key());
    expect(await variable('dev', 'API_KEY')).toBe(value.changed);
    expect(await secrets(['verify'])).toContain('All is well');
  });

  it('leaves nothing to do', async () => {
    expect(await run('fleet', 'publish')).toContain('nothing to publish');
    await clone.expectNoChanges('dev');
  });
});

describe('somebody else who may decrypt', () => {
  it('opens the files of the clusters that name them, and of no other, and the clusters go on', async () => {
    const person = await makeAgeKey();
    addAgeKeys(clone.path('.fleet', 'keys', 'person.agekey'), [person]);
    const values = () =>
      (readFileSync(clone.path('secrets', 'dev', 'app-a.yaml'), 'utf8').match(/ENC\[.*data:.*/g) ?? [])[0];
    const before = values();
    clone.edit('dev: kind()', `dev: kind({ recipients: [ageKey(), ageKey('${person.recipient}')] })`);
    clone.edit('import { defineFleet, ', 'import { ageKey, defineFleet, ');
    expect(await run('up')).toContain('published');

    const open = (name: string) =>
      clone.shell(`SOPS_AGE_KEY_FILE=.fleet/keys/person.agekey sops decrypt secrets/${name}/app-a.yaml`);
    expect(await open('dev')).toContain(value.changed);
    await expect(open('prod')).rejects.toThrow('no master key');
    expect(values()).toBe(before);
    expect(await variable('dev', 'API_KEY')).toBe(value.changed);
    expect(await secrets(['verify'])).toContain('All is well');
  });
});

describe('a cluster whose only recipient is a PGP key', () => {
  const home = mkdtempSync(join(tmpdir(), 'fleet-gpg-user-'));
  const gpg = async (...args: string[]) =>
    (await execa('gpg', ['--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...args])).stdout;
  beforeAll(() => void (process.env['GNUPGHOME'] = home));
  afterAll(async () => {
    await execa('gpgconf', ['--homedir', home, '--kill', 'all']);
    delete process.env['GNUPGHOME'];
    rmSync(home, { recursive: true, force: true });
  });

  it('decrypts by the private half that was imported', async () => {
    await gpg('--quick-generate-key', 'prod', 'future-default', 'default', 'never');
    const fingerprint = /^fpr:+(\w+):/m.exec(await gpg('--with-colons', '--list-keys'))![1]!;
    clone.edit('prod: kind()', `prod: kind({ recipients: [pgpKey('${fingerprint}')] })`);
    clone.edit('import { ageKey, defineFleet, ', 'import { ageKey, defineFleet, pgpKey, ');
    await secrets(['import-pgp-key', 'prod'], await gpg('--armor', '--export-secret-keys', fingerprint));
    await secrets(['set', 'prod', 'app-a', 'API_KEY'], value.pgp);
    expect(await run('up')).toContain('published');
    expect(readFileSync(clone.path('secrets', 'prod', 'app-a.yaml'), 'utf8')).not.toContain('age1');
    expect(await variable('prod', 'API_KEY')).toBe(value.pgp);
  });
});

describe('a Secret in plain text', () => {
  const plain = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  PASSWORD: hunter2\n';

  it('is refused by the git server when somebody pushes it by hand, and in no commit that it took', async () => {
    const tip = await serverGit('rev-parse', 'main');
    writeFileSync(clone.path('.fleet', 'plain.yaml'), plain);
    const push = clone.push(
      `cp "${clone.path('.fleet', 'plain.yaml')}" app.yaml && git add . && git commit -q -m Plain && ` +
        'git rm -q app.yaml && git commit -q -m Gone && git push origin HEAD:main',
    );
    await expect(push).rejects.toThrow(/app\.yaml \(commit \w+\): `PASSWORD` of Secret `a` is plain text/);
    expect(await serverGit('rev-parse', 'main')).toBe(tip);
  });
});

describe('the values', () => {
  const strings = () => [...Object.values(value), ...canaries(clone.path('.fleet'))].flatMap(dresses);

  it('are in no process argument, and in nothing that was printed', () => {
    expect(seen.size).toBeGreaterThan(100);
    for (const string of strings()) {
      expect([...seen].filter((line) => line.includes(string))).toEqual([]);
      expect(printed).not.toContain(string);
    }
  });

  it("are in no log: the git server's, and those of Flux's controllers", async () => {
    const logs = [(await execa('docker', ['logs', 'gitserver'], { all: true })).all];
    for (const name of ['dev', 'prod']) {
      for (const controller of ['source', 'kustomize', 'notification']) {
        const deployment = `deployment/${controller}-controller`;
        logs.push(await clone.shell(`kubectl --context kind-cluster-${name} -n flux-system logs ${deployment}`));
      }
    }
    const found = strings().filter((string) => logs.some((log) => log.includes(string)));
    expect(found).toEqual([]);
  });

  it("are in no file of the clone but the keys, whether in Git's history or in Pulumi's state", async () => {
    await clone.commit('Keep the secrets');
    writeFileSync(
      clone.path('history'),
      (await clone.shell('git log -p --all')) + (await clone.shell('git --git-dir .fleet/infra.git log -p --all')),
    );
    const elsewhere = (path: string) => !/\.fleet\/(keys|kubeconfig|passphrase)/.test(path);
    expect(filesWith(clone.root, strings()).filter(elsewhere)).toEqual([]);
    // The scan finds what is there.
    expect(filesWith(clone.root, ['ENC[AES256_GCM'])).toContain(clone.path('history'));
  });
});
