import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { filesUnder } from '../manifests/files';
import { blocks, change, documents } from './documents';
import { toolFolders } from './tool-files';

const all = [...documents];
const withoutCode = (markdown: string) => markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors of a document, as GitHub makes them of its headings. */
function anchors(path: string): string[] {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documents', () => {
  it('link only to files and headings that exist', () => {
    const links = all.flatMap(([document, markdown]) =>
      [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ document, target: target! })),
    );
    const internal = links.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(internal.length).toBeGreaterThan(20);
    const broken = internal.filter(({ document, target }) => {
      const [path, anchor] = target.split('#');
      const file = path ? join(dirname(document), path) : document;
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('name only files and folders that exist', () => {
    const pattern = /`((?:[a-z0-9.-]+\/)+(?:[\w.-]+\.(?:ts|mjs|md|json|yaml))?|[\w-]+\.(?:ts|json|yaml|mjs))`/g;
    const named = all.flatMap(([document, markdown]) =>
      [...markdown.matchAll(pattern)].map(([, path]) => ({ document, path: path! })),
    );
    // What a clone makes for itself, what is the user's, what a fleet's repository holds, and files of other tools.
    const elsewhere =
      /^(\.fleet|secrets|clusters|apps|tenants|charts|deploy|manifests)\/|^\.sops\.yaml$|^(fleet\.ts|(images|versions)\.json|install\.yaml|ksail\.yaml|kustomization\.yaml|values\.schema\.json)$/;
    const missing = named.filter(
      ({ document, path }) =>
        // Failures are shown with files of others.
        document !== 'docs/failures.md' &&
        !elsewhere.test(path) &&
        !existsSync(path) &&
        !(document.startsWith('lab/') && existsSync(join('lab', path))),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('show parts of the examples, and no other code', () => {
    const outline = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .join('\n')
        .trim();
    const examples = [...filesUnder('docs/examples').values()].map(outline);
    const shown = blocks('ts');
    expect(shown.length).toBeGreaterThan(5);
    const own = shown.filter(({ text }) => !examples.some((example) => example.includes(outline(text))));
    expect(own).toEqual([]);
  });

  it('show the change of the README as it applies to the default fleet', () => {
    const fleet = readFileSync('docs/examples/default.ts', 'utf8');
    expect(change()).toHaveLength(2);
    for (const [removed, added] of change()) {
      expect(fleet).toContain(`${removed}\n`);
      expect(added).not.toBe('');
    }
  });

  it('use plain words', () => {
    const banned = [
      /\bmend(s|ed|ing)?\b/i,
      /\bma[dk]e(s)? up\b/i,
      /\btak(es?|en|ing) (?:\S+ ){0,6}away\b/i,
      /\bgreet(s|ed|ing)?\b/i,
      /\b(the house|rooms?|walls?)\b/i,
      /\b(may|can) be said\b|\bis said of\b|\bsay (one|another)\b/i,
      /\bis no (patch|possible|name|time|source|recipient|executable)\b/i,
      /\b(can|could)(n't|not)? be had\b/i,
      /\bsome so and some so\b|\bnobody else has\b|\bwhat was tried where\b/i,
    ];
    // About the project, never about how or where it is worked on.
    const foreign = [/\b(AI|LLM|agents?|Claude|sessions?)\b/, /(^|[\s`(])\/(work|root|home)\//m];
    const examples = [...filesUnder('docs/examples')].filter(([path]) => path.endsWith('.ts'));
    const found = [...all, ...examples].flatMap(([document, text]) =>
      [...banned, ...foreign].flatMap((word) => {
        const match = word.exec(text);
        return match ? [{ document, text: match[0] }] : [];
      }),
    );
    expect(found).toEqual([]);
  });
});

describe('the README', () => {
  const readme = documents.get('README.md')!;

  it('is short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(165);
  });

  it('maps every folder of the tool', () => {
    expect(toolFolders().filter((folder) => !readme.includes(`\`${folder}/\``))).toEqual([]);
  });
});
