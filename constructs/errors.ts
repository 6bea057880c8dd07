import { FleetError, type Problem } from '../model';

/** Collects the user's mistakes of several steps, to report all of them in one error. */
export class Errors {
  private readonly problems: Problem[] = [];

  /** The result of the step; undefined if it throws a FleetError, whose problems are collected. */
  collect<Result>(step: () => Result): Result | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      this.add(error.problems);
      return undefined;
    }
  }

  add(problems: Iterable<Problem>): void {
    this.problems.push(...problems);
  }

  /** @throws FleetError with every collected problem, if there is one. */
  throwIfAny(): void {
    if (this.problems.length > 0) throw new FleetError(...this.problems);
  }
}
