import { join } from 'node:path';

import { repositoryRoot } from '../machine/paths';
import { isInstalled, type Plugin, plugins } from '../machine/plugins';
import type { ToolEnvironment } from '../machine/tool-source';
import { hostCommands } from './commands';
import { components, operator } from './components';
import { nodeImage } from './images';

/** The folder for PATH that has the lab's executable of a Pulumi plugin. */
export function pluginFolder(plugin: Plugin): string {
  return join(repositoryRoot, 'lab/plugins', plugin);
}

/** Lets pulumi and kind use what the lab built. An official plugin that is installed is used instead of the lab's. */
export function labEnvironment(): ToolEnvironment {
  return {
    path: [hostCommands, ...plugins.filter((plugin) => !isInstalled(plugin)).map(pluginFolder)],
    variables: {
      FLUX_FLEET_NODE_IMAGE: nodeImage,
      FLUX_FLEET_FLUX_COMPONENTS: components,
      FLUX_FLEET_FLUX_OPERATOR: operator,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      DOCKER_BUILDKIT: '0',
    },
  };
}
