import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';
import { expect, it } from 'vitest';

import { repositoryRoot } from '../machine/paths';

/** The files that have the names on which folders agree. */
const sources = ['model/names.ts', 'model/repository-paths.ts'];

/** The names that those files have, as a text in code would have them. */
const names = [
  /flux-system|sops-age|receiver-token/,
  /\bgitserver\b|fleet-alerts|ssh:\/\/git@/,
  /kind-cluster|\bcluster-(dev|prod|$)|-control-plane|-worker/,
  /-repositories\b|\/git-server:|\/git-server\/repos/,
  /\bflux-fleet(\/(app|cluster|tenant|secrets))?$/,
  /flux-fleet\.|-owner\b|flux-fleet-generation|io\.x-k8s|-before-adopt|^adopted$/,
  /^(adopted\.json|clone-id|making\/)/,
  /^\.?\/?(clusters|apps|tenants)\/(\*|$)|^\/(overlays|base)\b|\^\(?(\?:)?(clusters|apps|tenants)\b/,
  /^kubeconfig\/|^infra\.git$|\b(deploy|receiver|age|transit|retired)-$|^keys\//,
];

/** The texts in a file of TypeScript, which are neither comments nor code. */
function texts(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isRegularExpressionLiteral(node)
    ) {
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
    .filter((path) => path.endsWith('.ts') && !sources.includes(path)),
);

/** The catalogue of failures has messages as the clusters print them. */
const isMessage = (path: string, text: string) => path.startsWith('operate/explain/rules/') && /\s/.test(text);

it.each(files)('%s takes the names on which folders agree from the files that have them', (path) => {
  const own = texts(path).filter((text) => !isMessage(path, text));
  expect(own.filter((text) => names.some((name) => name.test(text)))).toEqual([]);
});

it('finds those names', () => {
  const found = sources.flatMap(texts).filter((text) => names.some((name) => name.test(text)));
  expect(found.length).toBeGreaterThan(25);
});
