import { changesBetween, type Difference } from '../rpc/diff';
import { randomName } from '../rpc/names';
import type {
  Checked,
  CheckRequest,
  Context,
  Created,
  DeleteRequest,
  DiffRequest,
  Found,
  Outputs,
  ReadRequest,
  Resource,
  UpdateRequest,
  CreateRequest,
} from '../rpc/provider';
import { unsupportedFields } from '../rpc/provider';
import { type Props, UNKNOWN } from '../rpc/values';
import { type CommandInputs, loggings, type Printed, runCommand } from './run-command';

const served = new Set([
  'addPreviousOutputInEnv',
  'create',
  'delete',
  'dir',
  'environment',
  'interpreter',
  'logging',
  'stdin',
  'triggers',
  'update',
]);

/**
 * A command run when the resource is created, updated and deleted.
 *
 * @see https://www.pulumi.com/registry/packages/command/api-docs/local/command/
 */
export const localCommand: Resource = {
  check({ news }: CheckRequest): Checked {
    const failures = unsupportedFields(news, served);
    const { logging } = news as CommandInputs;
    if (logging !== undefined && !loggings.includes(logging)) {
      failures.push({ property: 'logging', reason: `logging must be one of ${loggings.join(', ')}` });
    }
    return { inputs: news, failures };
  },

  diff({ oldInputs, news }: DiffRequest): Difference {
    const changes = changesBetween(oldInputs, news);
    return { changes, replacing: changes.filter(({ path }) => path[0] === 'triggers') };
  },

  async create({ name, inputs, preview }: CreateRequest, context: Context): Promise<Created> {
    const id = randomName(name, 8, new Uint8Array()).replace(/-(?=[0-9a-f]{8}$)/, '');
    return { id, ...(await run({ inputs, verb: 'create', preview }, context)) };
  },

  // A command leaves nothing behind that could be looked at.
  read({ id, inputs, state }: ReadRequest): Promise<Found | undefined> {
    if (!state) throw new Error('a command cannot be imported: it leaves nothing behind that could be looked at');
    return Promise.resolve({ id, inputs: inputs ?? {}, outputs: state });
  },

  update({ inputs, oldState, preview }: UpdateRequest, context: Context): Promise<Outputs> {
    const verb = inputs.update === undefined ? 'create' : 'update';
    return run({ inputs, verb, preview, previous: oldState }, context);
  },

  async delete({ oldState }: DeleteRequest, context: Context): Promise<void> {
    await run({ inputs: oldState, verb: 'delete', preview: false, previous: oldState }, context);
  },
};

interface Run {
  readonly inputs: Props;
  readonly verb: 'create' | 'update' | 'delete';
  readonly preview: boolean;
  readonly previous?: Props;
}

async function run({ inputs, verb, preview, previous }: Run, context: Context): Promise<Outputs> {
  // Every output depends on every input, so one secret input makes the complete output secret.
  const secrets = context.secret ? ['stdout', 'stderr'] : [];
  if (preview) return { outputs: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN }, secrets };
  const command = (inputs as CommandInputs)[verb];
  const before = { stdout: '', stderr: '', ...previous } as Printed;
  const printed = command === undefined ? before : await runCommand({ command, inputs, before }, context);
  return { outputs: { ...inputs, stdout: printed.stdout, stderr: printed.stderr }, secrets };
}
