import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'undici';
import { FleetError } from '../model';
import { tempPath } from './files';
import { type Patience, request } from './http';

/** A file of a release, with the file of that release that has the checksums. */
export interface Asset {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly tag: string;
  /** Where the release's files are, side by side, if GitHub does not have them. A mirror of GitHub has them at their tag. */
  readonly host?: string;
  readonly file: string;
  /** The file of lines `<SHA-256>  <file>`. */
  readonly checksums: string;
  /** What to do when {@link checksums} does not list the file. @default 'refuse' */
  readonly unlisted?: 'refuse' | 'accept';
}

/** Where releases are downloaded from: GitHub, or a mirror with the same paths. */
export function downloadBase(): string {
  return (process.env.FLUX_FLEET_DOWNLOADS || 'https://github.com').replace(/\/+$/, '');
}

export function assetUrl({ repository, tag, host }: Asset, file: string): string {
  if (host && !process.env.FLUX_FLEET_DOWNLOADS) return `${host}/${file}`;
  return `${downloadBase()}/${repository}/releases/download/${tag}/${file}`;
}

/** Two attempts of 8 s: enough for a slow line, and not too much where every packet is dropped. */
const probePatience: Patience = { attempts: 2, pause: 500, silence: 8_000 };

/** Whether the release host can be reached: it gives any response but an error of a server or a gateway (5xx). */
export async function downloadsAreReachable(patience: Partial<Patience> = {}): Promise<boolean> {
  const options = { method: 'HEAD', redirect: 'manual', patience: { ...probePatience, ...patience } } as const;
  return request(downloadBase(), () => Promise.resolve(true), options).catch(() => false);
}

/**
 * Downloads a file of a release to a new file in the directory of `path`, and gives its name. The caller moves it to its
 * place or removes it.
 *
 * @throws FleetError that names the address; then nothing is kept
 */
export async function download(asset: Asset, path: string, patience?: Partial<Patience>): Promise<string> {
  const published = await publishedChecksum(asset, patience);
  const url = assetUrl(asset, asset.file);
  const part = tempPath(path);
  try {
    const actual = await request(url, (response) => save(response, url, part), { patience });
    if (!published || actual === published) return part;
    throw new FleetError({
      place: url,
      problem: `its SHA-256 is ${actual}, but the release publishes ${published}; nothing was kept`,
      next: 'Run the same command again. If the checksum stays wrong, do not trust the server behind this address',
    });
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

async function publishedChecksum(asset: Asset, patience?: Partial<Patience>): Promise<string | undefined> {
  const url = assetUrl(asset, asset.checksums);
  const text = await request(url, (response) => successful(response, url).text(), { patience });
  const checksum = checksumOf(asset.file, text);
  if (!checksum && asset.unlisted !== 'accept') {
    throw new FleetError({
      place: url,
      problem: `it has no checksum for ${asset.file}`,
      next: "Set FLUX_FLEET_DOWNLOADS to a complete mirror of GitHub's releases, or unset it to use GitHub",
    });
  }
  return checksum;
}

/** The SHA-256 of a file in lines as `sha256sum` writes them, or in a text that is nothing but the checksum. */
export function checksumOf(file: string, lines: string): string | undefined {
  const pairs = lines.split('\n').map((line) => line.trim().split(/\s+\*?/));
  const found = pairs.find(([sum = '', name = file]) => /^[0-9a-f]{64}$/i.test(sum) && name === file);
  return found?.[0]?.toLowerCase();
}

/** @throws FleetError for any status but 2xx */
function successful(response: Response, url: string): Response {
  if (response.ok) return response;
  throw new FleetError({
    place: url,
    problem: `it answers ${response.status} ${response.statusText}`,
    next: 'Check FLUX_FLEET_DOWNLOADS, or unset it to use GitHub',
  });
}

/** Writes what is received to a file, and gives its SHA-256. */
async function save(response: Response, url: string, path: string): Promise<string> {
  const { body } = successful(response, url);
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  // Opened here: a stream that opens it by itself may still make the file when the download has failed and it is removed.
  const file = await open(path, 'w');
  try {
    await pipeline(Readable.fromWeb(body!), hashed, file.createWriteStream());
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
