import type { PodSecurity } from '../../model';
import type { Container, Pod, PodSpec, SecurityContext } from './pod';

/** What a standard asks of a pod: nothing where it has it, and else a sentence. */
type Rule = (pod: PodSpec, annotations: Readonly<Record<string, string>>) => string | undefined;

export const containersOf = ({ initContainers = [], containers = [], ephemeralContainers = [] }: PodSpec) => [
  ...(initContainers ?? []),
  ...(containers ?? []),
  ...(ephemeralContainers ?? []),
];

/** A rule about each container alone. */
const eachContainer =
  (sentence: string, isWrong: (context: SecurityContext, container: Container) => boolean): Rule =>
  (pod) =>
    about(
      sentence,
      containersOf(pod).filter((container) => isWrong(container.securityContext ?? {}, container)),
    );

/** A rule about the pod's security context and about that of each container. */
const eachContext =
  (sentence: string, isWrong: (context: SecurityContext) => boolean): Rule =>
  (pod) => {
    const containers = containersOf(pod).filter(({ securityContext }) => isWrong(securityContext ?? {}));
    return about(sentence, containers, isWrong(pod.securityContext ?? {}));
  };

function about(sentence: string, containers: readonly Container[], pod = false): string | undefined {
  const names = containers.map(({ name }) => `\`${name}\``);
  const where = [...(pod ? ['the pod'] : []), ...(names.length > 0 ? [`container ${names.join(', ')}`] : [])];
  return where.length > 0 ? `${sentence} (${where.join(', ')})` : undefined;
}

/** A rule about what a pod or else each of its containers sets, which a pod for Windows needs not. */
const eitherLevel =
  (sentence: string, stateOf: (context: SecurityContext) => 'right' | 'wrong' | 'unset'): Rule =>
  (pod) => {
    const own = stateOf(pod.securityContext ?? {});
    const wrong = containersOf(pod).filter(({ securityContext }) => {
      const state = stateOf(securityContext ?? {});
      return state === 'wrong' || (state === 'unset' && own !== 'right');
    });
    return about(sentence, wrong, own === 'wrong');
  };

const exceptWhen =
  (isExcepted: (pod: PodSpec) => boolean, rule: Rule): Rule =>
  (pod, annotations) =>
    isExcepted(pod) ? undefined : rule(pod, annotations);
const onWindows = ({ os }: PodSpec) => os?.name === 'windows';
const inUserNamespace = ({ hostUsers }: PodSpec) => hostUsers === false;

const capabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);
const seLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const sysctls = new Set([
  'kernel.shm_rmid_forced',
  ...['ip_local_port_range', 'ip_local_reserved_ports', 'ip_unprivileged_port_start', 'ping_group_range'].map(ipv4),
  ...['tcp_fin_timeout', 'tcp_keepalive_intvl', 'tcp_keepalive_probes', 'tcp_keepalive_time', 'tcp_rmem'].map(ipv4),
  ...['tcp_syncookies', 'tcp_wmem'].map(ipv4),
]);
const volumes = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected'],
  'secret',
]);
const profiles = new Set(['RuntimeDefault', 'Localhost']);
const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

function ipv4(name: string): string {
  return `net.ipv4.${name}`;
}

