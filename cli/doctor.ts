import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { labPlugin } from '../lab';
import { labFindings } from '../lab/findings';
import { engineFinding, hostFindings } from '../machine/checks';
import { downloadBase, downloadsAreReachable } from '../machine/download';
import { isExecutable } from '../machine/files';
import { problemsIn, type Finding } from '../machine/finding';
import { hostImages, manifests, missingHostImages } from '../machine/internet';
import { isInstalled, officialPlugin, plugins } from '../machine/plugins';
import { findTool, isFound, tools, type Tool } from '../machine/tools';
import { showRange, showVersion } from '../machine/version';
import type { Fleet } from '../model';
import { machineNeeds } from '../stacks/needs';
import { loadFleet } from './fleet-file';
import { sourceWithoutProbe, type Source } from './provide';
import { table } from './table';

const got = '`npm run up` gets it';

/**
 * Everything that the fleet needs of this machine, and where it comes from. Changes nothing.
 *
 * @throws FleetError when FLUX_FLEET_SOURCE is wrong.
 */
export async function doctor(fleet: Fleet): Promise<Finding[]> {
  const [engine, host, known] = await Promise.all([
    engineFinding(),
    hostFindings(machineNeeds(fleet)),
    sourceWithoutProbe(),
  ]);
  const reachable = known ? undefined : await downloadsAreReachable();
  const source = known ?? (reachable ? 'internet' : 'lab');
  const usable = engine.state === 'ok';
  return [
    sourceFinding(source, reachable),
    ...(source === 'lab' ? await labFindings(fleet, usable) : await internetFindings(usable)),
    ...pluginFindings(source),
    source === 'lab' ? labEngine(engine) : engine,
    ...host,
  ];
}

function sourceFinding(source: Source, reachable: boolean | undefined): Finding {
  const asked = process.env.FLUX_FLEET_SOURCE ? ' (FLUX_FLEET_SOURCE)' : '';
  const probed = reachable === undefined ? '' : ` (${downloadBase()} ${reachable ? 'answers' : 'does not answer'})`;
  const what = source === 'lab' ? 'lab: built here from Go modules and Debian' : 'internet: releases and registries';
  return { subject: 'source', state: 'ok', detail: `${what}${asked}${probed}` };
}

/** The lab starts the engine by itself, when it may. */
function labEngine(engine: Finding): Finding {
  if (engine.state === 'ok' || process.getuid?.() !== 0) return engine;
  return { ...engine, state: 'warning', next: '`npm run up` installs and starts it' };
}

async function internetFindings(engineAnswers: boolean): Promise<Finding[]> {
  const files = manifests.map(({ name: subject, path }): Finding =>
    existsSync(path)
      ? { subject, state: 'ok', detail: path }
      : { subject, state: 'warning', detail: 'not downloaded yet', next: got },
  );
  return [...(await Promise.all(tools.map(toolFinding))), ...files, ...(engineAnswers ? await imageFindings() : [])];
}

async function toolFinding(tool: Tool): Promise<Finding> {
  const subject = tool.name;
  const found = await findTool(tool);
  if (isFound(found)) return { subject, state: 'ok', detail: `${found.path} (${found.from})` };
  if (!found.unfit) return { subject, state: 'warning', detail: 'not there yet', next: `${got}: ${tool.version}` };
  const { path, version } = found.unfit;
  const detail = `${path} is ${version ? showVersion(version) : 'of no version that it tells'}, not ${showRange(tool.accepts)}`;
  return { subject, state: 'warning', detail, next: `\`npm run up\` gets ${tool.version} beside it` };
}

async function imageFindings(): Promise<Finding[]> {
  const missing = await missingHostImages();
  return hostImages.map((image): Finding => {
    const subject = `image ${image.split('@')[0]}`;
    if (!missing.includes(image)) return { subject, state: 'ok', detail: 'pulled' };
    return { subject, state: 'warning', detail: 'not pulled yet', next: got };
  });
}

/** Pulumi's providers: the official ones are taken where they are installed, else the lab serves its own. */
function pluginFindings(source: Source): Finding[] {
  return plugins.map((plugin): Finding => {
    const subject = `plugin ${plugin}`;
    if (isInstalled(plugin)) return { subject, state: 'ok', detail: officialPlugin(plugin) };
    if (source === 'internet') {
      return {
        subject,
        state: 'warning',
        detail: 'not there yet',
        next: 'Pulumi gets it by itself at the first `npm run up`',
      };
    }
    const path = join(labPlugin(plugin), `pulumi-resource-${plugin}`);
    if (isExecutable(path)) return { subject, state: 'ok', detail: path };
    return {
      subject,
      state: 'problem',
      detail: `${path} is no executable file`,
      next: 'Restore it: `git checkout lab`',
    };
  });
}

const help = `
Changes nothing. A warning is no hindrance, or something that \`npm run up\` sees to by itself; a problem has to be
mended first, and makes the exit code 1. --json prints a list of {subject, state, detail, next}.`;

/** `fleet doctor`: what there is, where it comes from, and what is wrong, all at once. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('say where each tool, image and plugin comes from, and what is wrong with this machine')
    .option('--json', 'print it as JSON')
    .addHelpText('after', help)
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await doctor(loadFleet());
      console.log(json ? JSON.stringify(findings, undefined, 2) : showFindings(findings));
      if (problemsIn(findings).length > 0) process.exitCode = 1;
    });
}

/** A row each, and under the table what to do. */
export function showFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ subject, state, detail }) => [state, subject, detail]);
  const steps = findings.filter(({ next }) => next).map(({ subject, next }) => `${subject}: ${next}.`);
  return [table(['STATE', 'WHAT', 'DETAIL'], rows), ...(steps.length > 0 ? ['', ...steps] : [])].join('\n');
}
