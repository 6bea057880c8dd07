import { existsSync } from 'node:fs';

import type { Finding } from '../finding';
import { isInstalled, officialPlugin, plugins } from '../plugins';
import { findTool, isFound, type Tool, tools } from '../tools';
import { hostImages, manifests, missingHostImages } from './releases';

const got = '`npm run up` downloads it';

/** Every tool, manifest, image and plugin, available or not. */
export async function findings(engine: Finding): Promise<Finding[]> {
  const images = engine.state === 'ok' ? await imageFindings() : [];
  return [
    ...(await Promise.all(tools.map(toolFinding))),
    ...manifestFindings(),
    ...images,
    ...pluginFindings(),
    engine,
  ];
}

async function toolFinding(tool: Tool): Promise<Finding> {
  const subject = tool.name;
  const found = await findTool(tool);
  if (isFound(found)) return { subject, state: 'ok', detail: `${found.path} (${found.from})` };
  if (!found.rejected) return { subject, state: 'warning', detail: 'not downloaded yet', next: got };
  const { path, version } = found.rejected;
  const detail = `${path} ${version ? `is version ${version}` : 'prints no version'}, and the fleet needs ${tool.accepts}`;
  return { subject, state: 'warning', detail, next: `\`npm run up\` downloads ${tool.version} into its own cache` };
}

function manifestFindings(): Finding[] {
  return manifests.map(({ name: subject, path }) =>
    existsSync(path)
      ? { subject, state: 'ok', detail: path }
      : { subject, state: 'warning', detail: 'not downloaded yet', next: got },
  );
}

async function imageFindings(): Promise<Finding[]> {
  const missing = await missingHostImages();
  return hostImages.map((image): Finding => {
    const subject = `image ${image.split('@')[0]}`;
    if (!missing.includes(image)) return { subject, state: 'ok', detail: 'pulled' };
    return { subject, state: 'warning', detail: 'not pulled yet', next: '`npm run up` pulls it' };
  });
}

function pluginFindings(): Finding[] {
  return plugins.map((plugin): Finding => {
    const subject = `plugin ${plugin}`;
    if (isInstalled(plugin)) return { subject, state: 'ok', detail: officialPlugin(plugin) };
    const next = 'Pulumi downloads it during the first `npm run up`';
    return { subject, state: 'warning', detail: 'not installed yet', next };
  });
}
