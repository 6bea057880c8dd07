import { dirname } from 'node:path';
import { checkMachine } from '../checks';
import { downloadsAreReachable } from '../download';
import { findTool, isFound, tools } from '../tools';
import type { ToolEnvironment, ToolSource } from '../tool-source';
import { findings } from './findings';
import { downloadMissing, flux, missingFiles, missingHostImages, nodeImage, operator } from './releases';

/** Published releases and public registries. */
export const internet: ToolSource = {
  name: 'internet',
  description: 'releases and registries on the internet',
  isReachable: () => downloadsAreReachable(),
  isCached: async () => (await missingFiles()).length === 0,
  checkSupport: () => {},
  missing,
  systemChanges: () => Promise.resolve([]),
  get: async (needs, report) => {
    await checkMachine(needs);
    await downloadMissing(report);
  },
  environment,
  findings: (_, engine) => findings(engine),
};

async function missing(): Promise<string[]> {
  const [files, images] = await Promise.all([missingFiles(), missingHostImages()]);
  return [...files, ...images.map((image) => `image ${image}`)];
}

async function environment(): Promise<ToolEnvironment> {
  const found = (await Promise.all(tools.map(findTool))).filter(isFound);
  return {
    path: found.filter(({ from }) => from === 'cache').map(({ path }) => dirname(path)),
    variables: {
      FLUX_FLEET_NODE_IMAGE: nodeImage,
      FLUX_FLEET_FLUX_COMPONENTS: flux.path,
      FLUX_FLEET_FLUX_OPERATOR: operator.path,
    },
  };
}
