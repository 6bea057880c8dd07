import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { coerce, satisfies } from 'semver';
import { FleetError } from '../model';
import { type Asset, download } from './download';
import { findCommand, moveInPlace, tempPath } from './files';
import type { Patience } from './http';
import { cacheDirectory } from './paths';

export interface Tool {
  readonly name: 'pulumi' | 'kind' | 'sops' | 'kustomize' | 'helm' | 'flux';
  /** The version to download when PATH has no accepted one. */
  readonly version: string;
  /** The versions on PATH that are used, as a range of semver. */
  readonly accepts: string;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  readonly asset: Asset;
  /** The folder of its archive that holds the commands: `.` for its top; undefined when the asset is the command itself. */
  readonly archiveFolder?: string;
}

const machine = arch() === 'x64' ? 'amd64' : arch();

/** Every tool, with where its release is. */
export const tools: readonly Tool[] = [
  {
    name: 'pulumi',
    version: '3.248.0',
    accepts: '>=3.200.0 <4.0.0',
    versionArguments: ['version'],
    archiveFolder: 'pulumi',
    asset: {
      repository: 'pulumi/pulumi',
      tag: 'v3.248.0',
      file: `pulumi-v3.248.0-${platform()}-${arch()}.tar.gz`,
      checksums: 'pulumi-3.248.0-checksums.txt',
    },
  },
  {
    name: 'kind',
    version: '0.32.0',
    accepts: '>=0.32.0 <0.33.0',
    versionArguments: ['version'],
    asset: {
      repository: 'kubernetes-sigs/kind',
      tag: 'v0.32.0',
      file: `kind-${platform()}-${machine}`,
      checksums: `kind-${platform()}-${machine}.sha256sum`,
    },
  },
  {
    name: 'sops',
    version: '3.13.2',
    // `sops set` takes a value from standard input since 3.11.
    accepts: '>=3.11.0 <4.0.0',
    versionArguments: ['--version', '--disable-version-check'],
    asset: {
      repository: 'getsops/sops',
      tag: 'v3.13.2',
      file: `sops-v3.13.2.${platform()}.${machine}`,
      checksums: 'sops-v3.13.2.checksums.txt',
    },
  },
  {
    // The one that Flux's kustomize-controller has: another may build other objects.
    name: 'kustomize',
    version: '5.8.1',
    accepts: '>=5.8.1 <5.9.0',
    versionArguments: ['version'],
    archiveFolder: '.',
    asset: {
      repository: 'kubernetes-sigs/kustomize',
      tag: 'kustomize/v5.8.1',
      file: `kustomize_v5.8.1_${platform()}_${machine}.tar.gz`,
      checksums: 'checksums.txt',
      unlisted: 'refuse',
    },
  },
  {
    // The one that Flux's helm-controller has.
    name: 'helm',
    version: '4.2.4',
    accepts: '>=4.2.4 <4.3.0',
    versionArguments: ['version', '--short'],
    archiveFolder: `${platform()}-${machine}`,
    asset: {
      repository: 'helm/helm',
      tag: 'v4.2.4',
      host: 'https://get.helm.sh',
      file: `helm-v4.2.4-${platform()}-${machine}.tar.gz`,
      checksums: `helm-v4.2.4-${platform()}-${machine}.tar.gz.sha256sum`,
      unlisted: 'refuse',
    },
  },
  {
    // The one that the clusters have: for people, in the shell of `fleet env`.
    name: 'flux',
    version: '2.9.4',
    accepts: '>=2.9.4 <2.10.0',
    versionArguments: ['--version'],
    archiveFolder: '.',
    asset: {
      repository: 'fluxcd/flux2',
      tag: 'v2.9.4',
      file: `flux_2.9.4_${platform()}_${machine}.tar.gz`,
      checksums: 'flux_2.9.4_checksums.txt',
      unlisted: 'refuse',
    },
  },
];

type FoundTool = { readonly path: string; readonly from: 'PATH' | 'cache' };
/** A tool to download, with the one on PATH whose version is not accepted, or that prints none. */
type MissingTool = { readonly rejected?: { readonly path: string; readonly version: string | undefined } };

/** The folder of a downloaded tool. It exists only when the download is complete. */
export function toolDirectory({ name, version }: Tool): string {
  return join(cacheDirectory, 'tools', `${name}-${version}`);
}

/** The tool on PATH if its version is accepted, otherwise the one in the cache. */
export async function findTool(tool: Tool): Promise<FoundTool | MissingTool> {
  const path = findCommand(tool.name);
  const version = path === undefined ? undefined : await versionOf(path, tool.versionArguments);
  if (path && version && satisfies(version, tool.accepts)) return { path, from: 'PATH' };
  const cached = join(toolDirectory(tool), tool.name);
  if (existsSync(cached)) return { path: cached, from: 'cache' };
  return path ? { rejected: { path, version } } : {};
}

/** The tool of that name. */
export function toolNamed(name: Tool['name']): Tool {
  return tools.find((tool) => tool.name === name)!;
}

export function isFound(tool: FoundTool | MissingTool): tool is FoundTool {
  return 'path' in tool;
}

async function versionOf(path: string, versionArguments: readonly string[]): Promise<string | undefined> {
  const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const { stdout } = await execa(path, [...versionArguments], { reject: false, timeout: 10_000, env });
  return coerce(stdout)?.version;
}

/** Downloads a tool, completely or not at all. @throws FleetError */
export async function downloadTool(tool: Tool, patience?: Partial<Patience>): Promise<void> {
  const directory = toolDirectory(tool);
  const file = await download(tool.asset, directory, patience);
  const unpacked = tempPath(directory);
  mkdirSync(unpacked);
  try {
    if (tool.archiveFolder === undefined) moveInPlace(file, join(unpacked, tool.name));
    else await (await import('tar')).extract({ file, cwd: unpacked, strict: true });
    const content = join(unpacked, tool.archiveFolder ?? '');
    chmodSync(join(content, tool.name), 0o755);
    moveInPlace(content, directory);
  } catch (error) {
    throw new FleetError({
      place: join(dirname(directory), tool.asset.file),
      problem: `cannot unpack it: ${(error as Error).message.split('\n')[0]}`,
      next: 'Make room on the disk if it is full, and run the same command again',
    });
  } finally {
    rmSync(file, { force: true });
    rmSync(unpacked, { recursive: true, force: true });
  }
}
