import { fluxNamespace } from '../../model';
import type { KubernetesApi } from '../kubernetes/api';

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1 */
interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** @default - of the whole cluster */
  readonly namespace?: string;
}

/** What the stack of a cluster makes, by its API group: of the whole cluster, and in the namespace of Flux. */
const made = {
  cluster: {
    '': ['namespaces'],
    'apiextensions.k8s.io': ['customresourcedefinitions'],
    'rbac.authorization.k8s.io': ['clusterroles', 'clusterrolebindings'],
  },
  namespace: {
    '': ['resourcequotas', 'secrets', 'serviceaccounts', 'services'],
    apps: ['deployments'],
    'networking.k8s.io': ['networkpolicies'],
    'source.toolkit.fluxcd.io': ['gitrepositories'],
    'kustomize.toolkit.fluxcd.io': ['kustomizations'],
    'notification.toolkit.fluxcd.io': ['alerts', 'providers'],
  },
};

const rbac = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' };

/** Flux's roles have more rights than most users: to make and to bind them takes these. */
const granting: readonly Action[] = ['escalate', 'bind'].map((verb) => ({ verb, ...rbac }));

/** What this user may not do in a cluster and the fleet's stack does, as `create, patch secrets in flux-system`. */
export async function missingRights(api: KubernetesApi): Promise<string[]> {
  if (await may(api, { verb: '*', group: '*', resource: '*' })) return [];
  const actions = [...actionsOn(made.cluster), ...actionsOn(made.namespace, fluxNamespace), ...granting];
  const allowed = await Promise.all(actions.map((action) => may(api, action)));
  const verbs = new Map<string, string[]>();
  for (const { verb, group, resource, namespace } of actions.filter((_, index) => !allowed[index])) {
    const what = `${group ? `${resource}.${group}` : resource}${namespace ? ` in ${namespace}` : ''}`;
    verbs.set(what, [...(verbs.get(what) ?? []), verb]);
  }
  return [...verbs].map(([what, denied]) => `${denied.join(', ')} ${what}`);
}

function actionsOn(groups: Readonly<Record<string, readonly string[]>>, namespace?: string): Action[] {
  return Object.entries(groups).flatMap(([group, resources]) =>
    resources.flatMap((resource) =>
      ['get', 'create', 'patch', 'delete'].map((verb) => ({ verb, group, resource, namespace })),
    ),
  );
}

async function may(api: KubernetesApi, resourceAttributes: Action): Promise<boolean> {
  const [apiVersion, kind] = ['authorization.k8s.io/v1', 'SelfSubjectAccessReview'];
  const body = { apiVersion, kind, spec: { resourceAttributes } };
  const answer = await api.request(`/apis/${apiVersion}/selfsubjectaccessreviews`, { method: 'POST', body });
  return (JSON.parse(answer) as { status?: { allowed?: boolean } }).status?.allowed === true;
}
