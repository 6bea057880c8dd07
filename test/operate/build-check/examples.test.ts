import { expect, it } from 'vitest';

import { beside, example, examples } from '../../docs/examples';
import { hasTools, withTools, wrongWith } from './fixture';

it.skipIf(!hasTools).each(examples)(`the example %s is built, ${withTools}`, { timeout: 30_000 }, async (name) => {
  const fleet = await example(name);
  expect(await wrongWith(fleet, beside(fleet))).toBeUndefined();
});
