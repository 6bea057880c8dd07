import { stripVTControlCharacters } from 'node:util';

const codes = { red: 31, green: 32, yellow: 33, dim: 2 } as const;

/** A text in a colour, on a terminal of whoever has not set `NO_COLOR`: https://no-color.org */
export function paint(text: string, colour: keyof typeof codes): string {
  if (!process.stdout.isTTY || process.env['NO_COLOR']) return text;
  return `\u001b[${codes[colour]}m${text}\u001b[0m`;
}

/** Rows under a heading, in columns as wide as what they hold. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const width = (cell = '') => stripVTControlCharacters(cell).length;
  const widths = heading.map((_, column) => Math.max(...all.map((row) => width(row[column]))));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(widths[column]! - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
