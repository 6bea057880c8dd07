import type { Problem } from '../fleet-error';
import { asRecord, at, listed, toText, type UnknownRecord } from './values';

export interface Order {
  readonly units: UnknownRecord;
  readonly runs: Readonly<Record<string, UnknownRecord>>;
  readonly placeOf: (name: string) => string;
}

/** An `after` with a name that does not exist or that a cluster does not run, or that is circular. */
export function* order(props: Order): Iterable<Problem> {
  yield* unknownNames(props);
  yield* absentInCluster(props);
  yield* cycles(props);
}

function after(units: UnknownRecord, name: string): string[] {
  const names = Object.hasOwn(units, name) ? asRecord(units[name])['after'] : undefined;
  return Array.isArray(names) ? names.map(toText).filter(Boolean) : [];
}

function* unknownNames({ units, placeOf }: Order): Iterable<Problem> {
  for (const name of Object.keys(units)) {
    for (const [index, other] of after(units, name).entries()) {
      if (Object.hasOwn(units, other)) continue;
      yield {
        place: at(placeOf(name), `after.${index}`),
        problem: `there is no app or tenant \`${other}\``,
        next: `Use one of ${listed(Object.keys(units).filter((each) => each !== name))}`,
      };
    }
  }
}

function* absentInCluster({ units, runs }: Order): Iterable<Problem> {
  for (const [cluster, running] of Object.entries(runs)) {
    const runsHere = (name: string) => Object.hasOwn(running, name) && running[name] !== undefined;
    for (const name of Object.keys(running).filter(runsHere)) {
      for (const other of after(units, name).filter((each) => Object.hasOwn(units, each) && !runsHere(each))) {
        yield {
          place: at('runs', `${cluster}.${name}`),
          problem: `\`${name}\` comes after \`${other}\`, but cluster \`${cluster}\` does not run \`${other}\``,
          next: `Add \`'${other}': {}\` to \`runs.${cluster}\`, or remove \`${other}\` from the \`after\` of \`${name}\``,
        };
      }
    }
  }
}

/** Each cycle once, starting with the name that is first in `fleet.ts`. */
function* cycles({ units, placeOf }: Order): Iterable<Problem> {
  const done = new Set<string>();
  const visit = function* (name: string, path: readonly string[]): Iterable<Problem> {
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name];
      yield {
        place: at(placeOf(name), 'after'),
        problem: `\`after\` is circular: ${cycle.map((each) => `\`${each}\``).join(' after ')}`,
        next: 'Remove one of these names from its `after`',
      };
      return;
    }
    if (done.has(name)) return;
    for (const other of after(units, name)) yield* visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(units)) yield* visit(name, []);
}
