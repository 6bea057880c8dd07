import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkRendered } from '../../cli/synth';
import { manifests } from '../../constructs/manifests';
import { render, synthesise } from '../../constructs/synth';
import defaultFleet from '../../docs/examples/default';
import { defineFleet, gitChart, helmApp, kind } from '../../model';
import { beside, everything } from './fleets';
import { filesUnder } from './files';
import { site } from './site';

const root = site(beside);
const scratch = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(scratch, { recursive: true, maxRetries: 9 }));

describe('a synthesis', () => {
  it('gives the same bytes each time, for any order in fleet.ts', () => {
    expect(render(everything(), root)).toEqual(render(everything(), root));
    expect([...render(everything({ reversed: true }), root)]).toEqual([...render(everything(), root)]);
  });

  it('gives the same bytes in another language and time zone, and in another folder', () => {
    const outdir = join(scratch, 'elsewhere');
    const env = { ...process.env, LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' };
    execFileSync(
      process.execPath,
      ['--require', './machine/typescript.cjs', 'test/manifests/write-default.ts', outdir],
      { env },
    );
    expect(filesUnder(outdir)).toEqual(render(defaultFleet, 'docs/examples'));
  });

  it('writes YAML that is parsed as the same objects', () => {
    const tree = manifests(everything(), root);
    for (const [path, text] of render(everything(), root)) {
      if (typeof tree.get(path) === 'string') continue;
      for (const version of ['1.1', '1.2'] as const)
        expect(parse(text as string, { version }), path).toEqual(tree.get(path));
    }
  });

  it('replaces the whole folder and leaves no temporary files', () => {
    const outdir = join(scratch, 'replaced', 'manifests');
    mkdirSync(join(outdir, 'apps/gone'), { recursive: true });
    writeFileSync(join(outdir, 'apps/gone/old.yaml'), '');
    expect(synthesise(everything(), outdir, root)).toBe(manifests(everything(), root).size);
    expect(filesUnder(outdir)).toEqual(render(everything(), root));
    expect(readdirSync(join(scratch, 'replaced/.fleet'))).toEqual([]);
  });

  it('has bytes that are not text as they are, and finds each that differs', () => {
    const outdir = join(scratch, 'bytes', 'manifests');
    const bytes = Buffer.from([0xe4, 0x0d, 0x0a, 0, 0xff]);
    const beside = site({
      'charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 1.0.0\n',
      'charts/own/files/x': bytes,
    });
    const apps = { own: helmApp({ chart: gitChart('charts/own') }) };
    const fleet = defineFleet({ clusters: { dev: kind() }, apps, runs: { dev: { own: {} } } });
    synthesise(fleet, outdir, beside);
    expect(readFileSync(join(outdir, 'charts/own/files/x'))).toEqual(bytes);
    expect(() => checkRendered(render(fleet, beside), outdir)).not.toThrow();
    writeFileSync(join(outdir, 'charts/own/files/x'), Buffer.from([0xe5, 0x0d, 0x0a, 0, 0xff]));
    writeFileSync(join(outdir, 'other'), '');
    expect(() => checkRendered(render(fleet, beside), outdir)).toThrow('charts/own/files/x, and 1 more');
  });

  it('keeps the old folder if it fails', () => {
    const outdir = join(scratch, 'kept', 'manifests');
    synthesise(everything(), outdir, root);
    const before = statSync(outdir).ino;
    writeFileSync(join(scratch, 'kept', 'file'), 'not a folder');
    expect(() => synthesise(everything(), join(scratch, 'kept', 'file'), root)).toThrow();
    expect(readFileSync(join(scratch, 'kept', 'file'), 'utf8')).toBe('not a folder');
    expect(readdirSync(join(scratch, 'kept/.fleet'))).toEqual([]);
    expect(statSync(outdir).ino).toBe(before);
  });
});
