import type { HelmAppOverlay, HelmAppProps } from '../../../model';

/** What a chart's folder has by path: text, bytes, or a link. */
export type Content = string | Buffer | { readonly link: string };

/** A form that charts have, and what comes of it. */
export interface Form {
  readonly files: Readonly<Record<string, Content>>;
  readonly app?: Partial<HelmAppProps<never>>;
  readonly overlay?: HelmAppOverlay;
  /** Archives of charts in `charts/`, by path: what each holds. */
  readonly archives?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The message of the refusal. @default - it is published, and Helm makes the same of it as of the user's chart */
  readonly refused?: RegExp;
  /** Whether plain Helm takes what is refused. */
  readonly stricter?: boolean;
  /** What is said not to be checked. @default - nothing */
  readonly notice?: string;
  /** Arguments of plain Helm. */
  readonly plain?: readonly string[];
}

/** A ConfigMap whose data are JSON of a template's expressions. */
export function map(name: string, data: Readonly<Record<string, string>>): string {
  const lines = Object.entries(data).map(([key, expression]) => `  ${key}: {{ ${expression} | toJson | quote }}\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${lines.join('')}`;
}

const values = map('values', { all: '.Values' });

export const chartFile = 'apiVersion: v2\nname: own\nversion: 1.2.3\n';

/** A chart in `charts/`. */
export const sub = (more: Readonly<Record<string, string>> = {}) => ({
  'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
  'charts/sub/values.yaml': 'size: 1\nport: 80\n',
  'charts/sub/templates/map.yaml': map('sub', { all: '.Values', version: '.Chart.Version' }),
  ...more,
});

/** The files of a form's chart: those that it does not have itself are the smallest that do. */
export function filesOf({ files }: Form): Readonly<Record<string, Content>> {
  return { 'Chart.yaml': chartFile, 'templates/values.yaml': values, ...files };
}
