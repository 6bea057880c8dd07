import { type SecretsFolder } from '../operate/secrets/folder';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import { joinedAgeKeys } from '../machine/age-key';
import { fleetDirectory } from '../machine/paths';
import { FleetError, throwProblems } from '../model';
import { editSecrets } from '../operate/secrets/edit';
import { importKey, importPgpKey, importToken } from '../operate/secrets/import-key';
import { generateSecrets, listSecrets, missingSecrets, setSecret } from '../operate/secrets/values';
import { verifySecrets } from '../operate/secrets/verify';
import { openEditor } from './editor';
import { loadFleet } from './fleet-file';
import { readSecretValue } from './secret-value';
import { changeSecrets, describeOutcome, secretsFolder } from './secrets-folder';
import { table } from './table';
import { timeoutOption } from './timeout';

const toApply = 'Commit secrets/ and .sops.yaml; `npm run up` brings it to the cluster.';

/** `fleet secrets`: values that are in Git as ciphertext alone. */
export function register(program: Command): void {
  const secrets = program
    .command('secrets')
    .description('keep the secrets that fleet.ts names: encrypted by SOPS, in Git');
  secrets
    .command('set <cluster> <app> <key>')
    .description('set a value, from standard input or a prompt that does not show it; never as an argument')
    .action(set);
  secrets
    .command('list [cluster]')
    .description('list what fleet.ts names and what the files hold; no value is shown, and no key is needed')
    .option('--json', 'print it as JSON')
    .action(list);
  secrets.command('edit <cluster> <app>').description("open an app's secrets in $EDITOR").action(edit);
  secrets
    .command('generate [cluster]')
    .description('generate the random values that are missing, and encrypt files to the recipients in fleet.ts')
    .action(generate);
  secrets
    .command('rotate [cluster]')
    .description('give a cluster (or each) a new key, without a failed reconcile; run it again if it was stopped')
    .addOption(timeoutOption('how long the cluster may take to apply a commit'))
    .action((cluster: string | undefined, options: { timeout: number }) => {
      // Pulumi and Kubernetes, which the others do without, take a second to load.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { rotateSecrets } = require('./secrets-rotate') as typeof import('./secrets-rotate');
      return rotateSecrets(cluster, options);
    });
  secrets
    .command('verify')
    .description('see that every secret is there, is encrypted to just its cluster, and can be decrypted here')
    .action(verify);
  secrets
    .command('import-key <cluster>')
    .description("take a cluster's private age key from standard input")
    .action(
      take('import-key', async (folder, ...from) => {
        const taken = await importKey(folder, ...from);
        joinedAgeKeys(fleetDirectory, Object.keys(folder.fleet.clusters));
        return taken.join(', ');
      }),
    );
  secrets
    .command('import-pgp-key <cluster>')
    .description("take the private half of a cluster's PGP key from standard input")
    .action(take('import-pgp-key', async (...from) => (await importPgpKey(...from)).join(', ')));
  secrets
    .command('import-token <cluster>')
    .description('take from standard input the token by which a cluster uses its transit key of Vault or OpenBao')
    .action(
      take('import-token', (...from) => {
        importToken(...from);
        return 'the token';
      }),
    );
}

function set(cluster: string, app: string, key: string): Promise<void> {
  return changeSecrets(loadFleet(), 'set', async (folder) => {
    const value = await readSecretValue(`Value of ${key} for ${app} in ${cluster}: `);
    const changed = await setSecret(folder, { cluster, app, key }, value);
    console.log(
      changed ? `Set ${key} in secrets/${cluster}/${app}.yaml. ${toApply}` : `${key} had that value already.`,
    );
  });
}

function list(cluster: string | undefined, { json }: { json?: boolean }): void {
  const all = listSecrets(secretsFolder(loadFleet()));
  const listed = cluster === undefined ? all : all.filter((one) => one.cluster === cluster);
  if (json) return console.log(JSON.stringify(listed, undefined, 2));
  const rows = listed.map((one) => [one.cluster, one.app, one.key, one.state, one.changed ?? '']);
  console.log(table(['CLUSTER', 'APP', 'KEY', 'STATE', 'FILE CHANGED'], rows));
}

function edit(cluster: string, app: string): Promise<void> {
  return changeSecrets(loadFleet(), 'edit', async (folder) => {
    if (!folder.files().some((of) => of.cluster === cluster && of.app === app)) {
      const next = `Begin it with \`npm run fleet -- secrets set ${cluster} ${app} <key>\``;
      throw new FleetError({ place: `secrets/${cluster}/${app}.yaml`, problem: 'there is no such file yet', next });
    }
    const changed = await editSecrets(folder, { cluster, app }, openEditor);
    console.log(changed ? `Changed secrets/${cluster}/${app}.yaml. ${toApply}` : 'Nothing changed.');
  });
}

function generate(cluster: string | undefined): Promise<void> {
  return changeSecrets(loadFleet(), 'generate', async (folder) => {
    console.log(
      describeOutcome(await generateSecrets(folder, cluster)) ?? 'Nothing to do: all that can be made up is there.',
    );
    const missing = missingSecrets(folder);
    if (missing.length > 0)
      console.log(`Still to be set: ${missing.map((one) => `${one.cluster} ${one.app} ${one.key}`).join(', ')}.`);
  });
}

async function verify(): Promise<void> {
  const folder = secretsFolder(loadFleet());
  throwProblems(await verifySecrets(folder));
  console.log(
    `All is well: ${folder.files().length} encrypted files, each opened by its cluster's key and no plain text.`,
  );
}

/** Takes what a cluster decrypts by from standard input. */
function take(
  command: string,
  work: (folder: SecretsFolder, cluster: string, text: string) => Promise<string> | string,
) {
  return (cluster: string) =>
    changeSecrets(loadFleet(), command, async (folder) => {
      const taken = await work(folder, cluster, (await buffer(process.stdin)).toString());
      console.log(`Took ${taken} into ${fleetDirectory}/keys. \`npm run up\` gives it to the cluster.`);
    });
}
