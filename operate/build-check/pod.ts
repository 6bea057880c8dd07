import type { KubernetesObject } from './object';

/** What a Pod Security Standard knows of a pod, and of each of its containers. */
export interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly appArmorProfile?: { readonly type?: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly seccompProfile?: { readonly type?: string };
  readonly sysctls?: readonly { readonly name: string }[];
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

/** A container of any kind, as much as a standard knows of it. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
}

/** A pod's specification, as much as a standard knows of it. */
export interface PodSpec {
  readonly securityContext?: SecurityContext;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly os?: { readonly name?: string };
}

/** A pod that an object makes. */
export interface Pod {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: PodSpec;
}

/** The pod that an object is or makes; undefined for an object that makes none. */
export function podOf(object: KubernetesObject): Pod | undefined {
  const spec = object['spec'] as { template?: Pod; jobTemplate?: { spec?: { template?: Pod } } } | undefined;
  switch (`${object.kind} ${object.apiVersion}`) {
    case 'Pod v1':
      return object;
    case 'PodTemplate v1':
      return object['template'] as Pod;
    case 'ReplicationController v1':
    case 'Deployment apps/v1':
    case 'DaemonSet apps/v1':
    case 'ReplicaSet apps/v1':
    case 'StatefulSet apps/v1':
    case 'Job batch/v1':
      return spec?.template;
    case 'CronJob batch/v1':
      return spec?.jobTemplate?.spec?.template;
    default:
      return undefined;
  }
}
