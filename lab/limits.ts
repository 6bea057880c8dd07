import type { Finding } from '../machine/finding';
import { type Fleet, FleetError, imagesOf } from '../model';
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

/** @throws FleetError that names what the fleet asks for and no lab can give. */
export function refuseWhatTheLabLacks({ flux }: Fleet): void {
  if (flux.type === 'components') return;
  throw new FleetError({
    place: 'flux',
    problem: "the Flux Operator's image refuses to start where it was not built by its vendor, as in the lab",
    next: 'Use `fluxComponents()`, or a machine that reaches the internet',
  });
}
