import { type Props } from '../rpc/values';
import { ApiError, type Call, type ClusterApi } from './cluster-api';
import { annotation, type KubernetesObject } from './object';

export interface Apply {
  readonly path: string;
  readonly inputs: Props;
  readonly namespace?: string;
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun?: boolean;
  readonly warn?: Call['warn'];
}

/**
 * Server-side apply: creates the object, or sets the fields that we own in it to the inputs.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function apply(api: ClusterApi, request: Apply): Promise<KubernetesObject> {
  const { path, fieldManager, force, dryRun, warn } = request;
  const query = { fieldManager, force: String(force), dryRun: dryRun ? 'All' : undefined };
  const call = { query, body: body(request), type: 'application/apply-patch+yaml', warn };
  try {
    return await api.request<KubernetesObject>('PATCH', path, call);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    const hint =
      'Set the annotation pulumi.com/patchForce, or enablePatchForce on the provider, to take the fields over.';
    throw new Error(`somebody else owns fields of this object: ${error.message}\n${hint}`);
  }
}

export function forces(inputs: Props, enablePatchForce: boolean): boolean {
  const own = annotation(inputs, 'patchForce');
  return own === undefined ? enablePatchForce : own === 'true';
}

function body({ inputs, namespace }: Apply): Props {
  const object = Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith('__')));
  const metadata = { ...(inputs.metadata as Props), ...(namespace !== undefined && { namespace }) };
  return encoded({ ...object, metadata });
}

/** A Secret's text as the API stores it: applied so, a key that is taken out of the text goes from the object too. */
function encoded(object: Props): Props {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const { stringData, ...secret } = object as Props & { stringData?: Record<string, string> };
  if (!stringData) return object;
  const entries = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { ...secret, data: { ...(secret.data as Props | undefined), ...Object.fromEntries(entries) } };
}
