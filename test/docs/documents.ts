import { readFileSync } from 'node:fs';

import { filesUnder } from '../manifests/files';

/** The tool's documents, by their paths. */
export const documents: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    '.github/pull_request_template.md',
    'lab/README.md',
    ...[...filesUnder('docs').keys()].filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`),
  ].map((path) => [path, readFileSync(path, 'utf8')]),
);

/** A block of code in a document. */
export interface Block {
  readonly document: string;
  readonly text: string;
}

/** Every block of code in a language. */
export function blocks(language: string): readonly Block[] {
  const pattern = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...documents].flatMap(([document, markdown]) =>
    [...markdown.matchAll(pattern)].map(([, text]) => ({ document, text: text! })),
  );
}

/** The block of commands that `test/e2e` runs on a real fleet. */
export function commandsOnTheEngine(): Block {
  return blocks('sh').find(({ text }) => text.includes('pulumi up'))!;
}
