import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { PodSecurity } from '../../model';

/** The name of a namespace, and the Pod Security Standard that it enforces. */
export interface AppNamespaceProps {
  readonly name: string;
  readonly podSecurity: PodSecurity;
}

/**
 * A Namespace that enforces a Pod Security Standard.
 *
 * https://kubernetes.io/docs/concepts/security/pod-security-admission
 */
export class AppNamespace extends k8s.KubeNamespace {
  constructor(scope: Construct, id: string, { name, podSecurity: level }: AppNamespaceProps) {
    const labels = {
      'pod-security.kubernetes.io/enforce': level,
      'pod-security.kubernetes.io/enforce-version': 'latest',
      'pod-security.kubernetes.io/warn': level,
      'pod-security.kubernetes.io/warn-version': 'latest',
    };
    super(scope, id, { metadata: { name, labels } });
  }
}
