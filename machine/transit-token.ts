import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localPaths } from '../model';

/** The entry of a Secret of Flux's that holds a token of Vault's or OpenBao's. */
export const transitTokenEntry = 'sops.vault-token';

/** Where this machine keeps the token by which a cluster uses its transit key. */
export function transitTokenPath(directory: string, cluster: string): string {
  return join(directory, localPaths.transitToken(cluster));
}

/** The token; undefined where there is none. */
export function readTransitToken(directory: string, cluster: string): string | undefined {
  const path = transitTokenPath(directory, cluster);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
