import type { Fleet } from '../model';
import type { AppliedProps } from '../operate/applied';
import { redactor } from '../operate/secrets/redact';
import { inOneLine } from '../operate/wait';
import { secretsFolder } from './secrets-folder';

/** How a wait for a cluster tells what is missing: on standard error, without secrets, each first sentence once in a row. */
export function waitProps(fleet: Fleet, cluster: string): Pick<AppliedProps, 'redact' | 'report'> {
  let before: string | undefined;
  return {
    redact: redactor(secretsFolder(fleet), cluster),
    report: (missing) => {
      if (missing[0] !== before) console.error(`Cluster ${cluster}: ${inOneLine(missing)}`);
      before = missing[0];
    },
  };
}
