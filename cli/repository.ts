import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { writePrivateFile } from '../machine/files';
import { fleetDirectory, localPath } from '../machine/paths';
import { type Fleet, FleetError, localPaths, repositoryLayout, throwProblems } from '../model';
import { accessProblems, tryCredentials, type TriedCredential } from '../operate/repository-access';
import { lockRuns } from '../operate/run-lock';
import { repositoryProvider } from '../stacks/repositories';
import { loadFleet } from './fleet-file';
import { readSecretValue } from './secret-value';

/** `fleet repository`: what a hosted repository's server must be told. */
export function register(program: Command): void {
  const repository = program
    .command('repository')
    .description('show the repository, try each key and token, and tell what its server must be given and where');
  repository.option('--json', 'print it as JSON').action((options: { json?: boolean }) => show(loadFleet(), options));
  repository
    .command('token')
    .description('take a token for HTTPS from standard input or a prompt that does not show it; never as an argument')
    .option('--clusters', 'the one by which the clusters read; without it they have the one of this clone')
    .action((options: { clusters?: boolean }) => takeToken(loadFleet(), options));
}

async function show(fleet: Fleet, { json }: { json?: boolean }): Promise<void> {
  const provider = repositoryProvider(fleet);
  const { branch, folder } = repositoryLayout(fleet.git);
  const { url } = provider.access(fleet);
  const tried = await tryCredentials(provider.credentials?.(fleet) ?? []);
  const signingKey = provider.signs?.(fleet);
  const problems = accessProblems(tried);
  if (problems.length > 0) process.exitCode = 1;
  if (json) {
    const credentials = tried.map(({ credential: { who, writes, text, where }, problem }) => {
      return { who, writes, publicKey: text, where, works: !problem, problem: problem?.problem };
    });
    return console.log(JSON.stringify({ url, branch, folder, signingKey, credentials }, undefined, 2));
  }
  console.log(`${provider.title}: ${url}, branch ${branch}${folder ? `, folder ${folder}` : ''}`);
  for (const one of tried) console.log(describe(one));
  if (tried.length === 0) console.log('This program made its keys and gave them to it: nothing is to be done.');
  if (signingKey) console.log(`\nThis clone signs its commits by\n  ${signingKey}`);
}

function describe({ credential, problem }: TriedCredential): string {
  const { who, writes } = credential;
  const right = writes ? 'reads and writes' : 'reads';
  if (!problem) return `\n${who}: ${right}`;
  return `\n${who}: ${problem.problem}\n  ${problem.next}`;
}

function takeToken(fleet: Fleet, { clusters = false }: { clusters?: boolean }): Promise<void> {
  return lockRuns(fleetDirectory, 'npm run fleet -- repository token', async () => {
    const place = 'standard input';
    const token = (await readSecretValue('Token: ')).trim();
    const isToken = /^[\x21-\x7e]+$/.test(token);
    const next = 'Put the token alone there, as in `npm run fleet -- repository token < file`';
    if (!isToken) throw new FleetError({ place, problem: 'it has no token, or more than one word', next });
    const provider = repositoryProvider(fleet);
    if (!provider.access(fleet).url.startsWith('https://'))
      throw new FleetError({
        place: 'git',
        problem: 'the repository is not read by HTTPS, and needs no token',
        next: "Set `git: hosted({ url: 'https://…' })` first",
      });
    writePrivateFile(localPath(clusters ? localPaths.clustersToken : localPaths.repositoryToken), token);
    rmSync(localPath(localPaths.checkedRepository), { force: true });
    throwProblems(accessProblems(await tryCredentials(provider.credentials?.(fleet) ?? [])));
    console.log(`The server takes it. \`npm run up\` gives it to ${clusters ? 'the clusters' : 'what needs it'}.`);
  });
}
