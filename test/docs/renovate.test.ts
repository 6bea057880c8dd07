import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { sources } from './tool-files';

interface CustomManager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
}

const { customManagers } = JSON.parse(readFileSync('renovate.json', 'utf8')) as {
  customManagers: readonly CustomManager[];
};
const code = sources(/(\.ts|\.[cm]js|\.sh|\.yaml|Dockerfile)$/, ['bench', 'docs', 'test']);

/** Where in a file a manager finds a version. */
function* found({ managerFilePatterns, matchStrings }: CustomManager, path: string, text: string) {
  if (!managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(path))) return;
  for (const expression of matchStrings) {
    for (const { groups, indices } of text.matchAll(new RegExp(expression, 'dgm'))) {
      yield { value: groups!['currentValue']!, at: indices!.groups!['currentValue']![0] };
    }
  }
}

/** The text without what may name a version that is not a pin: comments, sentences, addresses. */
function withoutProse(text: string): string {
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  return (
    text
      .replace(/\/\*[\s\S]*?\*\//g, blank)
      .replace(/^\s*\/\/.*$/gm, blank)
      .replace(/"[^"\n]*"|'[^'\n]*'/g, (quoted) => (quoted.includes(' ') ? blank(quoted) : quoted))
      // A lower bound is not a pin.
      .replace(/\boldest = '[^'\n]*'/g, blank)
      // The base of a Dockerfile, which Renovate knows by itself.
      .replace(/^FROM .*$/gm, blank)
      .replace(/\d+\.\d+\.\d+\.\d+/g, blank)
  );
}

describe('renovate.json', () => {
  it('finds every version that the code pins', () => {
    const pins = code.flatMap(({ path, text }) =>
      [...withoutProse(text).matchAll(/(?<![\w.])v?\d+\.\d+\.\d+(?![\w]*\.\d)|\b[a-z]+:[a-z]+-slim\b/g)].map(
        (match) => {
          const [version] = match;
          return { path, version, from: match.index, to: match.index + version.length };
        },
      ),
    );
    expect(pins.length).toBeGreaterThan(20);
    const known = (pin: (typeof pins)[number]) => {
      const text = code.find(({ path }) => path === pin.path)!.text;
      return customManagers.some((manager) =>
        [...found(manager, pin.path, text)].some(({ value, at }) => at < pin.to && at + value.length > pin.from),
      );
    };
    expect(pins.filter((pin) => !known(pin)).map(({ path, version }) => `${path}: ${version}`)).toEqual([]);
  });

  it('has no expression that finds nothing', () => {
    const files = [...code, ...sources(/^docs\/examples\/.*\.(ts|json)$/)];
    const idle = customManagers.flatMap((manager) =>
      manager.matchStrings
        .filter((expression) => {
          const alone = { ...manager, matchStrings: [expression] };
          return !files.some(({ path, text }) => [...found(alone, path, text)].length > 0);
        })
        .map((expression) => `${manager.description}: ${expression}`),
    );
    expect(idle).toEqual([]);
  });

  it("leaves nothing else of the project's pins aside: each is in a file that Renovate knows by itself", () => {
    // package.json, go.mod, Dockerfile, .node-version and workflows have managers of their own, and are pinned exactly.
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^(\d+\.\d+\.\d+|\*)$/);
    }
    expect(readFileSync('.node-version', 'utf8').trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('knows every action of the workflow by the digest of its commit', () => {
    const uses = [...readFileSync('.github/workflows/ci.yaml', 'utf8').matchAll(/uses: (.*)/g)].map(([, use]) => use!);
    expect(uses.length).toBeGreaterThan(1);
    for (const use of uses) expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});