const procMount = eachContext(
  '`procMount` must be `Default`',
  ({ procMount: mount }) => (mount ?? 'Default') !== 'Default',
);

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const baseline: readonly Rule[] = [
  ({ hostNetwork, hostPID, hostIPC }) => {
    const shared = Object.entries({ hostNetwork, hostPID, hostIPC }).filter(([, is]) => is === true);
    return shared.length > 0 ? `no ${shared.map(([name]) => `\`${name}\``).join(', ')} is allowed` : undefined;
  },
  ({ volumes: all }) => {
    const names = (all ?? []).filter((volume) => volume['hostPath']).map((volume) => `\`${String(volume['name'])}\``);
    return names.length > 0 ? `no volume of the node is allowed: \`hostPath\` (${names.join(', ')})` : undefined;
  },
  eachContainer('no `hostPort` is allowed', (_, { ports }) => (ports ?? []).some(({ hostPort }) => Boolean(hostPort))),
  eachContainer('no `host` of a probe or a handler is allowed', (_, container) => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.some((handler) => Boolean(handler?.httpGet?.host || handler?.tcpSocket?.host));
  }),
  eachContainer('`privileged` must be false', ({ privileged }) => privileged === true),
  eachContainer('no capability may be added but the usual ones', (context) =>
    (context.capabilities?.add ?? []).some((name) => !capabilities.has(name)),
  ),
  exceptWhen(inUserNamespace, procMount),
  eachContext('`seLinuxOptions` may set no user, no role and no special type', ({ seLinuxOptions: options }) =>
    Boolean(options && (options.user || options.role || !seLinuxTypes.has(options.type ?? ''))),
  ),
  eachContext('`seccompProfile` must not be `Unconfined`', ({ seccompProfile }) =>
    Boolean(seccompProfile && !profiles.has(seccompProfile.type ?? '')),
  ),
  eachContext('`appArmorProfile` must not be `Unconfined`', ({ appArmorProfile }) =>
    Boolean(appArmorProfile && !profiles.has(appArmorProfile.type ?? '')),
  ),
  (_, annotations) => {
    const wrong = Object.entries(annotations).filter(
      ([key, value]) => key.startsWith(appArmorAnnotation) && !/^($|runtime\/default$|localhost\/)/.test(value),
    );
    return wrong.length > 0 ? `\`${wrong[0]![0]}\` must not be \`${wrong[0]![1]}\`` : undefined;
  },
  ({ securityContext }) => {
    const unsafe = (securityContext?.sysctls ?? []).filter(({ name }) => !sysctls.has(name));
    return unsafe.length > 0
      ? `not allowed \`sysctls\`: ${unsafe.map(({ name }) => `\`${name}\``).join(', ')}`
      : undefined;
  },
  eachContext('`hostProcess` must be false', ({ windowsOptions }) => windowsOptions?.hostProcess === true),
];

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const restricted: readonly Rule[] = [
  exceptWhen(
    onWindows,
    eachContainer(
      '`allowPrivilegeEscalation` must be false',
      ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false,
    ),
  ),
  exceptWhen(
    onWindows,
    eachContainer(
      '`capabilities` must drop `ALL`, and may add `NET_BIND_SERVICE` alone',
      ({ capabilities: { add, drop } = {} }) =>
        !(drop ?? []).includes('ALL') || (add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
    ),
  ),
  exceptWhen(
    inUserNamespace,
    eitherLevel('`runAsNonRoot` must be true', ({ runAsNonRoot }) => {
      if (runAsNonRoot === undefined || runAsNonRoot === null) return 'unset';
      return runAsNonRoot ? 'right' : 'wrong';
    }),
  ),
  exceptWhen(
    inUserNamespace,
    eachContext('`runAsUser` must not be 0', ({ runAsUser }) => runAsUser === 0),
  ),
  exceptWhen(
    onWindows,
    eitherLevel('`seccompProfile.type` must be `RuntimeDefault` or `Localhost`', ({ seccompProfile }) => {
      if (!seccompProfile) return 'unset';
      return profiles.has(seccompProfile.type ?? '') ? 'right' : 'wrong';
    }),
  ),
  ({ volumes: all }) => {
    // One of no type is an `emptyDir`.
    const isAllowed = (volume: object) => Object.keys(volume).every((key) => key === 'name' || volumes.has(key));
    // Those of a node are what the other standard refuses.
    const wrong = (all ?? []).filter((volume) => !isAllowed(volume) && !volume['hostPath']);
    const names = wrong.map((volume) => `\`${String(volume['name'])}\``);
    return names.length > 0 ? `the type of these volumes is not allowed: ${names.join(', ')}` : undefined;
  },
  procMount,
];

const rules: Readonly<Record<PodSecurity, readonly Rule[]>> = {
  privileged: [],
  baseline,
  restricted: [...baseline, ...restricted],
};

/** What a pod lacks of a Pod Security Standard, each a sentence. */
export function lacking(pod: Pod, level: PodSecurity): string[] {
  const { spec = {}, metadata } = pod;
  const sentences = rules[level].map((rule) => rule(spec, metadata?.annotations ?? {}));
  return [...new Set(sentences.filter((sentence) => sentence !== undefined))];
}

/** The strictest standard that a pod meets. */
export function standardOf(pod: Pod): PodSecurity {
  const levels = ['restricted', 'baseline', 'privileged'] as const;
  return levels.find((level) => lacking(pod, level).length === 0)!;
}
