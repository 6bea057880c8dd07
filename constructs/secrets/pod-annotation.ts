import { secretHashAnnotation } from '../../model';
import { isRecord, type KubernetesObject } from '../files/object';

/** The kinds whose pods are made anew when their template differs. */
export const workloadKinds: readonly string[] = ['DaemonSet', 'Deployment', 'StatefulSet'];

/** The part of a workload that says the annotation. */
export function podAnnotation(hash: string): { readonly spec: object } {
  return { spec: { template: { metadata: { annotations: { [secretHashAnnotation]: hash } } } } };
}

/** Patches that annotate the pods of every workload that takes something from a Secret. */
export function podAnnotations(objects: readonly KubernetesObject[], secret: string, hash: string): KubernetesObject[] {
  return objects
    .filter((object) => workloadKinds.includes(object.kind) && takes(object, secret))
    .map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
      apiVersion,
      kind,
      metadata: { name, ...(namespace && { namespace }) },
      ...podAnnotation(hash),
    }));
}

/** Whether a part of an object names a Secret: as variables, a variable, a volume, or a part of one. */
function takes(part: unknown, secret: string): boolean {
  if (Array.isArray(part)) return part.some((each) => takes(each, secret));
  if (!isRecord(part)) return false;
  return Object.entries(part).some(([key, value]) => {
    const names = isRecord(value) ? [value['secretName'], value['name']] : [];
    return (/^secret(Ref|KeyRef)?$/.test(key) && names.includes(secret)) || takes(value, secret);
  });
}
