import { join } from 'node:path';

import { isExecutable } from '../machine/files';
import type { Finding } from '../machine/finding';
import { isInstalled, officialPlugin, plugins } from '../machine/plugins';
import type { Fleet } from '../model';
import { commandInputs, commandPath, commands } from './commands';
import { components, componentsAreCurrent } from './components';
import { pluginFolder } from './environment';
import { images, missingImages } from './images';
import { isCurrent } from './inputs';
import { foreignImages } from './limits';
import { goCommand, goProblem } from './toolchain';

const built = '`npm run up` builds it';

/** Everything of the lab, built or not, and the engine. */
export async function findings(fleet: Fleet, engine: Finding): Promise<Finding[]> {
  const commandFindings = commands.map((command): Finding => {
    const subject = `command ${command.name}`;
    if (isCurrent(commandPath(command), commandInputs(command))) {
      return { subject, state: 'ok', detail: commandPath(command) };
    }
    return { subject, state: 'warning', detail: 'not built yet', next: built };
  });
  const isComplete = commandFindings.every(({ state }) => state === 'ok');
  return [
    ...commandFindings,
    componentsAreCurrent()
      ? { subject: "Flux's manifest", state: 'ok', detail: components }
      : { subject: "Flux's manifest", state: 'warning', detail: 'not built yet', next: built },
    ...(engine.state === 'ok' ? await imageFindings() : []),
    ...foreignImages(fleet),
    ...(isComplete ? [] : [await goFinding()]),
    ...pluginFindings(),
    engineFinding(engine),
  ];
}

async function imageFindings(): Promise<Finding[]> {
  const missing = await missingImages();
  return images.map((image): Finding => {
    const subject = `image ${image.reference}`;
    if (!missing.includes(image)) return { subject, state: 'ok', detail: 'built on this machine' };
    return { subject, state: 'warning', detail: 'not built yet', next: built };
  });
}

async function goFinding(): Promise<Finding> {
  const problem = await goProblem();
  if (!problem) return { subject: 'go', state: 'ok', detail: goCommand() };
  return { subject: 'go', state: 'problem', detail: problem.problem, next: problem.next };
}

/** Pulumi's plugins: the official ones where they are installed, the lab's own otherwise. */
function pluginFindings(): Finding[] {
  return plugins.map((plugin): Finding => {
    const subject = `plugin ${plugin}`;
    if (isInstalled(plugin)) return { subject, state: 'ok', detail: officialPlugin(plugin) };
    const path = join(pluginFolder(plugin), `pulumi-resource-${plugin}`);
    if (isExecutable(path)) return { subject, state: 'ok', detail: path };
    const detail = `${path} is not an executable file`;
    return { subject, state: 'problem', detail, next: 'Restore it: `git checkout lab`' };
  });
}

/** As root, the lab installs and starts the engine itself. */
function engineFinding(engine: Finding): Finding {
  if (engine.state === 'ok' || process.getuid?.() !== 0) return engine;
  return { ...engine, state: 'warning', next: '`npm run up` installs and starts it' };
}
