import type { Props } from '../rpc/values';
import type { Attachment, ContainerInputs, Healthcheck, Mount, Port } from './container-inputs';
import { labelMap } from './labels';

const MB = 1024 * 1024;

/**
 * The body of `POST /containers/create` for a container's inputs. Its first network is in it, the others are joined
 * afterwards, since older engines take one only.
 */
export function containerSpec(inputs: ContainerInputs): Props {
  const [first] = inputs.networksAdvanced ?? [];
  return {
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    User: inputs.user,
    Env: inputs.envs,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    WorkingDir: inputs.workingDir,
    Labels: labelMap(inputs.labels),
    Tty: inputs.tty,
    OpenStdin: inputs.stdinOpen,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Healthcheck: inputs.healthcheck && healthcheck(inputs.healthcheck),
    ExposedPorts: Object.fromEntries((inputs.ports ?? []).map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(inputs, first?.name),
    NetworkingConfig: first && { EndpointsConfig: { [first.name]: endpoint(first) } },
  };
}

/** What of a container can be changed while it exists. */
export function updatableSpec(inputs: ContainerInputs): Props {
  return {
    RestartPolicy: { Name: inputs.restart ?? 'no', MaximumRetryCount: inputs.maxRetryCount ?? 0 },
    Memory: bytes(inputs.memory),
    MemoryReservation: bytes(inputs.memoryReservation),
    MemorySwap: bytes(inputs.memorySwap),
    CpuShares: inputs.cpuShares,
  };
}

export function endpoint({ aliases, ipv4Address, ipv6Address }: Attachment): Props {
  const fixed = ipv4Address !== undefined || ipv6Address !== undefined;
  return {
    Aliases: aliases,
    IPAMConfig: fixed ? { IPv4Address: ipv4Address, IPv6Address: ipv6Address } : undefined,
  };
}

function hostConfig(inputs: ContainerInputs, network: string | undefined): Props {
  return {
    ...updatableSpec(inputs),
    NetworkMode: inputs.networkMode ?? network,
    AutoRemove: inputs.rm,
    Binds: (inputs.volumes ?? []).map(bind),
    PortBindings: portBindings(inputs.ports ?? []),
    PublishAllPorts: inputs.publishAllPorts,
    CapAdd: inputs.capabilities?.adds,
    CapDrop: inputs.capabilities?.drops,
    SecurityOpt: inputs.securityOpts,
    Privileged: inputs.privileged,
    ReadonlyRootfs: inputs.readOnly,
    Tmpfs: inputs.tmpfs,
    Init: inputs.init,
    ShmSize: bytes(inputs.shmSize),
    LogConfig: { Type: inputs.logDriver ?? '', Config: inputs.logOpts ?? {} },
    ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    Sysctls: inputs.sysctls,
    Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    GroupAdd: inputs.groupAdds,
    PidMode: inputs.pidMode,
    IpcMode: inputs.ipcMode,
    UsernsMode: inputs.usernsMode,
    CgroupnsMode: inputs.cgroupnsMode,
    Runtime: inputs.runtime,
  };
}

function bytes(megabytes: number | undefined): number | undefined {
  return megabytes === undefined || megabytes < 0 ? megabytes : megabytes * MB;
}

function bind({ hostPath, volumeName, containerPath, readOnly }: Mount): string {
  const source = hostPath ?? volumeName;
  if (source === undefined || containerPath === undefined) {
    throw new Error('a volume of a container needs a containerPath, and a hostPath or a volumeName');
  }
  return `${source}:${containerPath}${readOnly ? ':ro' : ''}`;
}

function portKey({ internal, protocol = 'tcp' }: Port): string {
  return `${internal}/${protocol}`;
}

function portBindings(ports: readonly Port[]): Props {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const published = { HostIp: port.ip ?? '0.0.0.0', HostPort: port.external ? String(port.external) : '' };
    (bindings[portKey(port)] ??= []).push(published);
  }
  return bindings;
}

function healthcheck({ tests, interval, timeout, startPeriod, retries }: Healthcheck): Props {
  return {
    Test: tests,
    Interval: nanoseconds(interval),
    Timeout: nanoseconds(timeout),
    StartPeriod: nanoseconds(startPeriod),
    Retries: retries,
  };
}

const units: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A duration as Go writes it, `1m30s`. */
function nanoseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join('') !== duration) throw new Error(`"${duration}" is not a duration like 1m30s`);
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * units[unit!]!, 0);
}
