import { expect, test } from 'vitest';
import { commandNamed, commands } from '../../lab/commands';
import { images } from '../../lab/images';
import { foreignImages } from '../../lab/limits';
import { describePlan } from '../../lab/plan';
import { defineFleet, kind, webApp } from '../../model';

test('a build of everything is announced with its commands, images and minutes', () => {
  const lines = describePlan({ commands, components: true, images }).join('\n');
  for (const { name } of commands) expect(lines).toContain(name);
  for (const { reference } of images) expect(lines).toContain(reference);
  expect(Number(/about (\d+) min/.exec(lines)?.[1])).toBeGreaterThan(10);
});

test('what is built already is not announced', () => {
  const lines = describePlan({ commands: [commandNamed('kind')], components: false, images: [] }).join('\n');
  expect(lines).toContain('kind');
  expect(lines).not.toContain('hyperkube');
  expect(lines).not.toContain('images');
  expect(lines).toContain('about 1 min');
});

test('nothing is announced when nothing is built', () => {
  expect(describePlan({ commands: [], components: false, images: [] })).toEqual([]);
});

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

test("an image that the lab's nodes do not have is a warning, also when an overlay sets its tag", () => {
  const fleet = defineFleet({
    clusters: { dev: kind(), prod: kind() },
    apps: {
      a: webApp(podinfo),
      b: webApp({ image: 'nginx', tag: '1', port: 80 }),
      c: webApp({ image: 'unused', tag: '1', port: 80 }),
    },
    runs: { dev: { a: {}, b: {} }, prod: { a: { tag: '6.9.3' } } },
  });
  const found = foreignImages(fleet);
  expect(found.map(({ subject }) => subject)).toEqual(['image nginx:1', 'image ghcr.io/stefanprodan/podinfo:6.9.3']);
  expect(found[0]!.next).toContain('kind load docker-image nginx:1');
});

test('a fleet whose images the lab builds gets no warning', () => {
  const fleet = defineFleet({ clusters: { dev: kind() }, apps: { a: webApp(podinfo) }, runs: { dev: { a: {} } } });
  expect(foreignImages(fleet)).toEqual([]);
});
