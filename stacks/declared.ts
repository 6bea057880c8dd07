import './without-arborist';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { joined } from '../machine/all-of';
import { repositoryRoot } from '../machine/paths';
import { type Fleet, projectName } from '../model';
import { stackProgram } from './program';

/** Pulumi's SDK runs one program at a time in a process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * What a stack's program declares now, as a hash: each resource with its inputs, and the code, which has the resources'
 * options, with the versions of what it uses. What Pulumi makes of it is unchanged as long as this is. The program runs as in
 * a preview, without Pulumi's engine: an output of a resource is a text that never changes.
 */
export async function declared(fleet: Fleet, stack: string): Promise<string> {
  const run = last.then(() => declare(fleet, stack));
  last = run.catch(() => undefined);
  return run;
}

async function declare(fleet: Fleet, stack: string): Promise<string> {
  const resources: string[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs, provider, custom, id }) {
      resources.push(JSON.stringify([type, name, inputs, provider, custom, id]));
      return { id: name, state: { ...(inputs as object), stdout: name } };
    },
    call: ({ token, inputs }) => ({ token, inputs: inputs as object }),
  };
  await pulumi.runtime.setMocks(mocks, projectName, stack, true);
  // A program that fails within Pulumi's SDK would end this process.
  const failures: unknown[] = [];
  const program = () => stackProgram(fleet, stack).catch((error: unknown) => void failures.push(error));
  // The SDK asks each resource for the lines that made it, and nobody reads them.
  process.setSourceMapsEnabled(false);
  try {
    await pulumi.runtime.runInPulumiStack(program);
    await pulumi.runtime.disconnect();
  } finally {
    process.setSourceMapsEnabled(true);
  }
  if (failures.length > 0) throw joined(failures);
  const hash = createHash('sha256');
  for (const text of [...resources.sort(), ...code()]) hash.update(`${text}\0`);
  return hash.digest('hex');
}

function code(): string[] {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort();
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => join(__dirname, file));
  return [...sources, join(repositoryRoot, 'package-lock.json')].map((file) => readFileSync(file, 'utf8'));
}
