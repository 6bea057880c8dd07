import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { repositoryRoot } from '../../machine/paths';

let cache: string;
beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'flux-fleet-lazy-'))));
afterEach(() => rmSync(cache, { recursive: true, maxRetries: 9 }));

/** The modules of lab/ and of gRPC that a process has loaded after running a line of JavaScript, by their folder. */
function loaded(line: string, source = ''): string[] {
  const report = `
    const loaded = Object.keys(require.cache).map((file) => file.slice(process.cwd().length + 1));
    const folders = loaded.map((file) => /^lab|^node_modules\\/(@grpc\\/grpc-js|google-protobuf)/.exec(file)?.[0]);
    console.log(JSON.stringify([...new Set(folders.filter(Boolean))]));`;
  const program = `(async () => { ${line}\n${report} })()`;
  const env = { ...process.env, FLUX_FLEET_CACHE: cache, FLUX_FLEET_SOURCE: source };
  const options = { cwd: repositoryRoot, encoding: 'utf8', env } as const;
  const output = execFileSync(process.execPath, ['--require', './machine/typescript.cjs', '--eval', program], options);
  return JSON.parse(output.trim().split('\n').at(-1)!) as string[];
}

const choose = "await require('./cli/tool-sources').knownSource();";
const everyCommandOfTools = "for (const name of ['provide', 'doctor', 'env', 'lab']) require('./cli/' + name);";

test('no command of the tools loads the lab or gRPC by itself', () => {
  expect(loaded(everyCommandOfTools)).toEqual([]);
});

test.each(['internet', ''])('the source `%s` loads neither the lab nor gRPC', (source) => {
  expect(loaded(choose, source)).toEqual([]);
});

test('the source `lab` loads the lab', () => {
  expect(loaded(choose, 'lab')).toContain('lab');
});

test('a lab in the cache is loaded, to find out whether it is complete', () => {
  mkdirSync(join(cache, 'lab'));
  expect(loaded(choose)).toEqual(['lab']);
});
