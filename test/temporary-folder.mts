import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the unit tests, and all that they start, a temporary folder of their own, which is gone after them. The folder of
 * the fleet's local files is in it too: no test has anything to do with the fleet of this clone.
 */
export default function (): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'flux-fleet-test-'));
  process.env['TMPDIR'] = folder;
  process.env['FLUX_FLEET_DIRECTORY'] = join(folder, 'fleet');
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
}
