import { type Provider, type Resource, unsupported } from '../rpc/provider';
import { Cluster } from './cluster';
import { kindOfToken } from './kinds';
import { kubernetesResource } from './resource';
import { checkSettings, diffSettings, readSettings } from './settings';

/**
 * The part of @pulumi/kubernetes 4.34.2 that the project's stacks use: every kind of object, by server-side apply.
 * Charts, YAML files, kustomizations and patches are not served.
 */
export function kubernetesProvider(): Provider {
  let cluster = new Cluster(readSettings({}));
  const resources = new Map<string, Resource>();
  return {
    name: 'kubernetes',
    version: '4.34.2',
    checkConfig: checkSettings,
    diffConfig: diffSettings,
    configure: (config) => {
      if (config.renderYamlToDirectory !== undefined) throw unsupported('the field renderYamlToDirectory');
      cluster = new Cluster(readSettings(config));
    },
    resource(type) {
      const known = resources.get(type) ?? kubernetesResource(kindOfToken(type), () => cluster);
      resources.set(type, known);
      return known;
    },
  };
}
