import { allOf } from '../machine/all-of';
import type { Fleet } from '../model';
import { repositoryProvider } from '../stacks/repositories';
import type { OperableStack } from './stack';

/** Brings the fleet's repository up, in whatever state it is. */
export async function bringUpRepository(fleet: Fleet, stack: OperableStack): Promise<void> {
  const provider = repositoryProvider(fleet);
  await stack.recover();
  await provider.prepare(fleet, stack);
  await stack.up();
  await allOf([provider.start(fleet), stack.noteUp()]);
}

/** Removes what serves the fleet's repository. Its commits stay. */
export async function takeDownRepository(fleet: Fleet, stack: OperableStack): Promise<void> {
  await stack.recover();
  await stack.destroy();
  await repositoryProvider(fleet).cleanUp(fleet);
}
