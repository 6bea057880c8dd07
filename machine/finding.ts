import type { Problem } from '../model';

export interface Finding {
  /** What was checked: `git`, `port 2222`, `image debian:trixie-slim`. */
  readonly subject: string;
  /** A warning does not stop `npm run up`, or `npm run up` fixes it itself. A problem has to be fixed first. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** Where it comes from, or what is wrong with it. */
  readonly detail: string;
  /** How to get or fix it, as an imperative sentence without its full stop. Undefined when nothing has to be done. */
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
