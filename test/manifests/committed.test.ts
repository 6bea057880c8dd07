import { expect, it } from 'vitest';
import { render } from '../../constructs/synth';
import fleet from '../../fleet';
import { filesUnder } from './files';

it('manifests/ is what fleet.ts says', () => {
  expect(filesUnder('manifests'), 'manifests/ is not what fleet.ts says: run `npm run synth`').toEqual(render(fleet));
});
