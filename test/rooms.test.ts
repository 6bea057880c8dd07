import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { repositoryRoot } from '../machine/paths';

/** What each room may import, as the table in docs/architecture.md says. */
function map(): Map<string, string[]> {
  const rows = readFileSync(join(repositoryRoot, 'docs/architecture.md'), 'utf8').matchAll(
    /^\| `([a-z]+)\/` +\|[^|]*\|([^|]*)\|$/gm,
  );
  return new Map(
    [...rows].map(([, room, may]) => [room!, [...may!.matchAll(/`([a-z.]+?)\/?`/g)].map((found) => found[1]!)]),
  );
}

/** The rooms that a room's files import, with the file that does. */
function importsOf(room: string): { file: string; from: string }[] {
  const names = readdirSync(join(repositoryRoot, room), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(room, name);
      const text = readFileSync(join(repositoryRoot, file), 'utf8');
      const paths = [...text.matchAll(/(?:from |require\()'(\.[^']*)'/g)].map((found) => found[1]!);
      return paths.map((path) => ({ file, from: roomOf(resolve(repositoryRoot, file, '..', path)) }));
    });
}

function roomOf(path: string): string {
  const [first] = relative(repositoryRoot, path).split('/');
  return first === 'fleet' ? 'fleet.ts' : first!;
}

describe('the rooms', () => {
  const rooms = ['model', 'constructs', 'stacks', 'operate', 'machine', 'lab'];

  it.each(rooms)('%s imports only what the map says', (room) => {
    const allowed = [room, ...map().get(room)!];
    expect(importsOf(room).length).toBeGreaterThan(3);
    expect(importsOf(room).filter(({ from }) => !allowed.includes(from))).toEqual([]);
  });
});
