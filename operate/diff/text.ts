import type { Paint } from '../../machine/terminal';
import type { FieldChange } from './fields';
import { imageName, imageVersion } from './images';
import { type DiffReport, type ImageChange, type ObjectChange, type SideLabel } from './report';
import { listed } from '../listed';

/**
 * The difference for people at a terminal: the headline, what is dangerous, the images, and each object.
 *
 * @param fields whether the fields of the objects are shown too
 */
export function diffText(report: DiffReport, paint: Paint, fields = true): string {
  const { headline, from, to, dangers, images, objects, withheld, notices } = report;
  const where = placesOf(report);
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ['', paint('bold', title), ...lines] : [];
  return [
    paint('bold', printable(headline)),
    paint('dim', printable(`${labelOf(from)} → ${labelOf(to)}`)),
    ...section(
      'Danger',
      dangers.map((one) => paint('red', printable(`! ${one.subject} ${where(one)}${one.problem}`))),
    ),
    ...section(
      'Not compared',
      withheld.map((one) =>
        paint(
          'red',
          printable(`! ${one.app} ${where(one)}${sideOf(one.side, report)} cannot be built: ${one.problem}`),
        ),
      ),
    ),
    ...section(
      'Images',
      images.map(
        (one) => `  ${printable(imageLine(one))}  ${paint('dim', printable(`${one.app}${inClusters(one, report)}`))}`,
      ),
    ),
    ...section(
      'Objects',
      objects.flatMap((one) => objectLines(fields ? one : { ...one, fields: [] }, report, paint)),
    ),
    ...section(
      'Notes',
      notices.map((notice) => printable(`  ${notice}.`)),
    ),
  ].join('\n');
}

/** `published 1a2b3c4d5e6f`. */
export function labelOf({ name, commit }: SideLabel): string {
  return commit && !commit.startsWith(name) ? `${name} ${commit.slice(0, 12)}` : name;
}

export function sideOf(side: 'from' | 'to', report: DiffReport): string {
  return labelOf(report[side]);
}

/** ` in dev and prod`, where the clusters are not what is compared. */
export function inClusters({ clusters }: { readonly clusters: readonly string[] }, { compares }: DiffReport): string {
  return compares === 'clusters' ? '' : ` in ${listed(clusters)}`;
}

function placesOf(report: DiffReport): (one: { readonly clusters: readonly string[] }) => string {
  return (one) => (report.compares === 'clusters' ? '' : `${inClusters(one, report).trim()} `);
}

/** `ghcr.io/org/app 1.2.3 → 1.2.4`. */
export function imageLine({ image, from, to }: ImageChange): string {
  if (from && to && imageName(from) !== imageName(to)) return `${from} → ${to}`;
  const [was, is] = [from, to].map((reference) => (reference ? imageVersion(reference) || '(no tag)' : '(none)'));
  return `${image} ${was} → ${is}`;
}

export const marks = { added: '+', removed: '-', changed: '~', renamed: '~' } as const;
const styles = { added: 'green', removed: 'red', changed: 'yellow', renamed: 'yellow', reordered: 'yellow' } as const;

/** `Deployment app-a/app-a`. */
export function titleOf({ kind, namespace, name, formerName }: ObjectChange): string {
  const place = namespace ? `${namespace}/` : '';
  return `${kind} ${place}${formerName ? `${formerName} → ${name}` : name}`;
}

/** What happens to an object: `deleted`, `restarts pods`. */
export function effectsOf({ effects }: ObjectChange): string {
  return effects.map(({ effect, why }) => (why ? `${effect}: ${why}` : effect)).join('; ');
}

function objectLines(one: ObjectChange, report: DiffReport, paint: Paint): string[] {
  const from = `${one.app}${one.chart ? ', by its chart' : ''}${inClusters(one, report)}`;
  const effects = effectsOf(one);
  const title = paint(styles[one.change], `${marks[one.change]} ${printable(titleOf(one))}`);
  return [
    `${title}  ${paint('dim', printable(`(${from})`))}${effects ? printable(`  ${effects}`) : ''}`,
    ...one.fields.flatMap((field) => fieldLines(field).map((line) => `    ${paintLine(line, field, paint)}`)),
  ];
}

function paintLine(line: string, { change, hunks }: FieldChange, paint: Paint): string {
  if (!hunks) return paint(styles[change], line);
  return /^ {2}[+-]/.test(line) ? paint(line[2] === '+' ? 'green' : 'red', line) : line;
}

/** A field in lines: `spec.replicas: 1 → 2`. */
export function fieldLines(field: FieldChange): string[] {
  const { path, change, before, after, hunks, hidden } = field;
  const name = printable(path || '(the object)');
  if (hidden === 'ciphertext') return [`${name}: changed (ciphertext; no key here opens it)`];
  if (hidden) return [`${name}: ${change} (secret)`];
  if (hunks) return [`${name}:`, ...hunks.map((line) => `  ${printable(line)}`)];
  if (change === 'reordered') return [`${name}: in another order: ${shown(after)}`];
  if (change === 'added') return [`+ ${name}: ${shown(after)}`];
  if (change === 'removed') return [`- ${name}: ${shown(before)}`];
  return [`${name}: ${shown(before)} → ${shown(after)}`];
}

/** A field as a unified diff has it. */
export function diffLines(field: FieldChange): string[] {
  const { path, change, before, after, hunks, hidden } = field;
  if (hunks) return [`# ${printable(path)}`, ...hunks.map(printable)];
  if (hidden || change !== 'changed')
    return fieldLines(field).map((line) => (/^[+-] /.test(line) ? line : `! ${line}`));
  return [`- ${printable(path)}: ${shown(before)}`, `+ ${printable(path)}: ${shown(after)}`];
}

/** The most characters of a value in a line. */
const most = 200;

function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"'{}[\]](.*\S)?$/.test(value) ? value : JSON.stringify(value);
  return printable(text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text);
}

/** A text with escapes for what does something on a terminal. */
export function printable(text: string): string {
  const active = /[\0-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
  return text.replaceAll(active, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
