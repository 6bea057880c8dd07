import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

import { thisOwner } from '../../machine/clone';
import { alertLogHost, type Fleet, gitServerHost, ownerLabels, repositoryVolume } from '../../model';

const folder = join(__dirname, 'image');

/** Labels cannot be changed: for others, as of a clone that has moved, everything would be made anew. */
const ignoreChanges = ['labels'];

/** What the containers of the fleet's own services have in common: their network and their image. */
export class Services {
  private readonly network: docker.Network;
  private readonly image: docker.RemoteImage;
  private readonly labels: { label: string; value: string }[];

  constructor(private readonly fleet: Fleet) {
    this.labels = Object.entries(ownerLabels(thisOwner(fleet.name))).map(([label, value]) => ({ label, value }));
    const network = { name: fleet.name, driver: 'bridge', labels: this.labels };
    this.network = new docker.Network('network', network, { ignoreChanges });
    this.image = new docker.RemoteImage('image', {
      name: `${fleet.name}/git-server:${contentHash(folder)}`,
      build: { context: folder, useLegacyBuilder: true },
      forceRemove: true,
    });
  }

  /** The git server. Its repository is in a volume, which outlives it; files are put where it reads its keys. */
  gitServer(files: Readonly<Record<string, pulumi.Input<string>>>): docker.Container {
    const { name, git } = this.fleet;
    const volume = new docker.Volume(
      'repositories',
      { name: repositoryVolume(name), labels: this.labels },
      { retainOnDelete: true, ignoreChanges },
    );
    return this.container(gitServerHost, {
      ports: [{ internal: 22, external: git.port, ip: '127.0.0.1' }],
      volumes: [{ volumeName: volume.name, containerPath: '/git-server/repos' }],
      uploads: Object.entries(files).map(([file, content]) => ({
        file: `/git-server/keys/${file}`,
        content,
        // They are root's: for another owner Docker looks on this machine for the user that the image runs as.
        permissions: '0444',
      })),
    });
  }

  /** A container whose log is what the clusters' Flux complains of: `docker logs <its name>`. */
  alertLog(): docker.Container {
    return this.container(alertLogHost, { entrypoints: ['alert-log'] });
  }

  private container(name: string, args: Omit<docker.ContainerArgs, 'image'>): docker.Container {
    return new docker.Container(
      name,
      {
        name,
        hostname: name,
        image: this.image.imageId,
        init: true,
        restart: 'unless-stopped',
        capabilities: { drops: ['ALL'] },
        securityOpts: ['no-new-privileges:true'],
        labels: this.labels,
        networksAdvanced: [{ name: this.network.name, aliases: [name] }],
        ...args,
      },
      { deleteBeforeReplace: true, ignoreChanges },
    );
  }
}

/** A short name for what a folder holds, which changes whenever a file in it does. */
function contentHash(directory: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(directory).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(directory, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}
