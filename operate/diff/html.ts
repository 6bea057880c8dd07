import type { DiffReport, ObjectChange } from './report';
import { diffLines, effectsOf, imageLine, inClusters, labelOf, marks, printable, sideOf, titleOf } from './text';

const style = `
:root { color-scheme: light dark; --line: #d0d7de; --add: #dafbe1; --del: #ffebe9; --bad: #cf222e; --dim: #59636e; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --add: #12361f; --del: #4c1c1c; --bad: #ff7b72; --dim: #9198a1; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; overflow-x: auto; padding: .5rem; }
.add { background: var(--add); } .del { background: var(--del); } .bad { color: var(--bad); } .dim { color: var(--dim); }
pre span { display: block; white-space: pre; }
`;

/** The difference as one HTML file, which loads nothing and runs nothing. */
export function diffHtml(report: DiffReport): string {
  const { headline, from, to, dangers, images, objects, withheld, notices } = report;
  const where = (one: { readonly clusters: readonly string[] }) => inClusters(one, report);
  const section = (title: string, items: readonly string[], of = 'li') =>
    items.length === 0
      ? ''
      : `<h2>${title}</h2>\n${of === 'li' ? `<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>` : items.join('\n')}\n`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(headline)}</title>`,
    `<style>${style}</style>`,
    `<h1>${escaped(headline)}</h1>`,
    `<p class="dim">${escaped(`${labelOf(from)} → ${labelOf(to)}`)}</p>`,
    section(
      'Danger',
      dangers.map(
        (one) => `<span class="bad"><b>${escaped(one.subject)}</b>${escaped(`${where(one)}: ${one.problem}`)}</span>`,
      ),
    ),
    section(
      'Not compared',
      withheld.map(
        (one) =>
          `<span class="bad"><b>${escaped(one.app)}</b>${escaped(`${where(one)}: ${sideOf(one.side, report)} cannot be built: ${one.problem}`)}</span>`,
      ),
    ),
    section(
      'Images',
      images.map(
        (one) => `<code>${escaped(imageLine(one))}</code> <span class="dim">${escaped(one.app + where(one))}</span>`,
      ),
    ),
    section(
      'Objects',
      objects.map((one) => objectBlock(one, where(one))),
      'details',
    ),
    section('Notes', notices.map(escaped)),
    '</html>',
    '',
  ].join('\n');
}

function objectBlock(one: ObjectChange, where: string): string {
  const effects = effectsOf(one);
  const title = `<code>${escaped(`${marks[one.change]} ${titleOf(one)}`)}</code> <span class="dim">${escaped(`${one.app}${where}`)}</span>`;
  const lines = one.fields.flatMap(diffLines).map((line) => `<span${classOf(line)}>${escaped(line)}</span>`);
  const summary = `${title}${effects ? ` ${escaped(effects)}` : ''}`;
  return lines.length > 0
    ? `<details open><summary>${summary}</summary><pre>${lines.join('')}</pre></details>`
    : `<p>${summary}</p>`;
}

function classOf(line: string): string {
  if (line.startsWith('+')) return ' class="add"';
  return line.startsWith('-') ? ' class="del"' : '';
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
