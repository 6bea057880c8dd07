import type { Finding } from '../machine/finding';
import { type Fleet, imagesOf } from '../model';
import { preloaded } from './images';

/** The images that a fleet's apps ask for and the lab does not build. */
export function foreignImages(fleet: Fleet): Finding[] {
  return imagesOf(fleet)
    .filter((image) => !preloaded.includes(image))
    .map((image): Finding => ({
      subject: `image ${image}`,
      state: 'warning',
      detail: 'no node of the lab has it, and none can pull it',
      next: `Put it there yourself: \`kind load docker-image ${image} --name cluster-<name>\``,
    }));
}
