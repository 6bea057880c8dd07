import { expect, it } from 'vitest';

import { sourceIgnores } from '../../../constructs/files/source-ignore';

it('Flux keeps pictures and archives, where there are some', () => {
  const ignores = sourceIgnores(['apps/a/base/folder/logo.png', 'charts/a/Chart.yaml', 'tenants/b/x.tar.gz']);
  expect([...ignores.keys()]).toEqual(['apps/.sourceignore', 'tenants/.sourceignore']);
  expect(ignores.get('apps/.sourceignore')!.split('\n')).toEqual(
    expect.arrayContaining(['!*.png', '!*.tar.gz', '!*.zip']),
  );
  expect(sourceIgnores(['charts/a/charts/b.tgz', 'apps/png'])).toEqual(new Map());
});
