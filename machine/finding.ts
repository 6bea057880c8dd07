import type { Problem } from '../model';

/** One thing that was looked at on this machine. */
export interface Finding {
  /** What was looked at: `git`, `port 2222`, `image debian:trixie-slim`. */
  readonly subject: string;
  /** A warning is no hindrance, or something that `npm run up` sees to; a problem has to be mended first. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** Where it comes from, or what is wrong with it. */
  readonly detail: string;
  /** How to get or mend it, as an imperative sentence without its full stop. Not there when all is well. */
  readonly next?: string;
}

/** The problems among findings, as a FleetError has them. */
export function problemsIn(findings: readonly Finding[]): Problem[] {
  return findings
    .filter(({ state }) => state === 'problem')
    .map(({ subject, detail, next }) => ({
      place: subject,
      problem: detail,
      next: next ?? 'Run `npm run fleet -- doctor`',
    }));
}
