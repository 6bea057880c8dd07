import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import { thisOwner } from '../../../machine/clone';
import { localPath } from '../../../machine/paths';
import {
  type FleetName,
  type GitServer,
  gitServerContainer,
  gitServerImage,
  gitServerPort,
  localPaths,
  networkName,
  ownerLabels,
  repositoryPath,
  repositoryVolume,
} from '../../../model';
import { makeImageFolder } from './image';

/** Labels cannot be changed: for other ones, as of a clone that has moved, everything would be replaced. */
const ignoreChanges = ['labels'];

/** The containers of the fleet's own services, with their network and their image. */
export class Services {
  private readonly network: docker.Network;
  private built: docker.RemoteImage | undefined;
  private readonly labels: { label: string; value: string }[];

  constructor(private readonly fleet: FleetName) {
    this.labels = Object.entries(ownerLabels(thisOwner(fleet.name))).map(([label, value]) => ({ label, value }));
    const network = { name: networkName(fleet), driver: 'bridge', labels: this.labels };
    this.network = new docker.Network('network', network, { ignoreChanges });
  }

  private get image(): docker.RemoteImage {
    return (this.built ??= this.buildImage());
  }

  private buildImage(): docker.RemoteImage {
    const folder = makeImageFolder(localPath(localPaths.gitServerImage));
    return new docker.RemoteImage(
      'image',
      {
        name: `${gitServerImage(this.fleet)}:${contentHash(folder)}`,
        build: { context: folder, useLegacyBuilder: true },
        // `down --all` removes it: to build it again takes longer than the rest of the server.
        keepLocally: true,
      },
      // The name changes with the folder's content. A folder that only moved, as with its clone, must not replace an
      // image in use. A replacement is built from the new path all the same: Pulumi ignores a change of an update only.
      { ignoreChanges: ['build.context'] },
    );
  }

  /** The git server. Its repository is in a volume, which outlives it. The files are copied to where it reads its keys. */
  gitServer(git: GitServer, files: Readonly<Record<string, pulumi.Input<string>>>): docker.Container {
    const { fleet } = this;
    const volume = new docker.Volume(
      'repositories',
      { name: repositoryVolume(fleet), labels: this.labels },
      { retainOnDelete: true, ignoreChanges },
    );
    return this.container(gitServerContainer(fleet), {
      ports: [{ internal: 22, external: gitServerPort(git, fleet), ip: git.address ? '0.0.0.0' : '127.0.0.1' }],
      volumes: [{ volumeName: volume.name, containerPath: dirname(repositoryPath) }],
      uploads: Object.entries(files).map(([file, content]) => ({
        file: `/git-server/keys/${file}`,
        content,
        // Root owns them: for another owner Docker looks on this machine for the user that the image runs as.
        permissions: '0444',
      })),
    });
  }

  /** A container whose log has the failures that the clusters' Flux reports: `docker logs <its name>`. */
  alertLog({ name, entrypoint }: { readonly name: string; readonly entrypoint: string }): docker.Container {
    return this.container(name, { entrypoints: [entrypoint] });
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
