import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifests } from '../../constructs/manifests';
import { render, synthesise } from '../../constructs/synth';
import { everything } from './fleets';
import { filesUnder } from './files';

const scratch = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('a synthesis', () => {
  it('gives the same bytes each time, whatever the order in fleet.ts', () => {
    expect(render(everything())).toEqual(render(everything()));
    expect([...render(everything({ reversed: true }))]).toEqual([...render(everything())]);
  });

  it('gives the same bytes in another language, time zone and folder', () => {
    const outdir = join(scratch, 'elsewhere');
    const env = { ...process.env, LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu', CDK8S_OUTDIR: outdir };
    execFileSync(process.execPath, ['--import', 'tsx', 'constructs/main.ts'], { env });
    expect(filesUnder(outdir)).toEqual(filesUnder('manifests'));
  });

  it('writes YAML that is read as what it was', () => {
    for (const [path, text] of render(everything())) {
      for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version }), path).toEqual(manifests(everything()).get(path));
    }
  });

  it('replaces all that was there and leaves nothing beside it', () => {
    const outdir = join(scratch, 'replaced', 'manifests');
    mkdirSync(join(outdir, 'apps/gone'), { recursive: true });
    writeFileSync(join(outdir, 'apps/gone/old.yaml'), '');
    expect(synthesise(everything(), outdir)).toBe(22);
    expect(filesUnder(outdir)).toEqual(render(everything()));
    expect(readdirSync(join(scratch, 'replaced/.fleet'))).toEqual([]);
  });

  it('leaves what was there when it cannot finish', () => {
    const outdir = join(scratch, 'kept', 'manifests');
    synthesise(everything(), outdir);
    const before = statSync(outdir).ino;
    writeFileSync(join(scratch, 'kept', 'file'), 'not a folder');
    expect(() => synthesise(everything(), join(scratch, 'kept', 'file'))).toThrow();
    expect(readFileSync(join(scratch, 'kept', 'file'), 'utf8')).toBe('not a folder');
    expect(readdirSync(join(scratch, 'kept/.fleet'))).toEqual([]);
    expect(statSync(outdir).ino).toBe(before);
  });
});
