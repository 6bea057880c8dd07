import { expect, it, vi } from 'vitest';

import { loadFleet } from '../../cli/fleet-file';

vi.mock('../../machine/paths', () => ({ repositoryRoot: '/nowhere' }));

it('names the commands that bring a fleet.ts where there is none', () => {
  expect(loadFleet).toThrow(
    'there is no fleet.ts in /nowhere.\n  Write one with `npm run fleet -- init`, or get yours back with `git checkout fleet.ts`',
  );
});
