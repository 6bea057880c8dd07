import type { Label } from './labels';

/** The fields of a container that are served, as @pulumi/docker documents them. */
export interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly cgroupnsMode?: string;
  readonly command?: readonly string[];
  readonly containerReadRefreshTimeoutMilliseconds?: number;
  readonly cpuShares?: number;
  readonly destroyGraceSeconds?: number;
  readonly dns?: readonly string[];
  readonly dnsOpts?: readonly string[];
  readonly dnsSearches?: readonly string[];
  readonly domainname?: string;
  readonly entrypoints?: readonly string[];
  readonly envs?: readonly string[];
  readonly groupAdds?: readonly string[];
  readonly healthcheck?: Healthcheck;
  readonly hostname?: string;
  readonly hosts?: readonly { readonly host: string; readonly ip: string }[];
  readonly init?: boolean;
  readonly ipcMode?: string;
  readonly labels?: readonly Label[];
  readonly logDriver?: string;
  readonly logOpts?: Readonly<Record<string, string>>;
  readonly maxRetryCount?: number;
  /** MB, like every amount of memory here. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly memorySwap?: number;
  readonly mustRun?: boolean;
  readonly networkMode?: string;
  readonly networksAdvanced?: readonly Attachment[];
  readonly pidMode?: string;
  readonly ports?: readonly Port[];
  readonly privileged?: boolean;
  readonly publishAllPorts?: boolean;
  readonly readOnly?: boolean;
  readonly removeVolumes?: boolean;
  readonly restart?: string;
  readonly rm?: boolean;
  readonly runtime?: string;
  readonly securityOpts?: readonly string[];
  readonly shmSize?: number;
  readonly start?: boolean;
  readonly stdinOpen?: boolean;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly uploads?: readonly Upload[];
  readonly user?: string;
  readonly usernsMode?: string;
  readonly volumes?: readonly Mount[];
  readonly wait?: boolean;
  readonly waitTimeout?: number;
  readonly workingDir?: string;
}

export interface Healthcheck {
  readonly tests?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly startPeriod?: string;
  readonly retries?: number;
}

export interface Attachment {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
}

export interface Port {
  readonly internal: number;
  readonly external?: number;
  readonly ip?: string;
  readonly protocol?: string;
}

export interface Upload {
  readonly file: string;
  readonly content?: string;
  readonly contentBase64?: string;
  readonly source?: string;
  readonly sourceHash?: string;
  readonly executable?: boolean;
  readonly permissions?: string;
}

export interface Mount {
  readonly containerPath?: string;
  readonly hostPath?: string;
  readonly volumeName?: string;
  readonly readOnly?: boolean;
}

export const served: ReadonlySet<string> = new Set(
  (
    'name image capabilities cgroupnsMode command containerReadRefreshTimeoutMilliseconds cpuShares ' +
    'destroyGraceSeconds dns dnsOpts dnsSearches domainname entrypoints envs groupAdds healthcheck hostname hosts ' +
    'init ipcMode labels logDriver logOpts maxRetryCount memory memoryReservation memorySwap mustRun networkMode ' +
    'networksAdvanced pidMode ports privileged publishAllPorts readOnly removeVolumes restart rm runtime ' +
    'securityOpts shmSize start stdinOpen stopSignal stopTimeout sysctls tmpfs tty ulimits uploads user usernsMode ' +
    'volumes wait waitTimeout workingDir'
  ).split(' '),
);

/** The served fields of those that hold lists of objects. */
export const servedInside: Readonly<Record<string, ReadonlySet<string>>> = {
  healthcheck: new Set(['tests', 'interval', 'timeout', 'startPeriod', 'retries']),
  networksAdvanced: new Set(['name', 'aliases', 'ipv4Address', 'ipv6Address']),
  ports: new Set(['internal', 'external', 'ip', 'protocol']),
  volumes: new Set(['containerPath', 'hostPath', 'volumeName', 'readOnly']),
  uploads: new Set('file content contentBase64 source sourceHash executable permissions'.split(' ')),
};
