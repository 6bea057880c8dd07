import { InvalidArgumentError, type Command } from 'commander';

import { painter } from '../machine/terminal';
import { FleetError } from '../model';
import type { DiffReport } from '../operate/diff/report';
import { loadFleet } from './fleet-file';

/** The forms in which a difference is printed. */
const outputs = ['text', 'markdown', 'json', 'html'] as const;

interface DiffOptions {
  readonly cluster?: readonly string[];
  readonly app?: readonly string[];
  readonly between?: readonly string[];
  readonly commit?: string;
  readonly all?: boolean;
  readonly output: (typeof outputs)[number];
  readonly maxLength: number;
}

/** `fleet diff`: what the clusters would get, object by object. */
export function register(program: Command): void {
  program
    .command('diff')
    .description(
      'show what the clusters would get: fleet.ts against what is published, two commits of the repository, or two clusters',
    )
    .argument('[from]', 'a commit of the repository that Flux reads: published~1')
    .argument('[to]', 'another one; by default what is published')
    .option('--cluster <names...>', 'only these clusters')
    .option('--app <names...>', 'only these apps and tenants')
    .option('--between <clusters...>', 'two clusters of one commit')
    .option('--commit <commit>', 'the commit for --between; by default what is published')
    .option('--all', 'also labels and annotations without an effect, such as helm.sh/chart')
    .option('--output <form>', `${outputs.join(', ')}`, oneOf, 'text')
    .option('--max-length <bytes>', 'the most bytes of --output markdown', bytes, 60_000)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing differs, 1 something differs, 2 an error, or an app that cannot be built.',
    )
    .action(async (from: string | undefined, to: string | undefined, options: DiffOptions) => {
      try {
        const report = await import('./diff-sides.ts').then((sides) =>
          sides.compared(loadFleet(), { from, to, ...options }),
        );
        console.log(await printed(report, options));
        process.exitCode = report.withheld.length > 0 ? 2 : report.different ? 1 : 0;
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        console.error(error.message);
        process.exitCode = 2;
      }
    });
}

async function printed(report: DiffReport, { output, maxLength }: DiffOptions): Promise<string> {
  if (output === 'json') return JSON.stringify(report, undefined, 2);
  if (output === 'markdown')
    return (await import('../operate/diff/markdown.ts')).diffMarkdown(report, maxLength).trimEnd();
  if (output === 'html') return (await import('../operate/diff/html.ts')).diffHtml(report).trimEnd();
  const { diffText } = await import('../operate/diff/text.ts');
  return diffText(report, painter(process.stdout.isTTY));
}

function oneOf(text: string): DiffOptions['output'] {
  const found = outputs.find((output) => output === text);
  if (found) return found;
  throw new InvalidArgumentError(`Use ${outputs.join(', ')}.`);
}

function bytes(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1000) return Number(text);
  throw new InvalidArgumentError('Write a number of bytes, at least 1000.');
}
