import { stripVTControlCharacters } from 'node:util';

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
