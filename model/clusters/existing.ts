import { withDefaults } from '../defaults';
import type { Problem } from '../fleet-error';
import { type Controllers, controllersRule } from '../flux/controllers';
import { ageKey, type Recipient, recipientsRule } from '../secrets/recipient';
import * as v from '../validation/schema';
import { asRecord } from '../validation/values';
import type { ClusterModel, Platform } from './cluster';

export interface ExistingClusterProps {
  /**
   * The kubeconfig that leads to it: `~/.kube/config`, or a path from the folder of `fleet.ts`. It is read, and never changed.
   * @default - $KUBECONFIG, else ~/.kube/config, as for kubectl
   */
  readonly kubeconfig?: string;
  /**
   * The context in the kubeconfig. The current one does not count: it differs from person to person and from day to day.
   * @default - the only one; where there are several, it must be set
   */
  readonly context?: string;
  /**
   * The cluster in which this program runs itself, as the service account of its pod: for a CI runner. It takes the place of
   * `kubeconfig` and `context`.
   * @default false
   */
  readonly inCluster?: boolean;
  /**
   * Whether the cluster is OpenShift's: no pod of Flux and of a `webApp` then names its user.
   * @default 'kubernetes'
   */
  readonly platform?: Platform;
  /**
   * Who can decrypt the cluster's secrets.
   * @default - [ageKey()]: the cluster's own age key, which the first `up` generates
   */
  readonly recipients?: readonly Recipient[];
  /**
   * The size of Flux's controllers in the cluster: `{ 'kustomize-controller': { concurrent: 20 } }`.
   * @default - Flux's own
   */
  readonly controllers?: Controllers;
}

/** A cluster that somebody else made, of any kind. */
export interface ExistingCluster extends ExistingClusterProps {
  readonly type: 'existing';
  readonly recipients: readonly Recipient[];
}

/** A cluster that somebody else made: it gets Flux and its keys, `down` removes these, and nothing else of it is touched. */
export function existing(props: ExistingClusterProps = {}): ExistingCluster {
  return { ...withDefaults({ recipients: [ageKey()] }, props), type: 'existing' };
}

const text = v.custom<string>(
  (value) => typeof value === 'string' && /^[^\0\n]+$/.test(value),
  'text',
  "Write it in quotes, as in `'prod'`",
);

const properties = v.schema<ExistingClusterProps>({
  kubeconfig: v.optional(text),
  context: v.optional(text),
  inCluster: v.optional(v.boolean),
  platform: v.optional(v.oneOf<Platform>(['kubernetes', 'openshift'])),
  recipients: v.optional(recipientsRule),
  controllers: v.optional(controllersRule),
});

function* schema(place: string, value: unknown): Iterable<Problem> {
  yield* properties(place, value);
  const { inCluster, kubeconfig, context } = asRecord(value);
  if (inCluster !== true || (kubeconfig === undefined && context === undefined)) return;
  const problem = 'both `inCluster` and a kubeconfig or context lead to it';
  yield { place, problem, next: 'Remove `inCluster`, or `kubeconfig` and `context`' };
}

export const existingModel: ClusterModel<ExistingCluster> = {
  schema,
  // It is the value of a label.
  maxNameLength: () => 63,
  hostPorts: () => [],
  isElsewhere: true,
};
