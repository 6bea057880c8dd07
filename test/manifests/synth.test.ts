import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifests } from '../../constructs/manifests';
import { render, synthesise } from '../../constructs/synth';
import defaultFleet from '../../docs/examples/default';
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
