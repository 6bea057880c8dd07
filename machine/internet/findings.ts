import { existsSync } from 'node:fs';
import type { Finding } from '../finding';
import { isInstalled, officialPlugin, type Plugin, plugins } from '../plugins';
import { findTool, isFound, type Tool, tools } from '../tools';
import { hostImages, manifests, missingHostImages } from './releases';

const notDownloaded = { detail: 'not downloaded yet', next: '`npm run up` downloads it' };

/** Every tool, manifest, image and plugin, available or not. */
export async function findings(engine: Finding): Promise<Finding[]> {
  const images = engine.state === 'ok' ? await imageFindings() : [];
  return [
    ...(await Promise.all(tools.map(toolFinding))),
    ...manifests.map(({ name, path }) => finding(name, existsSync(path) ? path : undefined, notDownloaded)),
    ...images,
    ...plugins.map(pluginFinding),
    engine,
  ];
}

/** @param detail where it is; undefined where it is missing, of which `missing` tells */
function finding(subject: string, detail: string | undefined, missing: Pick<Finding, 'detail' | 'next'>): Finding {
  return detail === undefined ? { subject, state: 'warning', ...missing } : { subject, state: 'ok', detail };
}

async function toolFinding(tool: Tool): Promise<Finding> {
  const found = await findTool(tool);
  if (isFound(found)) return finding(tool.name, `${found.path} (${found.from})`, notDownloaded);
  if (!found.rejected) return finding(tool.name, undefined, notDownloaded);
  const { path, version } = found.rejected;
  const detail = `${path} ${version ? `is version ${version}` : 'prints no version'}, and the fleet needs ${tool.accepts}`;
  return finding(tool.name, undefined, { detail, next: `\`npm run up\` downloads ${tool.version} into its own cache` });
}

async function imageFindings(): Promise<Finding[]> {
  const missing = await missingHostImages();
  const notPulled = { detail: 'not pulled yet', next: '`npm run up` pulls it' };
  return hostImages.map((image) =>
    finding(`image ${image.split('@')[0]}`, missing.includes(image) ? undefined : 'pulled', notPulled),
  );
}

const notInstalled = { detail: 'not installed yet', next: 'Pulumi downloads it during the first `npm run up`' };

function pluginFinding(plugin: Plugin): Finding {
  return finding(`plugin ${plugin}`, isInstalled(plugin) ? officialPlugin(plugin) : undefined, notInstalled);
}
