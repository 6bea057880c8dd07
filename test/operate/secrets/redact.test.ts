import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { redacted, redactor } from '../../../operate/secrets/redact';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { Scratch, withSops } from './fixture';

describe('a text', () => {
  it.each([
    ['as it is', 'Invalid value: p4ss,w0rd: must match', 'p4ss,w0rd'],
    ['in quotes, with what they escape', String.raw`Invalid value: "a\"b\\c\nsecond"`, 'a"b\\c\nsecond'],
    ['as base64', `data: ${Buffer.from('p4ss,w0rd').toString('base64')}`, 'p4ss,w0rd'],
    ['in an address', 'cannot reach https://u:p4ss%2Cw0rd@db', 'p4ss,w0rd'],
    ['by a line of several', 'cannot parse "BEGIN", b3BlbnNzaC1rZXk', '--BEGIN--\n  b3BlbnNzaC1rZXk\n'],
    ['as a part of a word', 'bearer-token-hunter2-x', 'hunter2'],
    ['where it is short', 'expected an object, got 42', '42'],
  ])('loses a value that stands in it %s', (_, text, value) => {
    const shown = redacted(text, ['other', value]);
    expect(shown).toContain('***');
    for (const line of value.split('\n').filter(Boolean)) expect(shown).not.toContain(line.trim());
  });

  it('keeps words of which a short value is a part, and loses the longer of two values as a whole', () => {
    expect(redacted('Deployment is not ready', ['is', 'a', ''])).toBe('Deployment *** not ready');
    expect(redacted('got hunter2hunter2', ['hunter2', 'hunter2hunter2'])).toBe('got ***');
  });
});

describe(`what Flux says of a cluster, ${withSops}`, () => {
  let scratch: Scratch;
  const name = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };
  beforeEach(async () => {
    scratch = new Scratch();
    await setSecret(scratch.folder(), name, 'p4ss,w0rd');
    await generateSecrets(scratch.folder());
    scratch.started = 0;
  });
  afterEach(() => scratch.remove());
  const failed = (value: string) => [`Flux Kustomization app-a is not ready (Failed: Invalid value: "${value}")`];

  it('is shown without the values, which are decrypted once, and only for words of others', async () => {
    const redact = redactor(scratch.folder(), 'dev');
    expect(await redact(['Flux Kustomization app-a is not ready'])).toEqual(['Flux Kustomization app-a is not ready']);
    expect(scratch.started).toBe(0);
    expect(await redact(failed('p4ss,w0rd'))).toEqual(failed('***'));
    expect(await redact(failed('another'))).toEqual(failed('another'));
    expect(scratch.started).toBe(1);
  });

  it('is left out where the values are not known', async () => {
    rmSync(join(scratch.root, '.fleet'), { recursive: true });
    const [sentence] = await redactor(scratch.folder(), 'dev')(failed('p4ss,w0rd'));
    expect(sentence).toMatch(/^Flux Kustomization app-a is not ready \(its message is not shown: /);
    expect(sentence).not.toContain('p4ss');
  });
});
