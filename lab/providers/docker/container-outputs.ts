import { type Props, UNKNOWN } from '../rpc/values';
import type { ContainerInputs } from './container-inputs';
import { labelList } from './labels';

/** A container in the engine's API. */
export interface ContainerState {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly Status: string;
    readonly ExitCode: number;
    readonly Error?: string;
    readonly Health?: { readonly Status: string; readonly Log?: readonly { readonly Output: string }[] | null };
  };
  readonly Config: {
    readonly Hostname: string;
    readonly User: string;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Env?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly StopSignal?: string;
  };
  readonly HostConfig: { readonly LogConfig: { readonly Type: string }; readonly RestartPolicy: { Name: string } };
  readonly NetworkSettings: {
    readonly Ports?: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null;
    readonly Networks?: Readonly<Record<string, NetworkEndpoint>> | null;
  };
}

interface NetworkEndpoint {
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
}

export const defaults: Props = {
  mustRun: true,
  start: true,
  restart: 'no',
  rm: false,
  privileged: false,
  publishAllPorts: false,
  readOnly: false,
  removeVolumes: true,
  stdinOpen: false,
  tty: false,
  wait: false,
  waitTimeout: 60,
  maxRetryCount: 0,
  containerReadRefreshTimeoutMilliseconds: 15_000,
  labels: [],
};

/** The outputs that are known before the container is created. */
export function previewed(inputs: Props): Props {
  const unknown = ['bridge', 'command', 'containerLogs', 'entrypoints', 'envs', 'exitCode', 'hostname', 'init'];
  unknown.push('ipcMode', 'logDriver', 'networkDatas', 'runtime', 'shmSize', 'stopSignal', 'stopTimeout');
  const ports = (inputs as unknown as ContainerInputs).ports?.map((port) => ({
    ip: '0.0.0.0',
    protocol: 'tcp',
    external: UNKNOWN,
    ...port,
  }));
  return { ...Object.fromEntries(unknown.map((key) => [key, UNKNOWN])), ...defaults, ...inputs, ports };
}

export function containerOutputs(inputs: Props, container: ContainerState): Props {
  const { Config, HostConfig, NetworkSettings, State } = container;
  return {
    hostname: Config.Hostname,
    command: Config.Cmd ?? [],
    entrypoints: Config.Entrypoint ?? [],
    logDriver: HostConfig.LogConfig.Type,
    stopSignal: Config.StopSignal ?? '',
    bridge: '',
    ...(State.Running ? {} : { exitCode: State.ExitCode }),
    networkDatas: Object.entries(NetworkSettings.Networks ?? {}).map(([networkName, end]) => ({
      networkName,
      ipAddress: end.IPAddress,
      ipPrefixLength: end.IPPrefixLen,
      gateway: end.Gateway,
      globalIpv6Address: end.GlobalIPv6Address,
      globalIpv6PrefixLength: end.GlobalIPv6PrefixLen,
      ipv6Gateway: end.IPv6Gateway,
      macAddress: end.MacAddress,
    })),
    ...defaults,
    ...inputs,
    ports: publishedPorts(inputs, container),
  };
}

/** The ports as given, each with the host's port that the engine chose where none was. */
function publishedPorts(inputs: Props, { NetworkSettings }: ContainerState): unknown {
  const { ports } = inputs as unknown as ContainerInputs;
  return ports?.map((port) => {
    const protocol = port.protocol ?? 'tcp';
    const bound = NetworkSettings.Ports?.[`${port.internal}/${protocol}`];
    const external = port.external ?? (bound?.[0] && Number(bound[0].HostPort));
    return { ip: '0.0.0.0', protocol, ...port, external };
  });
}

/** The inputs of a container that somebody else created, as far as the engine's API has them. */
export function importedInputs(container: ContainerState): Props {
  const { Config, HostConfig, NetworkSettings } = container;
  const labels = labelList(Config.Labels);
  const inputs: Props = {
    name: container.Name.replace(/^\//, ''),
    image: container.Image,
    user: Config.User || undefined,
    restart: HostConfig.RestartPolicy.Name || 'no',
    labels: labels.length > 0 ? labels : undefined,
    networksAdvanced: Object.keys(NetworkSettings.Networks ?? {})
      .filter((name) => name !== 'bridge')
      .map((name) => ({ name })),
  };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
