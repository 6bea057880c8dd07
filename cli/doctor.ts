import type { Command } from 'commander';
import { engineFinding, hostFindings } from '../machine/checks';
import { type Finding, problemsIn } from '../machine/finding';
import type { Fleet } from '../model';
import { machineNeeds } from '../stacks/needs';
import { loadFleet } from './fleet-file';
import { table } from './table';
import { chooseSource } from './tool-sources';

/**
 * Everything that the fleet needs of this machine, and where it comes from. Changes nothing.
 *
 * @throws FleetError when FLUX_FLEET_SOURCE is wrong
 */
export async function doctor(fleet: Fleet): Promise<Finding[]> {
  const [engine, host, choice] = await Promise.all([
    engineFinding(),
    hostFindings(machineNeeds(fleet)),
    chooseSource(),
  ]);
  const { source, reason } = choice;
  const detail = `${source.name}: ${source.description}${reason ? ` (${reason})` : ''}`;
  return [{ subject: 'source', state: 'ok', detail }, ...(await source.findings(fleet, engine)), ...host];
}

const help = `
Changes nothing. A warning does not stop \`npm run up\`, or \`npm run up\` fixes it itself. A problem has to be fixed first,
and makes the exit code 1. --json prints a list of {subject, state, detail, next}.`;

/** `fleet doctor`: what this machine has and lacks, all at once. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('show where each tool, image and plugin comes from, and what is wrong with this machine')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await doctor(loadFleet());
      console.log(json ? JSON.stringify(findings, undefined, 2) : showFindings(findings));
      if (problemsIn(findings).length > 0) process.exitCode = 1;
    });
}

/** A table with a row for each finding, followed by the steps to take. */
export function showFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ subject, state, detail }) => [state, subject, detail]);
  const steps = findings.filter(({ next }) => next).map(({ subject, next }) => `${subject}: ${next}.`);
  return [table(['STATE', 'SUBJECT', 'DETAIL'], rows), ...(steps.length > 0 ? ['', ...steps] : [])].join('\n');
}
