import { existsSync, chmodSync, mkdirSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { FleetError } from '../model';
import { download, type Asset } from './download';
import { besides, findCommand, moveInPlace } from './files';
import { cacheDirectory } from './paths';
import { isWithin, versionIn, type Version, type VersionRange } from './version';

/** A command that the fleet is worked with. */
export interface Tool {
  readonly name: 'pulumi' | 'kind' | 'sops';
  /** The version that is downloaded where there is none that fits. */
  readonly version: string;
  /** The versions on PATH that are taken. */
  readonly accepts: VersionRange;
  /** Arguments to which it says its version. */
  readonly ask: readonly string[];
  readonly asset: Asset;
  /** The directory in its archive that holds the commands; undefined when the asset is the command itself. */
  readonly archived?: string;
}

const machine = arch() === 'x64' ? 'amd64' : arch();

/** Every tool, with where its release is. */
export const tools: readonly Tool[] = [
  {
    name: 'pulumi',
    version: '3.248.0',
    accepts: { from: [3, 200, 0], below: [4, 0, 0] },
    ask: ['version'],
    archived: 'pulumi',
    asset: {
      repository: 'pulumi/pulumi',
      tag: 'v3.248.0',
      file: `pulumi-v3.248.0-${platform()}-${arch()}.tar.gz`,
      checksums: 'pulumi-3.248.0-checksums.txt',
      unlisted: 'refuse',
    },
  },
  {
    name: 'kind',
    version: '0.32.0',
    accepts: { from: [0, 32, 0], below: [0, 33, 0] },
    ask: ['version'],
    asset: {
      repository: 'kubernetes-sigs/kind',
      tag: 'v0.32.0',
      file: `kind-${platform()}-${machine}`,
      checksums: `kind-${platform()}-${machine}.sha256sum`,
      unlisted: 'refuse',
    },
  },
  {
    name: 'sops',
    version: '3.13.2',
    // `sops set` takes a value from standard input since 3.11.
    accepts: { from: [3, 11, 0], below: [4, 0, 0] },
    ask: ['--version', '--disable-version-check'],
    asset: {
      repository: 'getsops/sops',
      tag: 'v3.13.2',
      file: `sops-v3.13.2.${platform()}.${machine}`,
      checksums: 'sops-v3.13.2.checksums.txt',
      unlisted: 'refuse',
    },
  },
];

/** A tool that was found. */
export interface FoundTool {
  readonly path: string;
  readonly from: 'PATH' | 'cache';
}

/** A tool that has to be got. */
export interface MissingTool {
  /** Another version of it that PATH has. */
  readonly unfit?: { readonly path: string; readonly version: Version | undefined };
}

/** The directory that a downloaded tool is in. It is there only when the tool is whole. */
export function toolDirectory({ name, version }: Tool): string {
  return join(cacheDirectory, 'tools', `${name}-${version}`);
}

/** The tool on PATH if its version fits, else in the cache. */
export async function findTool(tool: Tool): Promise<FoundTool | MissingTool> {
  const path = findCommand(tool.name);
  const version = path === undefined ? undefined : await versionOf(path, tool.ask);
  if (path && version && isWithin(version, tool.accepts)) return { path, from: 'PATH' };
  const cached = join(toolDirectory(tool), tool.name);
  if (existsSync(cached)) return { path: cached, from: 'cache' };
  return path ? { unfit: { path, version } } : {};
}

export function isFound(tool: FoundTool | MissingTool): tool is FoundTool {
  return 'path' in tool;
}

async function versionOf(path: string, ask: readonly string[]): Promise<Version | undefined> {
  const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const { stdout } = await execa(path, [...ask], { reject: false, timeout: 10_000, env });
  return versionIn(stdout ?? '');
}

/** Downloads a tool, whole or not at all. @throws FleetError */
export async function downloadTool(tool: Tool): Promise<void> {
  const directory = toolDirectory(tool);
  const file = await download(tool.asset, directory);
  const unpacked = besides(directory);
  mkdirSync(unpacked);
  try {
    if (tool.archived === undefined) moveInPlace(file, join(unpacked, tool.name));
    else await extract(file, unpacked);
    const content = join(unpacked, tool.archived ?? '');
    chmodSync(join(content, tool.name), 0o755);
    moveInPlace(content, directory);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError({
      place: join(dirname(directory), tool.asset.file),
      problem: `it could not be unpacked: ${(error as Error).message.split('\n')[0]}`,
      next: 'See whether there is room on the disk and a `tar` on PATH, and run the same again',
    });
  } finally {
    rmSync(file, { force: true });
    rmSync(unpacked, { recursive: true, force: true });
  }
}

async function extract(archive: string, directory: string): Promise<void> {
  await execa('tar', ['-C', directory, '-xzf', archive]);
}
