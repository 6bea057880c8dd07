import type { ApiObject } from './kubernetes/api';
import { allOf, sideBySide } from '../machine/all-of';
import type { StateResource } from '../machine/pulumi-state';
import { clusterProvider } from '../stacks/clusters';
import type { ClusterTarget } from '../stacks/clusters/provider';
import { applied, type AppliedProps, type UnitsAt } from './applied';
import { ClusterClient } from './cluster-client';
import { isKubeconfig } from './kubeconfig';
import type { OperableStack } from './stack';
import { inOneLine } from './wait';

export interface BringUpProps extends Pick<AppliedProps, 'timeout' | 'grace' | 'redact'> {
  readonly target: ClusterTarget;
  readonly stack: OperableStack;
  /** The cluster's kubeconfig, as a file that its stack writes. */
  readonly kubeconfig: string;
  /** The commits that the cluster may apply, once they are published. */
  readonly unitsAt: () => Promise<UnitsAt>;
  readonly report: (doing: string) => void;
}

/**
 * Brings a cluster up, in whatever state it is, and waits until it is as the published commit.
 *
 * @returns what Flux has corrected in it
 */
export async function bringUpCluster(props: BringUpProps): Promise<string[]> {
  const { target, stack, kubeconfig, report } = props;
  const { name, cluster } = target;
  await clusterProvider(cluster).start(target);
  await stack.recover();
  if (await clusterObjectsGone(name, kubeconfig, stack.resources())) {
    report('something in the cluster is gone: checking all of it');
    await stack.refresh();
  }
  await stack.up();
  const client = new ClusterClient(name, kubeconfig);
  const [, corrected] = await allOf([
    stack.noteUp(),
    props.unitsAt().then((unitsAt) =>
      applied({
        ...props,
        client,
        unitsAt,
        report: (missing) => report(inOneLine(missing)),
      }),
    ),
  ]);
  return corrected;
}

/** Whether the cluster answers and lacks an object that Pulumi made in it. Its stack notices a cluster that is gone. */
async function clusterObjectsGone(name: string, kubeconfig: string, state: readonly StateResource[]): Promise<boolean> {
  if (!isKubeconfig(kubeconfig)) return false;
  const { objects } = new ClusterClient(name, kubeconfig);
  const headers = state
    .filter(({ type }) => /^kubernetes:(?!yaml|helm|kustomize)[^:]+\/[^:]+:/.test(type))
    .map(({ inputs }) => inputs as unknown as ApiObject);
  const isGone = ({ apiVersion, kind, metadata }: ApiObject) =>
    objects.read({ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? '' } }).then(
      () => false,
      (error: { code?: number }) => error.code === 404,
    );
  // A connection costs more than an answer: some are used for all.
  return (await sideBySide(headers, isGone, 8)).includes(true);
}
