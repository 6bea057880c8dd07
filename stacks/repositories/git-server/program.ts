import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { localPath } from '../../../machine/paths';
import { writePrivateFile } from '../../../machine/files';
import {
  type GitServer,
  gitServerAddress,
  gitServerContainer,
  gitServerPort,
  gitServerUrl,
  localPaths,
} from '../../../model';
import { alertsModels } from '../../../model/alerts';
import { clusterModels } from '../../../model/clusters';
import { deployKey, receiverToken, receiverUrl, sshKey } from '../../keys';
import { clusterProvider, clusterTargets } from '../../clusters';
import type { ClusterTarget } from '../../clusters/provider';
import type { FleetWith, FluxSource, RepositoryTarget } from '../provider';
import { Services } from './containers';
import { authorizedKeys, knownHosts } from './keys';
import { gitServerProvider } from './provider';

export interface GitServerOutputs {
  /** The repository's address as the clusters see it. */
  readonly clusterUrl: string;
  /** The repository's address as this machine sees it. */
  readonly hostUrl: string;
  /** The lines of `known_hosts` for the server, for the clusters and for this machine. */
  readonly knownHosts: string;
}

/** The fleet's network, a git server whose repository outlives its container, and the container of the alerts' log. */
export function provide(fleet: FleetWith<GitServer>): { [K in keyof GitServerOutputs]: pulumi.Input<string> } {
  const hostKey = sshKey(localPath(localPaths.hostKey));
  const hosts = serverKeys(fleet);
  writePrivateFile(localPath(localPaths.knownHosts), hosts);

  const clusters = Object.keys(fleet.clusters);
  const services = new Services(fleet);
  const container = services.gitServer(fleet.git, {
    ssh_host_ed25519_key: pulumi.secret(hostKey.privateKey),
    authorized_keys: authorizedKeys({
      user: sshKey(localPath(localPaths.userKey)).publicKey,
      clusters: Object.fromEntries(clusters.map((name) => [name, deployKey(name).publicKey])),
    }),
    receivers: pulumi.secret(clusterTargets(fleet).map(receiverLine).join('')),
  });
  const alertLog = alertsModels.of(fleet.alerts).container?.(fleet.alerts, fleet);
  if (alertLog) services.alertLog(alertLog);
  const greeting = new command.local.Command(
    'greeting',
    {
      create: readFileSync(join(__dirname, 'greeting.sh'), 'utf8'),
      interpreter: ['/bin/bash', '-c'],
      environment: {
        CONTAINER: gitServerContainer(fleet),
        PORT: String(gitServerPort(fleet.git, fleet)),
        SSH: gitServerProvider.access(fleet).environment['GIT_SSH_COMMAND']!,
      },
      triggers: [container.id],
      addPreviousOutputInEnv: false,
    },
    // The paths of keys differ from clone to clone.
    { dependsOn: container, ignoreChanges: ['environment.SSH'] },
  );

  return {
    clusterUrl: gitServerUrl(gitServerContainer(fleet)),
    hostUrl: greeting.stdout.apply(() => gitServerProvider.access(fleet).url),
    knownHosts: hosts,
  };
}

/** A line of the file from which the server's hook knows how to announce a push to a cluster. */
function receiverLine(target: ClusterTarget): string {
  const address = clusterProvider(target.cluster).receiverAddress(target);
  return address === undefined ? '' : `${target.name} ${receiverUrl(address, receiverToken(target.name))}\n`;
}

/** The cluster reads by a key of its own. Nothing here waits for the git server's stack, which runs beside the cluster's. */
export function source({ fleet, name, cluster }: RepositoryTarget<GitServer>): FluxSource {
  const key = deployKey(name);
  const elsewhere = clusterModels.of(cluster).isElsewhere ? gitServerAddress(fleet.git, fleet) : undefined;
  return {
    url: gitServerUrl(elsewhere ? `${elsewhere.host}:${elsewhere.port}` : gitServerContainer(fleet)),
    credentials: {
      identity: pulumi.secret(key.privateKey),
      'identity.pub': key.publicKey,
      known_hosts: serverKeys(fleet),
    },
  };
}

/** The lines of `known_hosts` for the server, for the clusters and for this machine. */
function serverKeys(fleet: FleetWith<GitServer>): string {
  return knownHosts(sshKey(localPath(localPaths.hostKey)).publicKey, fleet);
}
