import { labEnvironment, missingFromLab, prepareLab } from '../lab';
import { FleetError, type Fleet } from '../model';

/** What pulumi, kind and sops need to be found and to find their own. */
export interface Provision {
  /** Directories to put in front of PATH. */
  readonly path: readonly string[];
  /** Further environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly source: 'internet' | 'lab';
}

/** Sees to it that every tool and image is there: what is missing is got. @throws FleetError */
export async function provide(_fleet: Fleet, report: (line: string) => void): Promise<Provision> {
  await prepareLab(report);
  return { ...labEnvironment(), source: 'lab' };
}

/** The same, but installs nothing. @throws FleetError that names what is missing. */
export async function provided(_fleet: Fleet): Promise<Provision> {
  const missing = await missingFromLab();
  if (missing.length > 0) {
    throw new FleetError({
      place: 'this machine',
      problem: `${missing.join(', ')} are missing`,
      next: 'Get them with `npm run fleet -- provide`, or with `npm run up`',
    });
  }
  return { ...labEnvironment(), source: 'lab' };
}
