import { checkHost } from '../machine/checks';
import type { ToolSource } from '../machine/tool-source';
import { labEnvironment } from './environment';
import { findings } from './findings';
import { checkSupport } from './limits';
import { labIsCached, missingFromLab, prepareLab } from './prepare';
import { systemChanges } from './system-changes';

/** Everything built on this machine, from Go modules and Debian packages. */
export const lab: ToolSource = {
  name: 'lab',
  description: 'built on this machine from Go modules and Debian packages',
  isReachable: () => Promise.resolve(true),
  isCached: () => Promise.resolve(labIsCached()),
  checkSupport,
  missing: missingFromLab,
  systemChanges,
  get: async (needs, report) => {
    // A build takes a quarter of an hour: report what this machine lacks before it starts. The engine is part of the lab.
    await checkHost(needs);
    await prepareLab(report);
  },
  environment: () => Promise.resolve(labEnvironment()),
  findings,
};
