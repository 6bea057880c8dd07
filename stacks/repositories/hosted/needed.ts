import { existsSync } from 'node:fs';
import { localPath } from '../../../machine/paths';
import { type Hosted, localPaths, programName } from '../../../model';
import { forgeOf } from '../../../model/repositories/forge';
import type { FleetWith, RepositoryCredential } from '../provider';
import { accessWith, addressOf, certificate, type Credential, keyOf, ofClone, ofCluster, tokenOf } from './credentials';

/** Who reads or writes a hosted repository, and with what. Keys that do not exist yet are created. @throws FleetError */
export function repositoryCredentials({ git, clusters }: FleetWith<Hosted>): RepositoryCredential[] {
  if (addressOf(git).scheme === 'ssh') {
    const readers = Object.keys(clusters).map((name) => byKey(git, `cluster ${name}`, ofCluster(name)));
    return [byKey(git, 'this clone', ofClone), ...readers];
  }
  // Git names no file that it does not find.
  certificate(git);
  const ownToken = existsSync(localPath(localPaths.clustersToken));
  const readers = ownToken ? [byToken(git, 'the clusters', { ...ofClone, token: localPaths.clustersToken })] : [];
  return [byToken(git, 'this clone', ofClone), ...readers];
}

function byKey(git: Hosted, who: string, credential: Credential): RepositoryCredential {
  const forge = forgeOf(addressOf(git));
  const writes = who === 'this clone';
  const text = `${keyOf(git, credential).publicKey} ${programName} ${who}`;
  const settings = `the settings of the repository at ${addressOf(git).host}`;
  const where = (writes ? forge?.writeKeysPage : undefined) ?? forge?.keysPage ?? settings;
  const how =
    (writes ? forge?.writeKey : forge?.readKey) ?? `as a deploy key that ${writes ? 'may write' : 'only reads'}`;
  const next = `Add this key ${forge ? 'at' : 'in'} ${where}, ${how}:\n    ${text}\n  Then run the same command again`;
  return { who, writes, access: accessWith(git, credential), text, where, next };
}

function byToken(git: Hosted, who: string, credential: Credential): RepositoryCredential {
  const forge = forgeOf(addressOf(git));
  const writes = who === 'this clone';
  const option = writes ? '' : ' --clusters';
  const where = forge?.tokenPage ?? `your account at ${addressOf(git).host}`;
  return {
    who,
    writes,
    access: accessWith(git, credential),
    isMissing: tokenOf(credential) === undefined,
    where,
    next:
      `Create a token ${forge ? 'at' : 'in'} ${where}${forge ? `, ${forge.tokenRights}` : ''}, and run ` +
      `\`npm run fleet -- repository token${option}\`, which takes it from standard input`,
  };
}

/** The page that opens a pull request of a branch; undefined for a server whose pages are not known. */
export function pullRequestPage(git: Hosted, branch: string): string | undefined {
  return forgeOf(addressOf(git))?.pullRequest(branch, git.branch);
}
