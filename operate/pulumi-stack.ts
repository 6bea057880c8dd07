import { LocalWorkspace, PulumiCommand, Stack as PulumiStack } from '@pulumi/pulumi/automation';
import { pulumiCredentials } from '../machine/environment';
import { checkpoint } from '../machine/pulumi-state';
import type { StackProps } from './stack';

/** The command on PATH, whose version is asked for once. */
let pulumi: Promise<PulumiCommand> | undefined;

/** Opens a stack, and creates it where there is none. */
export async function openPulumiStack(props: StackProps): Promise<PulumiStack> {
  const { name, project: workDir, state, secretsProvider } = props;
  const exists = checkpoint(state, name) !== undefined;
  const pulumiCommand = await (pulumi ??= PulumiCommand.get());
  const workspace = await LocalWorkspace.create({
    workDir,
    pulumiCommand,
    secretsProvider,
    envVars: pulumiCredentials(),
  });
  // What exists need not be selected, as each command names the stack that it is for.
  if (exists) workspace.selectStack = () => Promise.resolve();
  const stack = await (exists ? PulumiStack.select(name, workspace) : PulumiStack.create(name, workspace));
  // `up` asks for these at its end, by three processes, and nobody reads them.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return stack;
}
