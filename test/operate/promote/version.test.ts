import { describe, expect, it } from 'vitest';

import { cdk8sApp, defineFleet, gitChart, helmApp, kind, ociChart, tenant, webApp } from '../../../model';
import { parseImage, parseVersion, shortVersion, versionOf, versionText } from '../../../operate/promote/version';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a version', () => {
  it.each([
    ['image', { tag: '6.9.2' }, '6.9.2'],
    ['image', { digest }, digest],
    ['image', { tag: '6.9.2', digest }, `6.9.2@${digest}`],
    ['chart', { version: '1.0.0+build.1' }, '1.0.0+build.1'],
    ['images', { tags: { 'host:5000/b': '2', 'a.io/x/a': '1' } }, 'a.io/x/a:1, host:5000/b:2'],
  ] as const)('of kind %s and its text are the same: %j', (of, pin, text) => {
    expect(versionText(pin)).toBe(text);
    expect(parseVersion(of, text)).toEqual(pin);
  });

  it('of an image that has the tag of the app itself is its name', () => {
    expect(parseVersion('images', 'a.io/x/a, host:5000/b:2')).toEqual({
      tags: { 'a.io/x/a': undefined, 'host:5000/b': '2' },
    });
    expect(versionText(parseVersion('images', 'a.io/x/a, host:5000/b:2'))).toBe('a.io/x/a, host:5000/b:2');
  });

  it('is short where people read it', () => {
    expect(shortVersion({ tags: { 'host:5000/x/b': '2', 'a.io/x/a': '1' } })).toBe('a:1, b:2');
    expect(shortVersion({ tag: '6.9.2', digest })).toBe('6.9.2@sha256:0123456789ab');
  });

  it.each([
    ['a', { image: 'a' }],
    ['localhost:5000/a/b', { image: 'localhost:5000/a/b' }],
    ['localhost:5000/a/b:1.0', { image: 'localhost:5000/a/b', tag: '1.0' }],
    [`a.io/b:1.0@${digest}`, { image: 'a.io/b', tag: '1.0', digest }],
    [`a.io/b@${digest}`, { image: 'a.io/b', digest }],
  ])('is read of the image %s', (reference, parts) => {
    expect(parseImage(reference)).toEqual(parts);
  });
});

describe('the version of an app in a cluster', () => {
  const fleet = defineFleet({
    clusters: { prod: kind() },
    apps: {
      web: webApp({ image: 'a.io/web', tag: '1', port: 80 }),
      objects: cdk8sApp({ construct: () => undefined }),
      chart: helmApp({ chart: ociChart({ url: 'oci://example.com/charts/thing', version: '1.0.0' }) }),
      git: helmApp({ chart: gitChart('charts/thing') }),
    },
    tenants: { team: tenant() },
    runs: {
      prod: {
        web: { image: 'mirror.io/web', digest },
        objects: { images: { 'a.io/x': { name: 'mirror.io/x' } }, tags: { 'a.io/y': '2' } },
        chart: { version: '2.0.0' },
        git: {},
        team: {},
      },
    },
  });

  it.each([
    ['web', { of: 'image', image: 'mirror.io/web', pin: { digest } }],
    [
      'objects',
      { of: 'images', names: { 'mirror.io/x': 'a.io/x', 'a.io/y': 'a.io/y' }, pin: { tags: { 'a.io/y': '2' } } },
    ],
    ['chart', { of: 'chart', pin: { version: '2.0.0' } }],
  ])('is that of fleet.ts: %s', (app, version) => {
    expect(versionOf(fleet, { cluster: 'prod', app })).toEqual(version);
  });

  it('is none of a chart in Git, and of a tenant', () => {
    expect(() => versionOf(fleet, { cluster: 'prod', app: 'git' })).toThrow(/^apps\.git: its chart is in Git/);
    expect(() => versionOf(fleet, { cluster: 'prod', app: 'team' })).toThrow(/^tenants\.team: /);
  });
});
