import { createHash, randomBytes } from 'node:crypto';

/** A name for a resource that was given none: its logical name and some random digits. */
export function randomName(name: string, digits: number, seed: Uint8Array): string {
  const source = seed.length > 0 ? createHash('sha256').update(seed).digest() : randomBytes(digits);
  return `${name}-${source.toString('hex').slice(0, digits)}`;
}
