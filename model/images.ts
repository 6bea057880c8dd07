import { appModels } from './apps';
import type { Fleet } from './fleet';

/** The container images of a fleet's apps, each once, as far as the model knows them: not those of charts and folders. */
export function imagesOf({ apps, runs }: Fleet): readonly string[] {
  const images = Object.values(runs).flatMap((running) =>
    Object.entries(running).flatMap(([name, overlay]) => {
      const app = apps[name];
      return (app && appModels.of(app).images?.(app, overlay)) ?? [];
    }),
  );
  return [...new Set(images)];
}
