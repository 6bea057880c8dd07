import { createHash } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FleetError } from '../model';
import { besides } from './files';

/** A file of a release, with the file of that release that has the checksums. */
export interface Asset {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly tag: string;
  readonly file: string;
  /** The file of lines `<SHA-256>  <file>`. */
  readonly checksums: string;
  /** What to do when {@link checksums} does not list the file. */
  readonly unlisted: 'refuse' | 'accept';
}

const attempts = 3;
const silenceLimit = 30_000;

/** Where releases are downloaded from: GitHub, or a mirror of the same paths. */
export function downloadBase(): string {
  return (process.env.FLUX_FLEET_DOWNLOADS || 'https://github.com').replace(/\/+$/, '');
}

export function assetUrl({ repository, tag }: Asset, file: string): string {
  return `${downloadBase()}/${repository}/releases/download/${tag}/${file}`;
}

/** Whether the download host answers, whatever it says, within 2.5 s. */
export async function downloadsAreReachable(): Promise<boolean> {
  try {
    await fetch(downloadBase(), { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(2500) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Downloads a release's file to a new file in the directory of `path`, and gives its name. It is for the caller to put
 * in place or to remove.
 *
 * @throws FleetError that names the address; then nothing is kept. A connection that breaks is tried three times.
 */
export async function download(asset: Asset, path: string): Promise<string> {
  const published = await publishedChecksum(asset);
  const url = assetUrl(asset, asset.file);
  const part = besides(path);
  try {
    const actual = await retried(url, () => fetchTo(url, part));
    if (published && actual !== published) throw mismatch(url, { actual, published });
    return part;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function mismatch(url: string, { actual, published }: Record<'actual' | 'published', string>): FleetError {
  return new FleetError({
    place: url,
    problem: `its SHA-256 is ${actual}, and the release says ${published}; nothing of it was kept`,
    next: 'Run the same again; if it stays so, what answers for this address is not to be trusted',
  });
}

async function publishedChecksum(asset: Asset): Promise<string | undefined> {
  const url = assetUrl(asset, asset.checksums);
  const text = await retried(url, async () => (await get(url)).text());
  const checksum = checksumOf(asset.file, text);
  if (!checksum && asset.unlisted === 'refuse') {
    throw new FleetError({
      place: url,
      problem: `it has no checksum of ${asset.file}`,
      next: "See whether FLUX_FLEET_DOWNLOADS leads to a whole mirror of GitHub's releases",
    });
  }
  return checksum;
}

/** The SHA-256 of a file in lines as `sha256sum` writes them, or in a text that has nothing but the checksum. */
export function checksumOf(file: string, lines: string): string | undefined {
  for (const line of lines.split('\n')) {
    const [checksum, name] = line.trim().split(/\s+\*?/);
    if (checksum && /^[0-9a-f]{64}$/i.test(checksum) && (name === undefined || name === file)) {
      return checksum.toLowerCase();
    }
  }
  return undefined;
}

async function retried<T>(url: string, attempt: () => Promise<T>): Promise<T> {
  for (let left = attempts - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof FleetError) throw error;
      if (left === 0) throw broken(url, error as Error);
    }
  }
}

function broken(url: string, { message, cause }: Error): FleetError {
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new FleetError({
    place: url,
    problem: `the download broke off ${attempts} times (${why}); nothing of it was kept`,
    next: 'Run the same again, or set FLUX_FLEET_SOURCE=lab to build everything from Go modules and Debian',
  });
}

/** The answer; `signal` ends it. @throws FleetError when it is not 200. */
async function get(url: string, signal = AbortSignal.timeout(silenceLimit)): Promise<Response> {
  const response = await fetch(url, { signal });
  if (response.ok) return response;
  throw new FleetError({
    place: url,
    problem: `it answers ${response.status} ${response.statusText}`,
    next: 'See whether FLUX_FLEET_DOWNLOADS is right; without it, GitHub is asked',
  });
}

/** Gives the SHA-256 of what it wrote. */
async function fetchTo(url: string, path: string): Promise<string> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${silenceLimit / 1000} s`)), silenceLimit);
  const hash = createHash('sha256');
  try {
    const { body } = await get(url, silence.signal);
    const hashed = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        timer.refresh();
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), hashed, createWriteStream(path));
    return hash.digest('hex');
  } finally {
    clearTimeout(timer);
  }
}
