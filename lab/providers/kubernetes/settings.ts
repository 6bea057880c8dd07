import { changesBetween, type Difference, sameValue } from '../rpc/diff';
import { type Checked, type Failure, unsupported, unsupportedFields } from '../rpc/provider';
import { isProps, isUnknown, type Props } from '../rpc/values';
import { readKubeconfig } from './kubeconfig';

/** How the program configures its provider. */
export interface Settings {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly upsertExistingObjects: boolean;
  readonly enablePatchForce: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly suppressDeprecationWarnings: boolean;
  readonly timeoutMs?: number;
}

/** The switches, each with the environment variable that stands in for it. */
const switches = {
  deleteUnreachable: 'PULUMI_K8S_DELETE_UNREACHABLE',
  skipUpdateUnreachable: 'PULUMI_K8S_SKIP_UPDATE_UNREACHABLE',
  upsertExistingObjects: 'PULUMI_K8S_UPSERT_EXISTING_OBJECTS',
  enablePatchForce: 'PULUMI_K8S_ENABLE_PATCH_FORCE',
  enableConfigMapMutable: 'PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE',
  enableSecretMutable: 'PULUMI_K8S_ENABLE_SECRET_MUTABLE',
  suppressDeprecationWarnings: 'PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS',
} as const;

const served = new Set([
  ...Object.keys(switches),
  ...['kubeconfig', 'context', 'cluster', 'namespace', 'clusterIdentifier', 'kubeClientSettings'],
  // For warnings about chart hooks, and charts are not supported.
  ...['enableServerSideApply', 'suppressHelmHookWarnings', 'version', 'pluginDownloadURL', 'pluginChecksums'],
]);

/** The settings as the engine hands them over: all of them text, structured ones as JSON. */
export function readSettings(config: Props): Settings {
  const on = (name: keyof typeof switches) => flag(config[name] ?? process.env[switches[name]]);
  const text = (name: string) => config[name] as string | undefined;
  const { timeout } = clientSettings(config);
  return {
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    cluster: text('cluster'),
    namespace: text('namespace'),
    ...(Object.fromEntries(Object.keys(switches).map((name) => [name, on(name as keyof typeof switches)])) as Record<
      keyof typeof switches,
      boolean
    >),
    timeoutMs: typeof timeout === 'number' ? timeout * 1000 : undefined,
  };
}

export function checkSettings(news: Props): Checked {
  const failures: Failure[] = unsupportedFields(news, served);
  const refuse = (property: string, what: string) => failures.push({ property, reason: unsupported(what).message });
  const { enableServerSideApply } = news;
  if (enableServerSideApply !== undefined && !isUnknown(enableServerSideApply) && !flag(enableServerSideApply)) {
    refuse('enableServerSideApply', 'a provider with enableServerSideApply off');
  }
  for (const name of Object.keys(clientSettings(news)).filter((key) => key !== 'timeout')) {
    refuse('kubeClientSettings', `the field kubeClientSettings.${name}`);
  }
  return { inputs: news, failures };
}

/**
 * Whether changed settings mean another cluster, in which case every object is created again. With a
 * `clusterIdentifier` only that is compared; without one, the cluster of the kubeconfig.
 */
export function diffSettings(olds: Props, news: Props): Difference {
  const changes = changesBetween(olds, news);
  if (olds.clusterIdentifier !== undefined || news.clusterIdentifier !== undefined) {
    return { changes, replacing: changes.filter(({ path }) => path[0] === 'clusterIdentifier') };
  }
  const choosing = changes.filter(({ path }) => ['kubeconfig', 'context', 'cluster'].includes(String(path[0])));
  return { changes, replacing: choosing.length > 0 && leadsElsewhere(olds, news) ? choosing : [] };
}

function leadsElsewhere(olds: Props, news: Props): boolean {
  const [before, after] = [destination(olds), destination(news)];
  return before === undefined || after === undefined || !sameValue(before, after);
}

function destination(config: Props): Props | undefined {
  try {
    const { server, cluster } = readKubeconfig(config);
    return { server, cluster };
  } catch {
    return undefined;
  }
}

function clientSettings({ kubeClientSettings: given }: Props): Props {
  const parsed: unknown = typeof given === 'string' && !isUnknown(given) ? JSON.parse(given) : given;
  return isProps(parsed) ? parsed : {};
}

function flag(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
