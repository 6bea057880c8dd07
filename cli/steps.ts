import { Listr, type ListrTask } from 'listr2';
import { joined } from '../machine/all-of';

/** Shows what a step is doing, in a line. */
export type Report = (doing: string) => void;

export interface Step {
  readonly title: string;
  /** Does the work. The text that it returns, if any, is shown after the title. */
  readonly run: (report: Report) => Promise<string | void>;
}

/** Thrown by a step that cannot go on because one beside it failed, which says why. */
class Stopped extends Error {}

/** What a step gives to those beside it. */
export class Result<T> {
  private settle!: (work: Promise<T>) => void;
  private readonly settled = new Promise<T>((resolve) => (this.settle = resolve));

  /** Does the work of the step that gives it. */
  from(work: Promise<T>): Promise<T> {
    this.settle(work);
    // Its failure is that step's, also where no other waits.
    this.settled.catch(() => undefined);
    return work;
  }

  /** Waits for it; ends the step that asks when the one that was to give it has failed. */
  get(): Promise<T> {
    return this.settled.catch(() => {
      throw new Stopped('not done, because another step failed');
    });
  }
}

/**
 * Runs steps one after the other, those in a list side by side, and shows their progress: live on a terminal, as plain
 * lines elsewhere.
 *
 * @throws the error of the step that failed; where several side by side failed, one FleetError with all their problems.
 */
export async function runSteps(steps: readonly (Step | readonly Step[])[]): Promise<void> {
  const errors: unknown[] = [];
  // Without a terminal the lines of steps that run side by side are mixed: each starts with its step.
  const terminal = process.stdout.isTTY;
  const task = ({ title, run }: Step): ListrTask => ({
    title,
    task: async (_, listed) => {
      try {
        const outcome = await run((doing) => (listed.output = terminal ? doing : `${title}: ${doing}`));
        if (outcome) listed.title = `${title}: ${outcome}`;
      } catch (error) {
        if (!(error instanceof Stopped)) errors.push(error);
        // Only its first line: the whole error is shown at the end.
        throw new Error(String((error as Error).message ?? error).split('\n')[0]);
      }
    },
  });
  for (const step of steps) {
    await new Listr([step].flat().map(task), {
      concurrent: true,
      exitOnError: false,
      fallbackRenderer: 'simple',
    }).run();
    if (errors.length > 0) throw joined(errors);
  }
}
