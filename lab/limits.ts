import type { Finding } from '../machine/finding';
import type { Fleet } from '../model';
import { preloaded } from './images';

/** The images that a fleet's apps ask for and the lab does not build. */
export function foreignImages({ apps, runs }: Fleet): Finding[] {
  const wanted = new Set<string>();
  for (const overlays of Object.values(runs)) {
    for (const [name, { tag }] of Object.entries(overlays)) {
      const app = apps[name];
      if (app) wanted.add(`${app.image}:${tag ?? app.tag}`);
    }
  }
  return [...wanted]
    .filter((image) => !preloaded.includes(image))
    .map((image): Finding => ({
      subject: `image ${image}`,
      state: 'warning',
      detail: 'no node of the lab has it, and none can pull it',
      next: `Put it there yourself: \`kind load docker-image ${image} --name cluster-<name>\``,
    }));
}
