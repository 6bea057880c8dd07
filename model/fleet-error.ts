/** One thing that is wrong, where it is wrong, and what to do about it. */
export interface Problem {
  /** The path in `fleet.ts`, the file, or the cluster: `runs.prod.app-d`, `manifests/`, `cluster dev`. */
  readonly place: string;
  /** What is wrong, as a sentence without its full stop. */
  readonly problem: string;
  /** The next step, as an imperative sentence without its full stop. */
  readonly next: string;
  /** What it shares with the same problem elsewhere: both are told as one. @default - it is told by itself */
  readonly same?: string;
}

/**
 * A mistake that the user can fix. Commands print its message as it is, without a stack trace, and end with exit code 1.
 */
export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super(printable(problems.map(({ place, problem, next }) => `${place}: ${problem}.\n  ${next}.`).join('\n')));
    this.problems = problems;
  }
}

/** A text with escapes for what does something on a terminal, line ends and tabs excepted. */
export function printable(text: string): string {
  return text.replaceAll(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** @throws FleetError with these problems, if there is one */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new FleetError(...problems);
}
