import { asRecord } from './validation/values';

/** Kubernetes's own kinds without a namespace. */
export const clusterScopedKinds: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

/** The names of the file that kustomize reads in each folder. */
export const kustomizeFileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The names of the images, without tags and digests, that kustomize finds in objects. */
export function imagesIn(part: unknown, key = ''): string[] {
  if (Array.isArray(part)) return part.flatMap((item) => imagesIn(item, key));
  return Object.entries(asRecord(part)).flatMap(([its, value]) => {
    if (typeof value !== 'string') return imagesIn(value, its);
    const isImage = /^((initC|c)ontainers\.image|image\.reference)$/.test(`${key}.${its}`);
    return isImage ? value.replace(/(:[^:/@]*)?(@.*)?$/, '') : [];
  });
}
