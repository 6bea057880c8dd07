import { FleetError, type Problem } from '../model';

/** Runs steps that may each find mistakes of the user's, so that all of them are said at once. */
export class Mistakes {
  private readonly problems: Problem[] = [];

  /** What the step gives; nothing, when it found a mistake. */
  noting<Result>(step: () => Result): Result | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }

  note(problems: Iterable<Problem>): void {
    this.problems.push(...problems);
  }

  /** @throws FleetError that names every mistake that was noted. */
  throwAny(): void {
    if (this.problems.length > 0) throw new FleetError(...this.problems);
  }
}
