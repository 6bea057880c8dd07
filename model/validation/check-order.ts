import type { Problem } from '../fleet-error';
import { at, listed, type Named, named, textOf } from './schema';

/** What comes after what, and what each cluster runs. */
export interface Order {
  /** Whatever a cluster can run, by name. */
  readonly units: Named;
  readonly runs: Readonly<Record<string, Named>>;
  /** The place in `fleet.ts` of one of them. */
  readonly placeOf: (name: string) => string;
}

/** An `after` that names nothing, or what a cluster does not run, and those that go round in a circle. */
export function* order(props: Order): Iterable<Problem> {
  yield* unknownNames(props);
  yield* absentInCluster(props);
  yield* circles(props);
}

function after(units: Named, name: string): string[] {
  const names = Object.hasOwn(units, name) ? named(units[name])['after'] : undefined;
  return Array.isArray(names) ? names.map(textOf).filter(Boolean) : [];
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
          problem: `\`${name}\` comes after \`${other}\`, which cluster \`${cluster}\` does not run`,
          next: `Add \`'${other}': {}\` to \`runs.${cluster}\`, or take \`${other}\` from the \`after\` of \`${name}\``,
        };
      }
    }
  }
}

/** Each circle once, from the first of its names in `fleet.ts`. */
function* circles({ units, placeOf }: Order): Iterable<Problem> {
  const done = new Set<string>();
  const visit = function* (name: string, trail: readonly string[]): Iterable<Problem> {
    if (trail.includes(name)) {
      const circle = [...trail.slice(trail.indexOf(name)), name];
      yield {
        place: at(placeOf(name), 'after'),
        problem: circle.map((each) => `\`${each}\``).join(' comes after '),
        next: 'Take one of these `after` away',
      };
      return;
    }
    if (done.has(name)) return;
    for (const other of after(units, name)) yield* visit(other, [...trail, name]);
    done.add(name);
  };
  for (const name of Object.keys(units)) yield* visit(name, []);
}
