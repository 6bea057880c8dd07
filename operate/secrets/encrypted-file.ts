import { parse } from 'yaml';
import { FleetError, hasConflictMarkers, mergeAdvice, type SecretValues } from '../../model';
import type { Recipients } from './sops-config';

/** What can be read of an encrypted file without any key. */
export interface EncryptedFile {
  readonly keys: readonly string[];
  readonly values: SecretValues;
  readonly recipients: Recipients;
  /** When a value was last changed, as SOPS wrote it. */
  readonly changed: string;
}

/** SOPS's own part of a file: https://getsops.io/docs/#encryption-protocol */
interface Sops {
  readonly age?: readonly { readonly recipient: string }[];
  readonly kms?: readonly { readonly arn: string }[];
  readonly gcp_kms?: readonly { readonly resource_id: string }[];
  readonly azure_kv?: readonly { readonly vault_url: string; readonly name: string; readonly version: string }[];
  readonly hc_vault?: readonly { vault_address: string; engine_path: string; key_name: string }[];
  readonly pgp?: readonly { readonly fp: string }[];
  readonly lastmodified?: string;
  readonly mac?: string;
}

/** Reads a file that SOPS encrypted. @throws FleetError when SOPS did not encrypt it, or it is broken. */
export function readEncrypted(text: string, place: string): EncryptedFile {
  const { sops, stringData, data } = parsed(text, place);
  if (!sops?.mac) throw unencrypted(place);
  return {
    keys: Object.keys({ ...data, ...stringData }),
    values: { ...(data && { data }), ...(stringData && { stringData }) },
    changed: sops.lastmodified ?? '',
    recipients: {
      age: (sops.age ?? []).map(({ recipient }) => recipient),
      'aws-kms': (sops.kms ?? []).map(({ arn }) => arn),
      'gcp-kms': (sops.gcp_kms ?? []).map(({ resource_id }) => resource_id),
      'azure-key-vault': (sops.azure_kv ?? []).map(
        ({ vault_url, name, version }) => `${vault_url}/keys/${name}/${version}`,
      ),
      transit: (sops.hc_vault ?? []).map(
        ({ vault_address, engine_path, key_name }) => `${vault_address}/v1/${engine_path}/keys/${key_name}`,
      ),
      pgp: (sops.pgp ?? []).map(({ fp }) => fp),
    },
  };
}

type Parsed = SecretValues & { readonly sops?: Sops };

function parsed(text: string, place: string): Parsed {
  if (hasConflictMarkers(text)) {
    throw new FleetError({ place, problem: 'it has conflict markers of a merge', next: mergeAdvice(place) });
  }
  try {
    return (parse(text) as Parsed | null) ?? {};
  } catch {
    throw unencrypted(place);
  }
}

function unencrypted(place: string): FleetError {
  return new FleetError({
    place,
    problem: 'SOPS did not encrypt it, or it was broken since',
    next: 'Encrypt it with `sops encrypt --in-place`, or bring it back with `git checkout`',
  });
}
