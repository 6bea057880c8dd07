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

/** What a transcript in the README shows: commands, each with what it prints. */
export function transcript(): readonly { readonly command: string; readonly printed: string }[] {
  const [{ text }] = blocks('console') as [Block];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...printed] = part.trimEnd().split('\n');
      return { command, printed: printed.join('\n') };
    });
}

/** The lines of what a command prints without what differs from run to run: commits, times, and their order among clusters. */
export function comparable(printed: string): string[] {
  const lines = printed
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/\b[0-9a-f]{12}\b/g, '<commit>')
        .replace(/ready \d+\.\d s/, 'ready <time>')
        .replace(/ \d+[smh] +/, ' <age> '),
    );
  const [ends, rest] = [
    lines.filter((line) => line.includes('<time>')),
    lines.filter((line) => !line.includes('<time>')),
  ];
  return [...rest, ...ends.sort()];
}

/** What the README's change removes from the default fleet, and what it adds, line by line. */
export function change(): readonly (readonly [removed: string, added: string])[] {
  const lines = (sign: string) =>
    [...blocks('diff')[0]!.text.matchAll(new RegExp(`^\\${sign}(.*)$`, 'gm'))].map(([, line]) => line!);
  const added = lines('+');
  return lines('-').map((line, index) => [line, added[index]!]);
}
