import { secretHashAnnotation } from '../../model';
import { isRecord, type KubernetesObject } from '../files/object';

/** The kinds that replace their pods when the pod template changes. */
export const workloadKinds: readonly string[] = ['DaemonSet', 'Deployment', 'StatefulSet'];

/** The part of a workload with the annotation. */
export function podAnnotation(hash: string): { readonly spec: object } {
  return { spec: { template: { metadata: { annotations: { [secretHashAnnotation]: hash } } } } };
}

/** Patches that annotate the pods of every workload that refers to a Secret. */
export function podAnnotations(objects: readonly KubernetesObject[], secret: string, hash: string): KubernetesObject[] {
  return objects
    .filter((object) => workloadKinds.includes(object.kind) && refersTo(object, secret))
    .map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
      apiVersion,
      kind,
      metadata: { name, ...(namespace && { namespace }) },
      ...podAnnotation(hash),
    }));
}

/** Whether a part of an object refers to a Secret: in variables or in a volume. */
function refersTo(part: unknown, secret: string): boolean {
  if (Array.isArray(part)) return part.some((each) => refersTo(each, secret));
  if (!isRecord(part)) return false;
  return Object.entries(part).some(([key, value]) => {
    const names = isRecord(value) ? [value['secretName'], value['name']] : [];
    return (/^secret(Ref|KeyRef)?$/.test(key) && names.includes(secret)) || refersTo(value, secret);
  });
}
