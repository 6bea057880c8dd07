import * as pulumi from '@pulumi/pulumi';
import type { Hosted } from '../../../model';
import { alertsModels } from '../../../model/alerts';
import { fullUrl } from '../../../model/repositories/git-address';
import { Services } from '../git-server/containers';
import type { FleetWith, FluxSource, RepositoryTarget } from '../provider';
import {
  accessWith,
  addressOf,
  certificate,
  keyOf,
  knownHosts,
  ofClone,
  ofCluster,
  tokenOf,
  trustedKeys,
  userOf,
} from './credentials';
import { localNames } from './provider';

/** The network of the clusters on this machine, and the log of their failures. The repository itself is there already. */
export function provide(fleet: FleetWith<Hosted>): { hostUrl: string; branch: string } {
  const { containers, networks } = localNames(fleet);
  const services = networks.length > 0 ? new Services(fleet) : undefined;
  const alertLog = containers.length > 0 && alertsModels.of(fleet.alerts).container?.(fleet.alerts, fleet);
  if (alertLog) services?.alertLog(alertLog);
  return { hostUrl: accessWith(fleet.git, ofClone).url, branch: fleet.git.branch };
}

/** The cluster reads by a key of its own, or by a token. */
export function source({ fleet: { git }, name }: RepositoryTarget<Hosted>): FluxSource {
  const address = addressOf(git);
  const credentials = address.scheme === 'ssh' ? byKey(git, name) : byToken(git, name);
  return { url: fullUrl(address), credentials, trusted: trustedKeys(git) };
}

function byKey(git: Hosted, cluster: string): FluxSource['credentials'] {
  const key = keyOf(git, ofCluster(cluster));
  return {
    identity: pulumi.secret(key.privateKey),
    'identity.pub': key.publicKey,
    known_hosts: knownHosts(git),
  };
}

function byToken(git: Hosted, cluster: string): FluxSource['credentials'] {
  const ca = certificate(git);
  return {
    username: userOf(git),
    password: pulumi.secret(tokenOf(ofCluster(cluster)) ?? ''),
    ...(ca !== undefined && { 'ca.crt': ca }),
  };
}
