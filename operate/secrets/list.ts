import { requiredSecrets } from '../../model';
import { type SecretsFolder } from './folder';
import type { SecretName } from './values';

/** A secret, as far as can be told without any key. */
export interface ListedSecret extends SecretName {
  /** `unused`: no app takes it. */
  readonly state: 'set' | 'missing' | 'unused';
  /** When its file last changed. */
  readonly changed?: string;
}

/** What `fleet.ts` names, and what else the files hold. */
export function listSecrets(folder: SecretsFolder): ListedSecret[] {
  const held = folder.files().flatMap((of) => {
    const { keys, changed } = folder.read(of)!;
    return keys.map((key) => ({ ...of, key, changed }));
  });
  const same = (left: SecretName) => (right: SecretName) =>
    left.cluster === right.cluster && left.app === right.app && left.key === right.key;
  const required = requiredSecrets(folder.fleet).map(({ cluster, app, key }): ListedSecret => {
    const found = held.find(same({ cluster, app, key }));
    return { cluster, app, key, state: found ? 'set' : 'missing', ...(found && { changed: found.changed }) };
  });
  const unused = held.filter((one) => !required.some(same(one)));
  return [...required, ...unused.map((one): ListedSecret => ({ ...one, state: 'unused' }))];
}
