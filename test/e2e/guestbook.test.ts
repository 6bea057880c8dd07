import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import images from '../../docs/examples/images.json';
import { ChartServer } from './chart-server';
import { Clone } from './clone';
import { guestbook, guestbookFleet } from './guestbook-fleet';
import { Observed } from './observe';

let clone: Clone;
let charts: ChartServer | undefined;
const password = randomUUID();
const podinfo = `${images.podinfo.image}:${images.podinfo.tag}`;
const cluster = (name: string) => new Observed(clone.path('.fleet', 'kubeconfig', name));

beforeAll(async () => {
  clone = await Clone.make();
  for (const [path, text] of Object.entries(guestbook(images.podinfo))) {
    mkdirSync(dirname(clone.path('deploy/guestbook', path)), { recursive: true });
    writeFileSync(clone.path('deploy/guestbook', path), text);
  }
  await clone.run('fleet', 'provide');
  writeFileSync(clone.path('fleet.ts'), guestbookFleet({}));
  for (const name of ['dev', 'prod']) await clone.secrets(['set', name, 'guestbook', 'password'], password);
});
afterAll(async () => {
  charts?.stop();
  await clone.run('down', '--all');
  clone.remove();
});

describe('the guestbook of others, as somebody brings it', () => {
  it('is refused before anything is made, for its pods would not start, with the way out', async () => {
    const refused = await clone.run('up').catch(String);
    expect(refused).toMatch(/deploy\/guestbook\/base\/frontend\.yaml.*\(guestbook in dev, prod\)/);
    expect(refused).toContain("Set `podSecurity: 'baseline'` in `apps.guestbook`");
  });

  it('comes up with what differs in each cluster', async () => {
    writeFileSync(clone.path('fleet.ts'), guestbookFleet({ podSecurity: 'baseline' }));
    await clone.run('up');

    for (const [name, replicas] of [
      ['dev', 1],
      ['prod', 2],
    ] as const) {
      const frontend = await cluster(name).deployment('frontend', 'guestbook');
      const [container] = frontend.spec!.template.spec!.containers;
      expect([frontend.status!.readyReplicas, container!.image]).toEqual([replicas, podinfo]);
      expect((await cluster(name).deployment('redis', 'guestbook')).status!.readyReplicas).toBe(1);
    }
  });

  it('takes its secret from its environment', async () => {
    for (const name of ['dev', 'prod'])
      expect(await cluster(name).variables('frontend', 'guestbook')).toContain(`REDIS_PASSWORD=${password}`);
  });

  it('has its patch by target in prod: each Service of its back end, and no other', async () => {
    const affinity = async (name: string, service: string) =>
      (await cluster(name).object('v1', 'Service', `guestbook/${service}`)).spec?.['sessionAffinity'];
    const services = ['frontend', 'redis-follower', 'redis-leader'];
    expect(await Promise.all(services.map((one) => affinity('dev', one)))).toEqual(['None', 'None', 'None']);
    expect(await Promise.all(services.map((one) => affinity('prod', one)))).toEqual(['None', 'ClientIP', 'ClientIP']);
  });

  it('gets a chart of a Helm repository beside it, with values for each cluster', async () => {
    charts = await ChartServer.start(clone.path('charts', 'podinfo'));
    writeFileSync(clone.path('fleet.ts'), guestbookFleet({ podSecurity: 'baseline', charts }));
    await clone.run('up');
    expect((await cluster('dev').answer('greeter')).message).toBe('from dev');
    expect((await cluster('prod').answer('greeter')).message).toBe('from prod');
  });
});
