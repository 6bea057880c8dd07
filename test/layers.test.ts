import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { cruise, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import { expect, it } from 'vitest';

import { repositoryRoot } from '../machine/paths';

/** The rules that files with this content break: `layer-model: model/a.ts → stacks/b.ts`. */
async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
  const baseDir = mkdtempSync(join(tmpdir(), 'layers-'));
  for (const [file, content] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
    mkdirSync(dirname(join(baseDir, file)), { recursive: true });
    writeFileSync(join(baseDir, file), content);
  }
  const { default: config } = (await import(join(repositoryRoot, '.dependency-cruiser.mjs'))) as {
    default: IConfiguration;
  };
  const { tsPreCompilationDeps, doNotFollow } = config.options!;
  const options = {
    tsPreCompilationDeps,
    doNotFollow,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  };
  const { output } = await cruise(['.'], options);
  return (output as ICruiseResult).summary.violations
    .map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
    .sort();
}

it('each folder imports only what is to its left, types too', async () => {
  const files = {
    'model/a.ts': "import type { B } from '../stacks/b';\nexport type A = B;",
    'stacks/b.ts': "import { c } from '../operate/c';\nexport type B = typeof c;",
    'operate/c.ts': 'export const c = 1;',
    'operate/d.ts': "import type { A } from '../model/a';\nexport type D = A;",
  };
  expect(await violations(files)).toEqual([
    'layer-model: model/a.ts → stacks/b.ts',
    'layer-stacks: stacks/b.ts → operate/c.ts',
  ]);
});

it('no files import each other, types too', async () => {
  const files = {
    'operate/a.ts': "import type { B } from './b';\nexport type A = B | 1;",
    'operate/b.ts': "import type { A } from './a';\nexport type B = A[];",
  };
  expect(await violations(files)).toEqual(['no-cycle: operate/a.ts → operate/b.ts']);
});

it("a command that does not run Pulumi does not load Pulumi's packages", async () => {
  const files = {
    'node_modules/@pulumi/pulumi/index.js': '',
    'cli/status.ts': "import '../stacks/flux/alerts';",
    'stacks/flux/alerts.ts': "import '@pulumi/pulumi';",
    'stacks/clusters/x/provider.ts': "import type { Output } from '@pulumi/pulumi';\nexport type A = Output<1>;",
    'stacks/clusters/z/provider.ts': "export const program = () => import('./program');",
    'stacks/clusters/z/program.ts': "import '@pulumi/pulumi';",
    'stacks/clusters/y/provider.ts': "import '@pulumi/pulumi';",
  };
  expect(await violations(files)).toEqual([
    'start-without-pulumi: cli/status.ts → stacks/flux/alerts.ts',
    'start-without-pulumi: stacks/clusters/y/provider.ts → node_modules/@pulumi/pulumi/index.js',
  ]);
});
