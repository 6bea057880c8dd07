import type { WebAppOverlay } from './apps/web-app';
import type { Fleet } from './fleet';

/** The images that a fleet's web apps ask for, each once. What charts and folders of manifests ask for is not known here. */
export function imagesOf({ apps, runs }: Fleet): readonly string[] {
  const images = Object.values(runs).flatMap((running) =>
    Object.entries(running).flatMap(([name, overlay]) => {
      const app = apps[name];
      return app?.type === 'web' ? [`${app.image}:${(overlay as WebAppOverlay).tag ?? app.tag}`] : [];
    }),
  );
  return [...new Set(images)];
}
