import { styleText } from 'node:util';

/** How a part of a text looks on a terminal. */
export type Style = 'bold' | 'red' | 'green' | 'yellow' | 'dim';
export type Paint = (style: Style, text: string) => string;

/** Paints for a terminal; not where there is none, and not with NO_COLOR: https://no-color.org */
export function painter(isTerminal: boolean): Paint {
  if (!isTerminal || process.env['NO_COLOR']) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
