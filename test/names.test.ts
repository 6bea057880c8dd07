import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { expect, it } from 'vitest';

import { repositoryRoot } from '../machine/paths';

/** The names that model/names.ts has, as a text in code would have them. */
const names = [
  /flux-system|sops-age|receiver-token/,
  /\bgitserver\b|fleet-alerts|ssh:\/\/git@/,
  /kind-cluster|\bcluster-(dev|prod|$)|-control-plane|-worker/,
  /-repositories\b|\/git-server:|\/git-server\/repos/,
  /\bflux-fleet(\/(app|cluster|tenant|secrets))?$/,
  /flux-fleet\.|-owner\b|flux-fleet-generation|io\.x-k8s|-before-adopt|^adopted$/,
  /^(adopted\.json|clone-id|making\/)/,
  /^kubeconfig\/|^infra\.git$|\b(deploy|receiver|age|transit|retired)-$|^keys\//,
];

/** The texts in a file of TypeScript, which are neither comments nor code. */
function texts(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(join(repositoryRoot, path), 'utf8'), ts.ScriptTarget.Latest));
  return found;
}

const folders = ['model', 'constructs', 'stacks', 'operate', 'machine', 'cli'];
const files = folders.flatMap((folder) =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith('.ts') && path !== 'model/names.ts'),
);

it.each(files)('%s takes the names that other files use from model/names.ts', (path) => {
  expect(texts(path).filter((text) => names.some((name) => name.test(text)))).toEqual([]);
});

it('finds the names that model/names.ts has', () => {
  const found = texts('model/names.ts').filter((text) => names.some((name) => name.test(text)));
  expect(found.length).toBeGreaterThan(20);
});
