import { type Provider, type Resource, unsupported, unsupportedFields } from '../rpc/provider';
import { containerResource } from './container';
import { EngineApi } from './engine-api';
import { networkResource } from './network';
import { remoteImageResource } from './remote-image';
import { volumeResource } from './volume';

const served = new Set(['host', 'disableDockerDaemonCheck', 'version', 'pluginDownloadURL', 'pluginChecksums']);

/** The part of @pulumi/docker 5.2.0 that the project's stacks use: networks, volumes, images, containers. */
export function dockerProvider(): Provider {
  const engine = new EngineApi();
  const resources: Record<string, Resource> = {
    'docker:index/network:Network': networkResource(engine),
    'docker:index/volume:Volume': volumeResource(engine),
    'docker:index/remoteImage:RemoteImage': remoteImageResource(engine),
    'docker:index/container:Container': containerResource(engine),
  };
  return {
    name: 'docker',
    version: '5.2.0',
    checkConfig: (news) => ({ inputs: news, failures: unsupportedFields(news, served) }),
    configure: ({ host }) => engine.connectTo(host as string | undefined),
    resource(type) {
      const resource = resources[type];
      if (!resource) throw unsupported(`the resource type ${type}`);
      return resource;
    },
  };
}
