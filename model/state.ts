import { withDefaults } from './defaults';
import * as v from './validation/schema';

export interface StateProps {
  /**
   * What encrypts the secrets in Pulumi's state: `passphrase`, which the first `up` generates in `.fleet`; a key as in
   * `awskms://alias/fleet?region=eu-central-1`, `gcpkms://…`, `azurekeyvault://…` or `hashivault://…`; or `default`, the
   * backend's own. https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
   * @default 'passphrase'
   */
  readonly secretsProvider?: string;
}

/** Pulumi's state in this clone's `.fleet`: it is on one machine, and belongs to this clone alone. */
export interface FileState extends StateProps {
  readonly type: 'file';
  readonly secretsProvider: string;
}

/** Pulumi's state in a backend that several clones reach. */
export interface BackendState extends StateProps {
  readonly type: 'backend';
  /** As `pulumi login` takes it. */
  readonly url: string;
  readonly secretsProvider: string;
}

/** Where Pulumi keeps what it knows of the clusters and the repository. */
export type FleetState = FileState | BackendState;

/** Pulumi's state in this clone's `.fleet`. */
export function fileState(props: StateProps = {}): FileState {
  return { ...withDefaults({ secretsProvider: 'passphrase' }, props), type: 'file' };
}

/**
 * Pulumi's state in a backend that every clone of the fleet reaches. The path must be this fleet's alone. Credentials come
 * from the environment, as for Pulumi itself: https://www.pulumi.com/docs/iac/concepts/state-and-backends
 *
 * @param url `s3://bucket/fleet?region=eu-central-1`, `gs://bucket/fleet`, `azblob://container/fleet`, `file:///mnt/fleet`,
 *   or `https://api.pulumi.com`
 */
export function backendState(url: string, props: StateProps = {}): BackendState {
  return { ...withDefaults({ secretsProvider: 'passphrase' }, props), type: 'backend', url };
}

const secretsProvider = v.pattern(
  /^(passphrase|default|(awskms|gcpkms|azurekeyvault|hashivault):\/\/[^\s'"]+)$/,
  'secrets provider',
  "Use `'passphrase'`, or a key as in `'awskms://alias/fleet?region=eu-central-1'`",
);

/** A password in it would be in Git, and is never shown. */
const url: v.Rule<string> = function* (place, value) {
  if (typeof value === 'string' && /:\/\/[^/?]*@|[?&](access_?key|secret|token|password|sas)[^=]*=/i.test(value)) {
    const problem = 'it has credentials, which would be in Git (its value is not shown)';
    yield { place, problem, next: 'Remove them, and set them in the environment, as AWS_ACCESS_KEY_ID' };
  } else yield* backendUrl(place, value);
};

const backendUrl = v.pattern(
  /^((s3|gs|azblob):\/\/[\w.-]+(\/[\w./-]*)?(\?[\w.:/%=&-]*)?|https?:\/\/[\w.:-]+(\/[\w./-]*)?|file:\/\/\/[\w./%-]+)$/,
  'address of a backend',
  "Write it as in `backendState('s3://bucket/fleet?region=eu-central-1')`",
);

export const stateRule = v.discriminatedUnion<FleetState>(
  {
    file: v.schema<Omit<FileState, 'type'>>({ secretsProvider }),
    backend: v.schema<Omit<BackendState, 'type'>>({ url, secretsProvider }),
  },
  { what: "a place for Pulumi's state", example: "backendState('s3://bucket/fleet')" },
);
