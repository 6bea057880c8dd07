import type { Finding } from '../machine/finding';
import type { Fleet } from '../model';
import { goCommand, goProblem } from './toolchain';
import { commandInputs, commandPath, commands } from './commands';
import { components, componentsAreCurrent } from './components';
import { images, missingImages } from './images';
import { isCurrent } from './inputs';
import { foreignImages } from './limits';

const built = '`npm run up` builds it';

/** Everything of the lab, built or not. @param engineAnswers whether the images can be asked for. */
export async function labFindings(fleet: Fleet, engineAnswers: boolean): Promise<Finding[]> {
  const toBuild = commands.filter((command) => !isCurrent(commandPath(command), commandInputs(command)));
  const findings = [
    ...commands.map((command): Finding => {
      const subject = `command ${command.name}`;
      if (!toBuild.includes(command)) return { subject, state: 'ok', detail: commandPath(command) };
      return { subject, state: 'warning', detail: 'not built yet', next: built };
    }),
    componentsAreCurrent()
      ? { subject: "Flux's manifest", state: 'ok' as const, detail: components }
      : { subject: "Flux's manifest", state: 'warning' as const, detail: 'not made yet', next: built },
    ...(engineAnswers ? await imageFindings() : []),
    ...foreignImages(fleet),
  ];
  return toBuild.length > 0 ? [...findings, await goFinding()] : findings;
}

async function imageFindings(): Promise<Finding[]> {
  const missing = await missingImages();
  return images.map((image): Finding => {
    const subject = `image ${image.reference}`;
    if (!missing.includes(image)) return { subject, state: 'ok', detail: 'built here' };
    return { subject, state: 'warning', detail: 'not built yet', next: built };
  });
}

async function goFinding(): Promise<Finding> {
  const problem = await goProblem();
  if (!problem) return { subject: 'go', state: 'ok', detail: goCommand() };
  return { subject: 'go', state: 'problem', detail: problem.problem, next: problem.next };
}
