import type { Finding } from '../machine/finding';
import { problemsIn } from '../machine/finding';
import { FleetError, type Fleet } from '../model';
import { preloaded } from './images';

/** What a fleet asks for and the lab can't give. */
export function missingWith({ clusters, apps, runs }: Fleet): Finding[] {
  const several = Object.entries(clusters)
    .filter(([, { workers }]) => workers > 0)
    .map(([name]): Finding => ({
      subject: `clusters.${name}.workers`,
      state: 'problem',
      detail: "the lab's nodes have a network for one node a cluster only",
      next: 'Set it to 0, or use a machine that reaches the internet',
    }));
  const wanted = new Set<string>();
  for (const overlays of Object.values(runs)) {
    for (const [name, { tag }] of Object.entries(overlays)) {
      const app = apps[name];
      if (app) wanted.add(`${app.image}:${tag ?? app.tag}`);
    }
  }
  const foreign = [...wanted]
    .filter((image) => !preloaded.includes(image))
    .map((image): Finding => ({
      subject: `image ${image}`,
      state: 'warning',
      detail: 'no node of the lab has it, and none can pull it',
      next: `Put it there yourself: \`kind load docker-image ${image} --name cluster-<name>\``,
    }));
  return [...several, ...foreign];
}

/** @throws FleetError for what keeps a fleet from running in the lab. */
export function refuseWhatTheLabLacks(fleet: Fleet): void {
  const problems = problemsIn(missingWith(fleet));
  if (problems.length > 0) throw new FleetError(...problems);
}
