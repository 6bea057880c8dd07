import type { DiffReport, ObjectChange } from './report';
import { diffLines, effectsOf, imageLine, inClusters, labelOf, marks, printable, sideOf, titleOf } from './text';

/** What is kept for the lines that tell what was left out, in bytes. */
const reserve = 300;

/**
 * The difference for a comment on a pull request. Names and values are in code, so that none of them is read as Markdown.
 *
 * @param maxLength the most bytes. The headline, the dangers and what could not be built are never left out.
 */
export function diffMarkdown(report: DiffReport, maxLength = 60_000): string {
  const { headline, from, to, dangers, images, objects, withheld, notices } = report;
  const where = (one: { readonly clusters: readonly string[] }) => plain(inClusters(one, report));
  const parts = [
    `### ${plain(headline)}`,
    `${code(labelOf(from))} → ${code(labelOf(to))}`,
    section(
      'Danger',
      dangers.map((one) => `- ⚠️ ${code(one.subject)}${where(one)}: ${plain(one.problem)}`),
    ),
    section(
      'Not compared',
      withheld.map(
        (one) =>
          `- ❌ ${code(one.app)}${where(one)}: ${code(sideOf(one.side, report))} cannot be built: ${code(one.problem)}`,
      ),
    ),
  ].filter(Boolean);
  const budget = new Budget(maxLength - reserve - sizeOf(parts.join('\n\n')));
  const fit = (title: string, entries: readonly string[][]) => {
    const { lines, left } = budget.take(entries);
    const more = left > 0 ? [`- … and ${left} more, left out here`] : [];
    return section(title, [...lines, ...more]);
  };
  parts.push(
    fit(
      'Notes',
      notices.map((notice) => [`- ${plain(notice)}`]),
    ),
    fit(
      'Images',
      images.map((one) => [`- ${code(imageLine(one))} (${code(one.app)}${where(one)})`]),
    ),
    fit(
      'Objects',
      objects.flatMap((one) => objectEntry(one, where(one))),
    ),
  );
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** An object in full, and as one line where that is too long. */
function objectEntry(one: ObjectChange, where: string): string[][] {
  const effects = effectsOf(one);
  const title = `- ${code(`${marks[one.change]} ${titleOf(one)}`)} (${code(one.app)}${where})${effects ? `: ${plain(effects)}` : ''}`;
  if (one.fields.length === 0) return [[title]];
  const lines = one.fields.flatMap(diffLines);
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  const block = [`  ${fence}diff`, ...lines.map((line) => `  ${line}`), `  ${fence}`].join('\n');
  return [[`${title}\n${block}`, `${title}, with ${one.fields.length} fields that are left out here`]];
}

/** Bytes to be given out. */
class Budget {
  constructor(private left: number) {}

  /** Of each entry the first form that fits, until none does. */
  take(entries: readonly string[][]): { lines: string[]; left: number } {
    const lines: string[] = [];
    for (const [index, forms] of entries.entries()) {
      const form = forms.find((each) => sizeOf(each) + 1 <= this.left);
      if (form === undefined) return { lines, left: entries.length - index };
      this.left -= sizeOf(form) + 1;
      lines.push(form);
    }
    return { lines, left: 0 };
  }
}

function section(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `**${title}**\n\n${lines.join('\n')}` : '';
}

const sizeOf = (text: string) => Buffer.byteLength(text);

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** A text as inline code, whatever is in it. */
function code(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, ' '));
  const fence = '`'.repeat(longestRun(line) + 1);
  return /^`|`$/.test(line) ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A sentence: its parts in backquotes stay code, and no other character means anything. */
function plain(text: string): string {
  const parts = printable(text.replaceAll(/\s+/g, ' ')).split(/(`[^`]+`)/);
  const escaped = (part: string) =>
    part.replaceAll(/[\\`*_{}[\]()<>#|~!&@]/g, (character) => (character === '@' ? '&#64;' : `\\${character}`));
  return parts.map((part, index) => (index % 2 === 1 ? part : escaped(part))).join('');
}
