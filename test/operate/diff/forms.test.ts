import { describe, expect, it } from 'vitest';

import { diffHtml } from '../../../operate/diff/html';
import { diffMarkdown } from '../../../operate/diff/markdown';
import type { DiffReport, ObjectChange } from '../../../operate/diff/report';
import { painter } from '../../../machine/terminal';
import { diffText } from '../../../operate/diff/text';

const change = (name: string, more: Partial<ObjectChange> = {}): ObjectChange => ({
  change: 'changed',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'shop',
  name,
  app: 'shop',
  chart: false,
  clusters: ['dev', 'prod'],
  fields: [{ path: 'data.a', change: 'changed', before: '1', after: '2' }],
  effects: [],
  ...more,
});

const report = (more: Partial<DiffReport> = {}): DiffReport => ({
  schema: 1,
  compares: 'commits',
  from: { name: 'published', commit: '0123456789abcdef' },
  to: { name: 'fleet.ts' },
  headline: 'Change shop in dev',
  different: true,
  clusters: ['dev', 'prod'],
  dangers: [
    { kind: 'data deleted', subject: 'Namespace old', problem: 'is deleted with everything in it', clusters: ['prod'] },
  ],
  images: [{ image: 'org/shop', from: 'org/shop:1', to: 'org/shop:2', app: 'shop', clusters: ['dev'] }],
  objects: [change('one')],
  withheld: [],
  notices: [],
  ...more,
});

const evil = '`]<img src=x onerror=alert(1)>|**@octocat** \u001b[31m\u202e';

describe('a difference as text', () => {
  it('has the headline first, then what is dangerous, the images, and the objects', () => {
    expect(diffText(report(), painter(false))).toBe(
      [
        'Change shop in dev',
        'published 0123456789ab → fleet.ts',
        '',
        'Danger',
        '! Namespace old in prod is deleted with everything in it',
        '',
        'Images',
        '  org/shop 1 → 2  shop in dev',
        '',
        'Objects',
        '~ ConfigMap shop/one  (shop in dev and prod)',
        '    data.a: 1 → 2',
      ].join('\n'),
    );
  });

  it('has no colour without a terminal, and nothing of a value that moves a cursor', () => {
    const text = diffText(
      report({ objects: [change(evil, { fields: [{ path: evil, change: 'added', after: evil }] })] }),
      painter(false),
    );
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('a difference as Markdown', () => {
  it('reads no name or value as Markdown or HTML', () => {
    const markdown = diffMarkdown(
      report({
        headline: evil,
        objects: [change(evil, { fields: [{ path: 'a', change: 'added', after: '```\n</details>' }] })],
      }),
    );
    expect(markdown.split('\n')[0]).not.toMatch(/(?<!\\)[<>*|]|@octocat/);
    expect(markdown).toMatch(/``.*<img src=x.*``/);
    expect(markdown).toContain('````diff');
  });

  it('is as long as allowed at most, with the headline, every danger, and what was left out', () => {
    const dangers = Array.from({ length: 20 }, (_, n) => ({ ...report().dangers[0]!, subject: `Namespace old-${n}` }));
    const objects = Array.from({ length: 500 }, (_, n) => change(`map-${n}`));
    const markdown = diffMarkdown(report({ dangers, objects }), 6000);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(6000);
    expect(markdown).toContain('Change shop in dev');
    for (const { subject } of dangers) expect(markdown).toContain(subject);
    expect(markdown).toMatch(/… and \d+ more, left out here/);
  });
});

describe('a difference as HTML', () => {
  it('is one file that loads and runs nothing, whatever a name is', () => {
    const html = diffHtml(report({ headline: evil, objects: [change(evil)] }));
    expect(html).not.toMatch(/<img|<script|https?:|\bsrc="/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('&lt;img src=x');
    expect(html).toContain('prefers-color-scheme: dark');
  });
});
