import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeDirectory, repositoryRoot } from './paths';

/** The Pulumi providers that the stacks use. */
export const plugins = ['command', 'docker', 'kubernetes'] as const;

export type Plugin = (typeof plugins)[number];

/** Where Pulumi installs the official plugin, in the version of package.json. */
export function officialPlugin(plugin: Plugin): string {
  const home = process.env.PULUMI_HOME || join(homeDirectory(), '.pulumi');
  return join(home, 'plugins', `resource-${plugin}-v${packageVersion(`@pulumi/${plugin}`)}`);
}

export function isInstalled(plugin: Plugin): boolean {
  return existsSync(join(officialPlugin(plugin), `pulumi-resource-${plugin}`));
}

function packageVersion(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies[name] ?? '';
}
