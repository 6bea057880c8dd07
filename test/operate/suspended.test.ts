import { describe, expect, it } from 'vitest';

import { fluxKustomization, helmRelease } from '../fakes/kubernetes/flux';
import type { KubernetesObject } from '../fakes/kubernetes/store';
import { before, but, comparedClusters, everything } from './compared';

const cluster = comparedClusters();

describe('a suspended object', () => {
  const manager = { manager: 'flux', operation: 'Update', fieldsV1: { 'f:spec': { 'f:suspend': {} } } };
  const suspended = (object: KubernetesObject, metadata = {}) =>
    but(object, { spec: { suspend: true }, metadata: { managedFields: [manager], ...metadata } });

  it.each([
    ['GitRepository', 0],
    ['Flux Kustomization', 1],
    ['Flux Kustomization', 2],
    ['HelmRelease', 3],
  ])('ends the wait at once, and is not resumed: %s', async (kind, index) => {
    const all = [...everything(), helmRelease('app-a')];
    all[index] = suspended(all[index]!);
    cluster.current.server.put(...all);
    const { problem, next } = await cluster.current.refusal(60_000);
    expect(problem).toBe(
      `${kind} ${all[index].metadata.name} is suspended by \`flux\`, so nothing of it is compared with the commit`,
    );
    expect(cluster.current.asked()).toEqual([]);
    expect(next).toMatch(
      /kubectl --context kind-cluster-dev -n flux-system patch \S+ \S+ --type merge -p '\{"spec":\{"suspend":false\}\}'/,
    );
  });

  it('is named with the person whom an annotation names', async () => {
    const annotations = { 'fluxcd.controlplane.io/suspendedBy': 'ada@example.org' };
    const [source, root, app] = everything();
    cluster.current.server.put(source, root, suspended(app, { annotations }));
    expect((await cluster.current.refusal()).problem).toContain('is suspended by ada@example.org, with `flux`');
  });

  it("is none of the fleet's business where it is a tenant's own", async () => {
    cluster.current.server.put(
      ...everything(),
      suspended(fluxKustomization('theirs', before), {
        labels: { 'flux-fleet/tenant': 'app-a', ...helmRelease('app-a').metadata.labels },
      }),
    );
    await cluster.current.wait();
  });
});
