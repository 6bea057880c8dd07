import { readdirSync, readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { Clone } from './clone';
import { dockerHolds, Observed, serverGit } from './observe';

let clone: Clone;

beforeAll(async () => {
  clone = await Clone.make();
  // One cluster is enough to be killed in, and is made sooner.
  clone.edit('    dev: kind(),\n', '');
  clone.edit("    dev: { 'app-a': {}, 'app-b': {}, 'app-c': {} },\n", '');
});
afterEach(async () => {
  await clone.run('down', '--all');
  expect(await dockerHolds()).toEqual({ containers: [], networks: [], volumes: [] });
});
afterAll(() => clone.remove());

type Moment = readonly [string, RegExp];
/** The moments, by what `up` has just said. */
const moments: readonly (readonly Moment[])[] = [
  [
    ['the image of the git server is built', /create RemoteImage image/],
    ['the git server starts', /create Command greeting/],
    ['the commit is published', /❯ Repository/],
  ],
  [
    ['kind makes a cluster', /create Command reach|create Command kind/],
    ['Flux is installed', /create Deployment/],
    ['the clusters apply the commit', /not applied the commit yet|not fetched yet/],
  ],
];
const titled = moments.map((group) => [group.map(([title]) => title).join(', then while '), group] as const);

describe('kill -9 of the whole of up', () => {
  it.each(titled)('while %s, is mended by up', async (_, group) => {
    // Each `up` after the first goes on from where the one before it was killed, and past that.
    for (const [, moment] of group) await killAt(moment);

    const printed = await clone.run('up');

    expect(printed).toMatch(/^prod +app-a +ready .* 2\/2 /m);
    expect(await serverGit('rev-list', '--count', 'main')).toBe('1');
    const prod = new Observed(clone.path('.fleet', 'kubeconfig', 'prod'));
    expect((await prod.deployment('app-a')).status?.readyReplicas).toBe(2);
    await clone.expectNoChanges('git-server', 'prod');
    // Pulumi writes these by bits; without them its state is whole at every moment.
    const state = readdirSync(clone.path('.fleet', 'state'), { recursive: true, encoding: 'utf8' });
    expect(state.filter((path) => path.endsWith('.attrs'))).toEqual([]);
    expect(state.filter((path) => path.endsWith('prod.json'))).toHaveLength(1);
  });
});

/** Starts `up` and kills it and all that it started when it says this. */
async function killAt(moment: RegExp): Promise<void> {
  const up = clone.start('up');
  let said = '';
  // To leave the loop waits for the end, so the kill is in it.
  for await (const line of up.iterable({ from: 'all' })) {
    said += `${line}\n`;
    if (moment.test(line)) killWhole(up.pid!);
  }
  const { signal } = await up;
  if (signal !== 'SIGKILL') throw new Error(`up was not killed, as it never said ${moment}:\n${said}`);
}

/** Kills a process and all that it started: they are halted first, so that none starts another meanwhile. */
function killWhole(pid: number): void {
  const halted = new Set<number>();
  for (let found = [pid]; found.length > 0; found = descendants(pid).filter((child) => !halted.has(child))) {
    for (const child of found) {
      send(child, 'SIGSTOP');
      halted.add(child);
    }
  }
  for (const child of halted) send(child, 'SIGKILL');
}

function send(pid: number, name: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

/** Every process that this one started, and those that they started. */
function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
