import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readAgeKeys } from '../../../machine/age-key';
import { defineFleet, env, type Fleet, kind, webApp } from '../../../model';
import { importKey } from '../../../operate/secrets/import-key';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, withSops } from './fixture';

const fleet = fleetOf('dev');
const name = (app: string, key: string) => ({ cluster: 'dev', app, key });
const file = 'secrets/dev/app-a.yaml';

function fleetOf(cluster: string): Fleet {
  const app = webApp({ image: 'podinfo', tag: '6.9.2', port: 9898, secrets: { ONE: env(), TWO: env() } });
  return defineFleet({
    clusters: { [cluster]: kind() },
    apps: { 'app-a': app, 'app-b': app },
    runs: { [cluster]: { 'app-a': {}, 'app-b': {} } },
  });
}

/** Somebody's clone, with keys of their own. */
class Person extends Scratch {
  override folder(of = fleet) {
    return super.folder(of);
  }

  async git(...args: string[]): Promise<string> {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgSign=false'];
    const { stdout } = await execa('git', [...identity, ...args], { cwd: this.root, reject: args[0] !== 'merge' });
    return stdout;
  }

  async begin(): Promise<void> {
    await this.git('init', '-q', '-b', 'main');
    writeFileSync(join(this.root, '.gitignore'), '.fleet\n');
    await this.commit();
  }

  async commit(): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', 'Change');
  }

  /** Merges what another person has, and gives the paths that are in conflict. */
  async merge(other: Person): Promise<string[]> {
    await this.git('fetch', '-q', other.root, 'main');
    await this.git('merge', '-q', '--no-edit', 'FETCH_HEAD');
    return (await this.git('diff', '--name-only', '--diff-filter=U')).split('\n').filter(Boolean);
  }

  async pull(other: Person): Promise<void> {
    await this.git('fetch', '-q', other.root, 'main');
    await this.git('reset', '-q', '--hard', 'FETCH_HEAD');
  }

  async recipient(): Promise<string> {
    return (await readAgeKeys(this.folder().keyFile('dev'))).at(-1)!.recipient;
  }

  problems = async () => (await verifySecrets(this.folder())).map(({ place, problem }) => `${place}: ${problem}`);
}

let ann: Person;
let ben: Person;
beforeEach(async () => {
  [ann, ben] = [new Person(), new Person()];
  await ann.begin();
  await ben.begin();
  await ben.pull(ann);
});
afterEach(() => [ann, ben].forEach((person) => person.remove()));

describe(`a merge of two people's first secrets, ${withSops}`, () => {
  it('is refused until the rules are merged, keeps both keys, and neither loses a value', async () => {
    for (const app of ['app-a', 'app-b']) {
      const who = app === 'app-a' ? ann : ben;
      for (const key of ['ONE', 'TWO']) await setSecret(who.folder(), name(app, key), `${app} ${key}`);
      await who.commit();
    }
    expect(await ben.merge(ann)).toEqual(['.sops.yaml']);
    await expect(generateSecrets(ben.folder())).rejects.toThrow(/^\.sops\.yaml: it has conflict markers/);
    await expect(setSecret(ben.folder(), name('app-b', 'ONE'), 'x')).rejects.toThrow(/^\.sops\.yaml: it has conflict/);

    // As the message says: the keys of both.
    await ben.git('checkout', '-q', '--ours', '.sops.yaml');
    const rules = ben.text('.sops.yaml').replace(/age: (age1\w+)/, `age: $1,${await ann.recipient()}`);
    writeFileSync(join(ben.root, '.sops.yaml'), rules);
    await expect(generateSecrets(ben.folder())).rejects.toThrow(
      new RegExp(`app-a\\.yaml: encrypted to ${await ann.recipient()}[^]*secrets generate`),
    );
    await ben.commit();
    await ann.pull(ben);
    expect(await generateSecrets(ann.folder())).toMatchObject({ updated: [file] });
    await ann.commit();
    await ben.pull(ann);
    await generateSecrets(ben.folder());

    for (const person of [ann, ben]) {
      if (person === ann) await ben.commit().then(() => ann.pull(ben));
      expect(await person.folder().values(name('app-a', 'ONE'))).toEqual({ ONE: 'app-a ONE', TWO: 'app-a TWO' });
      expect(await person.folder().values(name('app-b', 'ONE'))).toEqual({ ONE: 'app-b ONE', TWO: 'app-b TWO' });
      expect(await person.problems()).toEqual([]);
    }
  });

  it.each(['--ours', '--theirs'])('locks nobody out in silence where one takes one side: %s', async (side) => {
    await setSecret(ann.folder(), name('app-a', 'ONE'), 'a');
    await ann.commit();
    await setSecret(ben.folder(), name('app-b', 'ONE'), 'b');
    await ben.commit();
    await ben.merge(ann);
    await ben.git('checkout', '-q', side, '.sops.yaml');

    await expect(generateSecrets(ben.folder())).rejects.toThrow(
      new RegExp(`app-a\\.yaml: encrypted to ${await ann.recipient()}`),
    );
    expect(ben.text('.sops.yaml')).toContain(await ben.recipient());
    if (side === '--theirs') expect(ben.text('.sops.yaml')).toContain(await ann.recipient());
    await importKey(ben.folder(), 'dev', ann.text('.fleet/keys/age-dev.agekey'));
    await generateSecrets(ben.folder());
    expect(await ben.folder().values(name('app-a', 'ONE'))).toEqual({ ONE: 'a' });
  });

  it('keeps the key of whoever came first though there is no secret yet', async () => {
    await generateSecrets(ann.folder());
    await ann.commit();
    await ben.pull(ann);

    const { joined } = await generateSecrets(ben.folder());

    expect(joined).toEqual(['dev']);
    await setSecret(ben.folder(), name('app-a', 'ONE'), 'b');
    await ben.commit();
    await ann.pull(ben);
    expect(await generateSecrets(ann.folder())).toMatchObject({ joined: [], wroteConfig: false, updated: [] });
    expect(await ann.folder().values(name('app-a', 'ONE'))).toEqual({ ONE: 'b' });
  });
});

