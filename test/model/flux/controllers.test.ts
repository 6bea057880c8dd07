import { expect, it } from 'vitest';

import { defineFleet, existing, gitServer, kind } from '../../../model';
import { problems } from '../problems';

const fleet =
  (controllers: object, cluster = kind({ controllers })) =>
  () =>
    defineFleet({ git: gitServer({ address: 'x' }), clusters: { dev: cluster }, apps: {}, runs: { dev: {} } });

it('a cluster of any type sets the size of its controllers', () => {
  const controllers = { 'kustomize-controller': { concurrent: 20, resources: { limits: { memory: '2Gi' } } } };
  expect(fleet(controllers)).not.toThrow();
  expect(fleet({}, existing({ controllers }) as never)).not.toThrow();
});

it('is refused for another controller, another property, and a number that is none', () => {
  expect(problems(fleet({ 'image-controller': {}, 'helm-controller': { concurrent: 0, memory: '1Gi' } }))).toEqual([
    'clusters.dev.controllers.image-controller: unknown property `image-controller`',
    'clusters.dev.controllers.helm-controller.memory: unknown property `memory`',
    'clusters.dev.controllers.helm-controller.concurrent: invalid number of objects: `0`',
  ]);
});

it("is refused where a request is higher than its limit, be it Flux's own", () => {
  const resources = { requests: { memory: '2Gi' } };
  expect(problems(fleet({ 'helm-controller': { resources } }))).toEqual([
    'clusters.dev.controllers.helm-controller.resources: the memory request `2Gi` is higher than the limit `1Gi`',
  ]);
  expect(fleet({ 'helm-controller': { resources: { ...resources, limits: { memory: '2Gi' } } } })).not.toThrow();
});
