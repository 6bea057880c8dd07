import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { useEnvironment } from '../cli/environment';
import { loadFleet } from '../cli/fleet-file';
import { provided } from '../cli/provide';
import { localPath, repositoryRoot } from '../machine/paths';
import { branch, clusterFolder, fluxInterval, fluxNamespace, fluxRoot, localPaths } from '../model';

const pairs = 3;

/** A line of the command's output, and when it came, in seconds from its start. */
type Line = readonly [seconds: number, text: string];

/**
 * How long `npm run up` takes, with everything cached, as a ratio to the same fleet made by plain commands, in turn; and
 * an empty second `up`. Then where the time of an `up` went. The fleet must be down, and is down afterwards.
 */
async function main(): Promise<void> {
  const fleet = loadFleet();
  await useEnvironment(fleet, await provided());
  const work = mkdtempSync(join(tmpdir(), 'up-by-hand-'));
  cpSync(join(repositoryRoot, 'manifests'), join(work, 'manifests'), { recursive: true });
  writeFileSync(join(work, 'sync.yaml'), sync);
  const env = { WORK: work, SERVER: localPath(localPaths.gitServerImage) };
  const byHand = (what: string) => run('bash', [join(__dirname, 'up-by-hand.sh'), what], env);
  const ours = (what: string) => run('npm', ['run', '--silent', what]);
  const ratios: number[] = [];
  let [last, again]: [Line[], Line[]] = [[], []];
  try {
    // Whatever is built once is built now: the image's folder by our `up`.
    for (const command of [ours, byHand]) for (const what of ['up', 'down']) await command(what);
    for (let pair = 1; pair <= pairs; pair++) {
      const hand = seconds(await byHand('up'));
      await byHand('down');
      last = await ours('up');
      again = await ours('up');
      await ours('down');
      ratios.push(seconds(last) / hand);
      console.log(
        `${pair}: by hand ${hand.toFixed(1)} s, up ${seconds(last).toFixed(1)} s, an empty second one ${seconds(again).toFixed(1)} s`,
      );
    }
  } finally {
    await byHand('down').catch(() => undefined);
    rmSync(work, { recursive: true });
  }
  console.log(
    `up takes ${ratios.sort((a, b) => a - b)[Math.floor(pairs / 2)]!.toFixed(2)} × the time by hand (median)`,
  );
  console.log(`${steps(last)}\nThe empty one:\n${steps(again)}`);
}

/** Runs a command, and gives its lines. The last one is its end. */
async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Line[]> {
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  const lines: Line[] = [];
  for await (const line of execa(command, args, { cwd: repositoryRoot, env, all: true }).iterable({ from: 'all' }))
    lines.push([passed(), String(line)]);
  return [...lines, [passed(), '']];
}

function seconds(lines: readonly Line[]): number {
  return lines.at(-1)![0];
}

/** When each step began and ended, and what was waited for longest in it. */
function steps(lines: readonly Line[]): string {
  const titles = lines.flatMap(([, text]) => /^❯ (.*)/.exec(text)?.[1] ?? []);
  const rows = titles.map((title) => {
    const own = lines.filter(([, text]) => text.replace(/^\S /, '').startsWith(title));
    const waits = own.slice(1).map(([at], i) => ({ after: own[i]![1].slice(2), time: at - own[i]![0] }));
    const longest = waits.sort((a, b) => b.time - a.time).slice(0, 3);
    const shown = longest.map(({ after, time }) => `${time.toFixed(1)} s after "${after.replace(`${title}: `, '')}"`);
    return `${own[0]![0].toFixed(1).padStart(6)} to ${own.at(-1)![0].toFixed(1).padStart(5)} s  ${title}: ${shown.join(', ')}`;
  });
  return rows.join('\n');
}

const metadata = `metadata: {name: ${fluxRoot}, namespace: ${fluxNamespace}}`;
/** What Flux in a cluster syncs from. */
const sync = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
${metadata}
spec:
  url: ssh://git@SERVER/git-server/repos/infra
  ref: {branch: ${branch}}
  secretRef: {name: ${fluxRoot}}
  interval: ${fluxInterval}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
${metadata}
spec:
  sourceRef: {kind: GitRepository, name: ${fluxRoot}}
  path: ./${clusterFolder('CLUSTER')}
  interval: ${fluxInterval}
  retryInterval: 5s
  prune: true
`;

void main();