describe(`a merge of two people's values in one file, ${withSops}`, () => {
  beforeEach(async () => {
    for (const key of ['ONE', 'TWO']) await setSecret(ann.folder(), name('app-a', key), 'old');
    for (const key of ['ONE', 'TWO']) await setSecret(ann.folder(), name('app-b', key), 'old');
    await ann.commit();
    await ben.pull(ann);
    await importKey(ben.folder(), 'dev', ann.text('.fleet/keys/age-dev.agekey'));
    await setSecret(ann.folder(), name('app-a', 'ONE'), 'of ann');
    await ann.commit();
    await setSecret(ben.folder(), name('app-a', 'TWO'), 'of ben');
    await ben.commit();
    expect(await ben.merge(ann)).toEqual([file]);
  });

  it('is refused with the way out, and not taken for plain text', async () => {
    const advice = `git checkout --ours ${file}`;
    await expect(setSecret(ben.folder(), name('app-a', 'TWO'), 'x')).rejects.toThrow(advice);
    expect((await verifySecrets(ben.folder())).map(({ next }) => next).join()).toContain(advice);
  });

  it.each([
    ['--ours', 'ONE', 'of ann'],
    ['--theirs', 'TWO', 'of ben'],
  ])(
    'has the values of both after one side is taken, %s, and the values of the other are set again',
    async (...how) => {
      const [side, key, value] = how;
      await ben.git('checkout', '-q', side, file);
      await setSecret(ben.folder(), name('app-a', key), value);

      expect(await ben.folder().values(name('app-a', key))).toEqual({ ONE: 'of ann', TWO: 'of ben' });
      expect(await ben.problems()).toEqual([]);
    },
  );

  it.each(['HEAD^1', 'HEAD^2'])(
    'is found after somebody committed a mixture, and the advice leads out: %s',
    async (side) => {
      // Both values, and the signature of one side.
      const line = /^ +ONE: .*$/m;
      const ours = await ben.git('show', `HEAD:${file}`);
      const theirs = await ben.git('show', `FETCH_HEAD:${file}`);
      writeFileSync(join(ben.root, file), ours.replace(line, line.exec(theirs)![0]));
      await ben.commit();
      const [problem] = await verifySecrets(ben.folder());
      expect(problem).toMatchObject({ place: file, problem: expect.stringMatching(/MAC|authentication/) as string });
      expect(problem!.next).toContain(`git checkout ${side} -- ${file}`);

      await ben.git('checkout', '-q', side, '--', file);
      await setSecret(ben.folder(), name('app-a', side === 'HEAD^1' ? 'ONE' : 'TWO'), 'again');

      expect(await ben.problems()).toEqual([]);
    },
  );
});

describe(`a cluster with another name, ${withSops}`, () => {
  it('finds its key when its folder has moved with it, and the key stays where it was', async () => {
    await setSecret(ann.folder(), name('app-a', 'ONE'), 'value');
    await setSecret(ann.folder(), name('app-b', 'ONE'), 'value');
    await ann.commit();
    const key = ann.text('.fleet/keys/age-dev.agekey');
    await ann.git('mv', 'secrets/dev', 'secrets/stage');
    const folder = ann.folder(fleetOf('stage'));

    expect(await generateSecrets(folder)).toMatchObject({ madeKeys: [], updated: [], wroteConfig: true });

    expect(await folder.values({ cluster: 'stage', app: 'app-a' })).toEqual({ ONE: 'value' });
    expect(ann.text('.fleet/keys/age-stage.agekey')).toBe(key);
    expect(ann.text('.fleet/keys/age-dev.agekey')).toBe(key);
    expect(ann.text('.sops.yaml')).not.toContain('secrets/dev');
    expect(await setSecret(folder, { ...name('app-a', 'TWO'), cluster: 'stage' }, 'b')).toBe(true);
  });

  it('gets no key of a cluster that is still there, whose folder was copied', async () => {
    await setSecret(ann.folder(), name('app-a', 'ONE'), 'value');
    await execa('cp', ['-r', 'secrets/dev', 'secrets/stage'], { cwd: ann.root });
    const both: Fleet = { ...fleet, clusters: { dev: kind(), stage: kind() } };
    await expect(generateSecrets(ann.folder(both))).rejects.toThrow('secrets/stage/: its files are encrypted to');
    expect(ann.has('.fleet/keys/age-stage.agekey')).toBe(false);
  });
});
