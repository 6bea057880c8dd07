import type { Finding } from '../machine/finding';
import { type Fleet, FleetError, imagesOf, kindClusterName } from '../model';
import { fluxModels } from '../model/flux';
import { preloaded } from './images';

/** The images that a fleet's apps use and the lab does not build. */
export function foreignImages(fleet: Fleet): Finding[] {
  return imagesOf(fleet)
    .filter((image) => !preloaded.includes(image))
    .map((image): Finding => ({
      subject: `image ${image}`,
      state: 'warning',
      detail: "the lab does not build it, and the lab's nodes cannot pull images",
      next: `Load it yourself: \`kind load docker-image ${image} --name ${kindClusterName(fleet, '<name>')}\``,
    }));
}

/** @throws FleetError for what the fleet needs and the lab does not have */
export function checkSupport({ flux }: Fleet): void {
  if (fluxModels.of(flux).release(flux) === 'flux') return;
  throw new FleetError({
    place: 'flux',
    problem: "the Flux Operator's image only starts as its vendor built it, and the lab builds its own",
    next: 'Use `fluxComponents()`, or a machine that reaches the internet',
  });
}
