import { existsSync, openSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { ReadStream } from 'node:tty';
import type { Command } from 'commander';
import { addAgeKeys, makeAgeKey, readAgeKeys } from '../machine/age-key';
import { engineId } from '../machine/docker';
import { writePrivateFile } from '../machine/files';
import { fleetDirectory, localPath } from '../machine/paths';
import { type Fleet, FleetError, localPaths } from '../model';
import { describeFiles, parseInvitation, parts } from '../operate/people/invitation';
import { joinFleet } from '../operate/people/join';
import { type Key, sealedEnd, sealedStart, unseal } from '../operate/people/sealed';
import { lockRuns } from '../operate/run-lock';
import { clusterProvider, clusterTargets } from '../stacks/clusters';
import { onOneMachine } from '../stacks/ownership';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';
import { ask } from './secret-value';

const help = `
It takes what the clone does not have from Git:
${parts.map(({ what }) => `  - ${what}`).join('\n')}

On standard input is what \`npm run fleet -- invite\` printed in a clone of the fleet. What opens it may stand before it: a line
with the passphrase, or with a private age key. Else it is the key of \`--key\`, or the terminal asks for the passphrase.`;

/** `fleet join`: makes a fresh clone one of the fleet's, with the text of `fleet invite`. */
export function register(program: Command): void {
  program
    .command('join')
    .description('let this clone work on a fleet that another clone has brought up: takes the text of `fleet invite`')
    .option('--key', 'print the public half of a key of this clone, for `fleet invite --to`, and do nothing else')
    .addHelpText('after', help)
    .action(async ({ key }: { key?: boolean }) => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run fleet -- join', () => (key ? printKey() : join(fleet)));
    });
}

async function printKey(): Promise<void> {
  const file = localPath(localPaths.joinKey);
  if ((await readAgeKeys(file)).length === 0) addAgeKeys(file, [await makeAgeKey()]);
  console.log((await readAgeKeys(file))[0]!.recipient);
}

async function join(fleet: Fleet): Promise<void> {
  const text = process.stdin.isTTY ? await pasted() : (await buffer(process.stdin)).toString();
  const start = text.indexOf(sealedStart);
  if (start < 0)
    throw new FleetError({
      place: 'standard input',
      problem: `it holds no invitation: there is no line \`${sealedStart}\``,
      next: 'Pipe in what `npm run fleet -- invite` prints in a clone of the fleet',
    });
  const sealed = text.slice(start, text.indexOf(sealedEnd) + sealedEnd.length);
  const invitation = parseInvitation(await unseal(sealed, await keyOf(text.slice(0, start).trim())));
  await joinFleet(fleetDirectory, fleet.name, invitation);
  rmSync(localPath(localPaths.joinKey), { force: true });
  console.log(`Joined the fleet ${fleet.name} of ${invitation.home}. Taken into ${fleetDirectory}:`);
  for (const what of describeFiles(Object.keys(invitation.files))) console.log(`  - ${what}`);
  for (const line of [...existingClusters(fleet), ...(await limits(fleet, invitation))]) console.log(line);
}

/** What opens an invitation: what stands before it, or this clone's own key, or what the terminal is asked for. */
async function keyOf(before: string): Promise<Key> {
  if (before.startsWith('AGE-SECRET-KEY-')) return { identities: before.split(/\s+/) };
  if (before !== '') return { passphrase: before };
  const own = await readAgeKeys(localPath(localPaths.joinKey));
  if (own.length > 0) return { identities: own.map(({ identity }) => identity) };
  return { passphrase: await ask('Passphrase of the invitation: ', terminal()) };
}

/** The terminal, also where standard input is a file. */
function terminal(): ReadStream {
  if (process.stdin.isTTY) return process.stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new FleetError({
      place: 'standard input',
      problem: 'nothing opens the invitation: there is no passphrase before it, and no terminal to ask',
      next: 'Add the passphrase as a line before the text, or use an invitation `--to` what `npm run fleet -- join --key` prints',
    });
  }
}

/** The lines that somebody pastes, up to the end of the invitation. */
async function pasted(): Promise<string> {
  process.stderr.write('Paste the invitation:\n');
  const lines: string[] = [];
  const input = createInterface({ input: process.stdin });
  for await (const line of input) {
    lines.push(line);
    if (line.trim() === sealedEnd) break;
  }
  input.close();
  return lines.join('\n');
}

/** Everybody enters an existing cluster with their own credentials. Gives what is known of each. */
function existingClusters(fleet: Fleet): string[] {
  return clusterTargets(fleet).flatMap((target) => {
    const provider = clusterProvider(target.cluster);
    if (provider.kubeconfig === undefined) return [];
    try {
      writePrivateFile(kubeconfigPath(target.name), provider.kubeconfig(target));
      return `Cluster ${target.name} is entered with the kubeconfig of this machine.`;
    } catch (error) {
      if (error instanceof FleetError) return `Cluster ${target.name} cannot be entered yet. ${error.message}`;
      throw error;
    }
  });
}

/** What does not work from here, and how it would. */
async function limits(fleet: Fleet, { engine }: { readonly engine?: string }): Promise<string[]> {
  const here = onOneMachine(fleet);
  const isElsewhere = here.length > 0 && engine !== undefined && (await engineId()) !== engine;
  const far = `${here.join(', ')}: only on the machine that has them, as 127.0.0.1 leads to no other. Existing clusters work from here.`;
  const alone =
    'Works here: push, status, diff, explain and all else without Pulumi. `npm run up` and `down` work in the first clone ' +
    "alone, as Pulumi's state is there; for every clone, set `state: backendState('s3://…')`.";
  if (isElsewhere) return [far];
  const isAlone = fleet.state.type === 'file' && !existsSync(localPath(localPaths.state));
  return [isAlone ? alone : '`npm run up` works here as in the other clones.'];
}
