import { describe, expect, it } from 'vitest';

import { webApp } from '../../../model';
import { diffText, painter } from '../../../operate/diff/text';
import { hasTools, twoClusters, withTools } from '../build-check/fixture';
import { diffOf } from './fixture';

const app = (tag = '6.9.2', more: object = {}) =>
  webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag, port: 9898, ...more });

describe.skipIf(!hasTools)(`a difference, ${withTools}`, { timeout: 60_000 }, () => {
  it('has fields', async () => {
    const report = await diffOf(
      { fleet: twoClusters({ a: app() }) },
      { fleet: twoClusters({ a: app('6.9.3', { env: { A: 'b' } }) }, { prod: { a: { replicas: 3 } } }) },
    );
    console.log(diffText(report, painter(false)));
    console.log(JSON.stringify(report, undefined, 1));
    expect(report.different).toBe(true);
  });
});
