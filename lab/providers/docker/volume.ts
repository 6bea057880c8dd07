import type { CreateRequest, Found, Outputs, Resource } from '../rpc/provider';
import { type Props, UNKNOWN } from '../rpc/values';
import type { EngineApi } from './engine-api';
import { type Label, labelList, labelMap } from './labels';
import { checkSettings, diffSettings, type Rules } from './settings';

interface VolumeInputs {
  readonly name: string;
  readonly driver?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly labels?: readonly Label[];
}

/** A volume in the engine's API. */
interface Volume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Options?: Readonly<Record<string, string>> | null;
}

const fields = ['name', 'driver', 'driverOpts', 'labels'];

const rules: Rules = { defaults: { driver: 'local', driverOpts: {} }, mutable: new Set(), sets: ['labels'] };

/** `docker:index/volume:Volume`. Making a volume that exists adopts it, as the engine does. */
export function volumeResource(engine: EngineApi): Resource {
  return {
    check: (request) => checkSettings(request, new Set(fields)),
    diff: (request) => diffSettings(request, rules),

    async create({ inputs, preview }: CreateRequest) {
      if (preview) return { id: '', outputs: { ...rules.defaults, ...inputs, mountpoint: UNKNOWN } };
      const { name, driver, driverOpts, labels } = inputs as unknown as VolumeInputs;
      const body = { Name: name, Driver: driver ?? 'local', DriverOpts: driverOpts, Labels: labelMap(labels) };
      const volume = await engine.post<Volume>('/volumes/create', { body });
      return { id: volume.Name, outputs: outputs(volume) };
    },

    async read({ id, inputs }): Promise<Found | undefined> {
      const volume = await engine.find<Volume>(`/volumes/${encodeURIComponent(id)}`);
      if (!volume) return undefined;
      return { id: volume.Name, inputs: inputs ?? settings(volume), outputs: outputs(volume) };
    },

    // Nothing of a volume can be changed, so the engine never asks.
    update: ({ oldState }): Promise<Outputs> => Promise.resolve({ outputs: oldState }),

    delete: ({ id }) => engine.remove(`/volumes/${encodeURIComponent(id)}`),
  };
}

function outputs(volume: Volume): Props {
  return { ...settings(volume), mountpoint: volume.Mountpoint };
}

function settings(volume: Volume): Props {
  return {
    name: volume.Name,
    driver: volume.Driver,
    driverOpts: volume.Options ?? {},
    labels: labelList(volume.Labels),
  };
}
