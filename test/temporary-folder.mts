import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the unit tests, and all that they start, a temporary folder of their own, which is gone after them. */
export default function (): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'flux-fleet-test-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
