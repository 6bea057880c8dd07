import type { Fleet } from '../model';
import type { AppliedProps } from '../operate/applied';
import { redactor } from '../operate/secrets/redact';
import { secretsFolder } from './secrets-folder';

/** How a wait for a cluster tells what is missing: on standard error, without secrets. */
export function waitProps(fleet: Fleet, cluster: string): Pick<AppliedProps, 'redact' | 'report'> {
  return {
    redact: redactor(secretsFolder(fleet), cluster),
    report: (missing) => console.error(`Cluster ${cluster}: ${missing.join('; ')}`),
  };
}
