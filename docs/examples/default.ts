import { defineFleet, gitChart, helmApp, kind, webApp } from '../../model';
import images from './images.json';

const podinfo = { ...images.podinfo, port: 9898 };

/** The fleet of a fresh clone: two clusters and three apps, one of them a chart. */
export default defineFleet({
  clusters: {
    dev: kind(),
    prod: kind(),
  },
  apps: {
    'app-a': webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: 'Hello from app-a' } }),
    'app-b': helmApp({
      chart: gitChart('charts/podinfo'),
      values: { ...images.podinfo, message: 'Hello from app-b', color: '#2e8b57' },
    }),
    'app-c': webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: 'Hello from app-c', PODINFO_UI_COLOR: '#b03060' } }),
  },
  runs: {
    dev: { 'app-a': {}, 'app-b': {}, 'app-c': {} },
    prod: { 'app-a': { replicas: 2 }, 'app-b': { values: { replicas: 2 } } },
  },
});
