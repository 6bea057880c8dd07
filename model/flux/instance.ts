import { withDefaults } from '../defaults';
import type { Problem } from '../fleet-error';
import { fluxRoot } from '../names';
import { type TargetedPatch, targetedPatches } from '../patches/patch';
import * as v from '../validation/schema';
import { asRecord } from '../validation/values';
import type { FluxModel } from './way';

/** Where the operator takes Flux's manifests from. */
export interface FluxDistribution {
  /** The OCI artifact with the manifests, as `oci://registry.example.com/flux-operator-manifests`. @default - the operator's image */
  readonly artifact?: string;
  /** The Secret in Flux's namespace with the credentials for the artifact. @default - none */
  readonly artifactPullSecret?: string;
  /** The flavour of the images in the registry. @default - upstream's */
  readonly variant?: 'upstream-alpine' | 'enterprise-alpine' | 'enterprise-distroless' | 'enterprise-distroless-fips';
}

/** More sets of controllers: https://fluxoperator.dev/docs/instance/sharding */
export interface FluxSharding {
  /** Their names, which apps have as their `shard`. */
  readonly shards: readonly string[];
  /** What the source-controllers of the shards keep their artifacts in. @default - the operator's: 'ephemeral' */
  readonly storage?: 'ephemeral' | 'persistent';
}

/**
 * Another source that the operator lets Flux apply, beside the fleet's repository: https://fluxoperator.dev/docs/instance/sync
 */
export interface FluxSync {
  readonly kind: 'GitRepository' | 'OCIRepository' | 'Bucket';
  /** The name of the source and of its Flux Kustomization, which never changes. */
  readonly name: string;
  readonly url: string;
  /** `refs/heads/main`, the tag of an artifact, or the name of a bucket. */
  readonly ref: string;
  readonly path: string;
  /** How often it is looked for something new, as `5m`. @default - the operator's: '1m' */
  readonly interval?: string;
  /** The Secret in Flux's namespace with its credentials. @default - none */
  readonly pullSecret?: string;
  /** Whose workload identity reads it. @default - none */
  readonly provider?: 'generic' | 'aws' | 'azure' | 'gcp' | 'github';
}

export interface FluxInstanceProps {
  /** The registry and path of the controllers' images. @default 'ghcr.io/fluxcd' */
  readonly registry?: string;
  /** The Secret in Flux's namespace with the registry's credentials. @default - none */
  readonly pullSecret?: string;
  /** The controllers' resources and concurrency. @default - those of Flux's release */
  readonly size?: 'small' | 'medium' | 'large';
  /** @default - upstream's */
  readonly distribution?: FluxDistribution;
  /** @default - one set of controllers */
  readonly sharding?: FluxSharding;
  /** @default - the fleet's repository alone */
  readonly sync?: FluxSync;
  /** Patches of what the operator installs, after those of the program. @default - none */
  readonly patches?: readonly TargetedPatch[];
}

/** Flux, installed by the Flux Operator: https://fluxcd.control-plane.io/operator/fluxinstance */
export interface FluxInstance extends FluxInstanceProps {
  readonly type: 'instance';
  readonly registry: string;
}

/** The Flux Operator, and one FluxInstance from which it installs Flux. */
export function fluxInstance(props: FluxInstanceProps = {}): FluxInstance {
  return { ...withDefaults({ registry: 'ghcr.io/fluxcd' }, props), type: 'instance' };
}

const secret = v.pattern(
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  'name of a Secret',
  'Use lower-case letters, digits, dashes and dots',
);
const name = v.pattern(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'name', 'Use lower-case letters, digits and dashes');
const some = v.pattern(/\S/, 'text', 'Write it in quotes');

const syncProperties = v.schema<FluxSync>({
  kind: v.oneOf(['GitRepository', 'OCIRepository', 'Bucket']),
  name,
  url: some,
  ref: some,
  path: some,
  interval: v.optional(v.pattern(/^(\d+(\.\d+)?(ms|s|m|h))+$/, 'duration', "Write it as in `'5m'`")),
  pullSecret: v.optional(secret),
  provider: v.optional(v.oneOf(['generic', 'aws', 'azure', 'gcp', 'github'])),
});

function* syncRule(place: string, value: unknown): Iterable<Problem> {
  yield* syncProperties(place, value);
  if (asRecord(value)['name'] !== fluxRoot) return;
  const problem = `\`${fluxRoot}\` is the name of the fleet's own repository`;
  yield { place: `${place}.name`, problem, next: 'Use another name' };
}

export const fluxInstanceModel: FluxModel<FluxInstance> = {
  schema: v.schema<Omit<FluxInstance, 'type'>>({
    registry: v.pattern(/^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[-a-z0-9._]+)*$/, 'registry', 'Write it as in `ghcr.io/fluxcd`'),
    pullSecret: v.optional(secret),
    size: v.optional(v.oneOf(['small', 'medium', 'large'])),
    distribution: v.optional(
      v.schema<FluxDistribution>({
        artifact: v.optional(
          v.pattern(/^oci:\/\/\S+$/, 'artifact', 'Write it as in `oci://registry.example.com/flux`'),
        ),
        artifactPullSecret: v.optional(secret),
        variant: v.optional(
          v.oneOf(['upstream-alpine', 'enterprise-alpine', 'enterprise-distroless', 'enterprise-distroless-fips']),
        ),
      }),
    ),
    sharding: v.optional(
      v.schema<FluxSharding>({ shards: v.list(name), storage: v.optional(v.oneOf(['ephemeral', 'persistent'])) }),
    ),
    sync: v.optional(syncRule),
    patches: v.optional(targetedPatches),
  }),
  release: () => 'flux-operator',
  shards: ({ sharding }) => sharding?.shards ?? [],
};
