import { findTool, isFound, type Tool, toolNamed } from '../machine/tools';
import { FleetError } from '../model';
import { findCachedCommand } from './tool-sources';

/** The path of a tool, from PATH or a cache; undefined where this machine does not have it yet. */
export async function findToolCommand(name: Tool['name']): Promise<string | undefined> {
  const found = await findTool(toolNamed(name));
  return isFound(found) ? found.path : findCachedCommand(name);
}

/** The path of a tool. @throws FleetError where this machine does not have it yet */
export async function toolCommand(name: Tool['name']): Promise<string> {
  const found = await findToolCommand(name);
  if (found) return found;
  const { accepts } = toolNamed(name);
  throw new FleetError({
    place: 'this machine',
    problem: `it has no \`${name}\` of a version that fits (${accepts})`,
    next: 'Get it with `npm run fleet -- provide`, or install it',
  });
}
