import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { clusterGitUrl, type Fleet, gitServerHost, hostGitUrl, repositoryVolume } from '../../model';
import { local } from '../environment';
import { writePrivateFile } from '../../machine/private-file';
import { sshKey } from '../ssh-key';
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

const image = join(__dirname, 'image');
/** The user in the image who owns the repository and runs sshd. */
const gitUser = '1000';

/** The fleet's network, and on it a git server whose repository outlives its container. */
export function gitServer(fleet: Fleet): pulumi.Inputs & { [K in keyof GitServerOutputs]: pulumi.Input<string> } {
  const hostKey = sshKey(local('keys', 'host'));
  const hosts = knownHosts(hostKey.publicKey, fleet.git);
  writePrivateFile(local('known_hosts'), hosts);

  const container = serverContainer(fleet, {
    ssh_host_ed25519_key: pulumi.secret(hostKey.privateKey),
    authorized_keys: authorizedKeys({
      user: sshKey(local('keys', 'user')).publicKey,
      clusters: Object.fromEntries(Object.keys(fleet.clusters).map((name) => [name, deployKey(name).publicKey])),
    }),
  });
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

/** The key by which a cluster reads the repository. */
export function deployKey(cluster: string) {
  return sshKey(local('keys', `deploy-${cluster}`));
}

function serverContainer({ name, git }: Fleet, files: Record<string, pulumi.Input<string>>): docker.Container {
  const labels = [{ label: 'flux-fleet', value: name }];
  const network = new docker.Network('network', { name, driver: 'bridge', labels });
  const volume = new docker.Volume('repositories', { name: repositoryVolume(name), labels }, { retainOnDelete: true });
  const built = new docker.RemoteImage('image', {
    name: `${name}/git-server:${contentHash(image)}`,
    build: { context: image, useLegacyBuilder: true },
    forceRemove: true,
  });
  return new docker.Container(
    gitServerHost,
    {
      name: gitServerHost,
      hostname: gitServerHost,
      image: built.imageId,
      init: true,
      restart: 'unless-stopped',
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges:true'],
      labels,
      networksAdvanced: [{ name: network.name, aliases: [gitServerHost] }],
      ports: [{ internal: 22, external: git.port, ip: '127.0.0.1' }],
      volumes: [{ volumeName: volume.name, containerPath: '/git-server/repos' }],
      uploads: Object.entries(files).map(([file, content]) => ({
        file: `/git-server/keys/${file}`,
        content,
        owner: gitUser,
        permissions: '0400',
      })),
    },
    { deleteBeforeReplace: true },
  );
}

/** A short name for what a folder holds, which changes whenever a file in it does. */
function contentHash(folder: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
}
