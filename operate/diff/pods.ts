import type { KubernetesObject } from '../build-check/object';

/** The kinds whose controller replaces their pods when the template of these changes. */
const rolling = ['DaemonSet apps/v1', 'Deployment apps/v1', 'StatefulSet apps/v1'];

/** The template of the pods that a change of it replaces; undefined for any other object. */
export function podTemplateOf(object: KubernetesObject): unknown {
  if (!rolling.includes(`${object.kind} ${object.apiVersion}`)) return undefined;
  return (object['spec'] as { readonly template?: unknown } | undefined)?.template;
}
