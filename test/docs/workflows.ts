import { parse } from 'yaml';

import { blocks } from './documents';

/** A step of a documented workflow that is a command. */
export interface WorkflowStep {
  readonly run: string;
  /** The names of the variables that the step sets. */
  readonly env?: Readonly<Record<string, string>>;
}

interface GitHub {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Partial<WorkflowStep>[] }>>;
}

type GitLab = Readonly<Record<string, { readonly script?: readonly string[] }>> & {
  readonly default: { readonly before_script: readonly string[] };
};

const documented = blocks('yaml').filter(({ document }) => document === 'docs/ci.md');

/** The commands of a job of the workflow for GitHub Actions. */
export function gitHubSteps(job: string): WorkflowStep[] {
  const { jobs } = parse(documented[0]!.text) as GitHub;
  return jobs[job]!.steps.filter((step): step is WorkflowStep => step.run !== undefined);
}

/** The commands of a job of the pipeline for GitLab. */
export function gitLabSteps(job: string): WorkflowStep[] {
  const pipeline = parse(documented[1]!.text) as GitLab;
  return [...pipeline.default.before_script, ...(pipeline[job]!.script ?? [])].map((run) => ({ run }));
}
