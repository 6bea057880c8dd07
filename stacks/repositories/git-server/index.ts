import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

import { clusterGitUrl, type Fleet, hostGitUrl } from '../../../model';
import { local } from '../../environment';
import { writePrivateFile } from '../../../machine/private-file';
import { sshKey } from '../../ssh-key';
import { deployKey, receiverToken } from '../../cluster-keys';
import { receiverUrl } from '../../receiver-url';
import { Services } from './containers';
import { authorizedKeys, knownHosts } from './keys';

/** What the git server's stack tells the others. */
export interface GitServerOutputs {
  /** The repository's address as the clusters see it. */
  readonly clusterUrl: string;
  /** The repository's address as this machine sees it. */
  readonly hostUrl: string;
  /** The lines of `known_hosts` for the server, for the clusters and for this machine. */
  readonly knownHosts: string;
}

/** The fleet's network, a git server whose repository outlives its container, and a log of the clusters' failures. */
export function gitServer(fleet: Fleet): pulumi.Inputs & { [K in keyof GitServerOutputs]: pulumi.Input<string> } {
  const hostKey = sshKey(local('keys', 'host'));
  const hosts = knownHosts(hostKey.publicKey, fleet.git);
  writePrivateFile(local('known_hosts'), hosts);

  const clusters = Object.keys(fleet.clusters);
  const services = new Services(fleet);
  const container = services.gitServer({
    ssh_host_ed25519_key: pulumi.secret(hostKey.privateKey),
    authorized_keys: authorizedKeys({
      user: sshKey(local('keys', 'user')).publicKey,
      clusters: Object.fromEntries(clusters.map((name) => [name, deployKey(name).publicKey])),
    }),
    receivers: pulumi.secret(clusters.map((name) => `${name} ${receiverUrl(name, receiverToken(name))}\n`).join('')),
  });
  if (fleet.alerts.type === 'log') services.alertLog();
  const greeting = new command.local.Command(
    'greeting',
    {
      create: readFileSync(join(__dirname, 'greeting.sh'), 'utf8'),
      interpreter: ['/bin/bash', '-c'],
      environment: { PORT: String(fleet.git.port), KEY: local('keys', 'user'), KNOWN_HOSTS: local('known_hosts') },
      triggers: [container.id],
      addPreviousOutputInEnv: false,
    },
    { dependsOn: container },
  );

  return {
    clusterUrl: clusterGitUrl,
    hostUrl: greeting.stdout.apply(() => hostGitUrl(fleet.git)),
    knownHosts: hosts,
  };
}
