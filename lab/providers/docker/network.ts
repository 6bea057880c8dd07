import type { CreateRequest, Found, Outputs, Resource } from '../rpc/provider';
import { type Props, UNKNOWN } from '../rpc/values';
import type { EngineApi } from './engine-api';
import { type Label, labelList, labelMap } from './labels';
import { checkSettings, diffSettings, type Rules } from './settings';

interface NetworkInputs {
  readonly name: string;
  readonly attachable?: boolean;
  readonly driver?: string;
  readonly ingress?: boolean;
  readonly internal?: boolean;
  readonly ipamConfigs?: readonly IpamConfig[];
  readonly ipamDriver?: string;
  readonly ipamOptions?: Readonly<Record<string, string>>;
  readonly ipv6?: boolean;
  readonly labels?: readonly Label[];
  readonly options?: Readonly<Record<string, string>>;
}

interface IpamConfig {
  readonly auxAddress?: Readonly<Record<string, string>>;
  readonly gateway?: string;
  readonly ipRange?: string;
  readonly subnet?: string;
}

/** A network in the engine's API. */
interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Scope: string;
  readonly Driver: string;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly Internal: boolean;
  readonly EnableIPv6: boolean;
  readonly IPAM: {
    readonly Driver?: string;
    readonly Options?: Readonly<Record<string, string>> | null;
    readonly Config?: readonly { Subnet?: string; Gateway?: string; IPRange?: string }[] | null;
  };
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Options?: Readonly<Record<string, string>> | null;
}

const fields = [
  'name',
  'attachable',
  'driver',
  'ingress',
  'internal',
  'ipamConfigs',
  'ipamDriver',
  'ipamOptions',
  'ipv6',
  'labels',
  'options',
];

const rules: Rules = {
  defaults: {
    attachable: false,
    driver: 'bridge',
    ingress: false,
    internal: false,
    ipamDriver: 'default',
    ipamOptions: {},
    ipv6: false,
    options: {},
  },
  mutable: new Set(),
  sets: ['labels', 'ipamConfigs'],
};

/** `docker:index/network:Network`. */
export function networkResource(engine: EngineApi): Resource {
  return {
    check: (request) => checkSettings(request, new Set(fields)),
    diff: (request) => diffSettings(request, rules),

    async create({ inputs, preview }: CreateRequest) {
      if (preview) return { id: '', outputs: { ...rules.defaults, ...inputs, scope: UNKNOWN } };
      const { Id } = await engine.post<{ Id: string }>('/networks/create', { body: specification(inputs) });
      return { id: Id, outputs: outputs(await engine.get<Network>(`/networks/${Id}`)) };
    },

    async read({ id, inputs }): Promise<Found | undefined> {
      const network = await engine.find<Network>(`/networks/${encodeURIComponent(id)}`);
      if (!network) return undefined;
      return { id: network.Id, inputs: inputs ?? imported(network), outputs: outputs(network) };
    },

    // Nothing of a network can be changed, so the engine never asks.
    update: ({ oldState }): Promise<Outputs> => Promise.resolve({ outputs: oldState }),

    delete: ({ id }) => engine.remove(`/networks/${id}`),
  };
}

function specification(inputs: Props): Props {
  const network = inputs as unknown as NetworkInputs;
  const configs = network.ipamConfigs?.map(({ subnet, gateway, ipRange, auxAddress }) => ({
    Subnet: subnet,
    Gateway: gateway,
    IPRange: ipRange,
    AuxiliaryAddresses: auxAddress,
  }));
  const ipam = configs || network.ipamDriver || network.ipamOptions;
  return {
    Name: network.name,
    CheckDuplicate: true,
    Driver: network.driver ?? 'bridge',
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    EnableIPv6: network.ipv6,
    IPAM: ipam ? { Driver: network.ipamDriver ?? 'default', Config: configs, Options: network.ipamOptions } : undefined,
    Options: network.options,
    Labels: labelMap(network.labels),
  };
}

function outputs(network: Network): Props {
  return {
    name: network.Name,
    attachable: network.Attachable,
    driver: network.Driver,
    ingress: network.Ingress,
    internal: network.Internal,
    ipamConfigs: (network.IPAM.Config ?? []).map(({ Subnet, Gateway, IPRange }) => ({
      subnet: Subnet,
      gateway: Gateway,
      ipRange: IPRange,
    })),
    ipamDriver: network.IPAM.Driver ?? 'default',
    ipamOptions: network.IPAM.Options ?? {},
    ipv6: network.EnableIPv6,
    labels: labelList(network.Labels),
    options: network.Options ?? {},
    scope: network.Scope,
  };
}

/** The inputs that give this network. The engine probably chose its subnet. */
function imported(network: Network): Props {
  const all = outputs(network);
  return Object.fromEntries(fields.filter((key) => key !== 'ipamConfigs').map((key) => [key, all[key]]));
}
