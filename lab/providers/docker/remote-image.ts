import { resolve } from 'node:path';
import { type Context, type Created, type CreateRequest, type DeleteRequest, type Failure } from '../rpc/provider';
import { type Found, type Outputs, type Resource, unsupportedFields } from '../rpc/provider';
import { isProps, type Props, UNKNOWN } from '../rpc/values';
import { buildContext } from './build-context';
import { type EngineApi, EngineError } from './engine-api';
import { diffSettings, type Rules } from './settings';

interface Build {
  readonly context: string;
  readonly dockerfile?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly label?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly networkMode?: string;
  readonly noCache?: boolean;
  readonly pullParent?: boolean;
  readonly remove?: boolean;
  readonly forceRemove?: boolean;
  readonly platform?: string;
}

interface ImageInputs {
  readonly name: string;
  readonly build?: Build;
  readonly forceRemove?: boolean;
  readonly keepLocally?: boolean;
  readonly platform?: string;
}

/** An image in the engine's API. */
interface Image {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
}

const served = new Set(['name', 'build', 'forceRemove', 'keepLocally', 'platform', 'pullTriggers', 'triggers']);
const servedByBuild = new Set(
  'context dockerfile buildArgs label labels tags target networkMode noCache pullParent remove forceRemove platform'.split(
    ' ',
  ),
).add('useLegacyBuilder');

const rules: Rules = {
  defaults: { keepLocally: false, forceRemove: false, triggers: {} },
  mutable: new Set(['keepLocally', 'forceRemove']),
};

/** `docker:index/remoteImage:RemoteImage`: built, else found on the engine, else pulled. */
export function remoteImageResource(engine: EngineApi): Resource {
  return {
    check: ({ news }) => ({ inputs: news, failures: failures(news) }),
    diff: (request) => diffSettings(request, rules),

    async create({ inputs, preview }: CreateRequest, context: Context): Promise<Created> {
      const { name, build } = inputs as unknown as ImageInputs;
      if (preview) return { id: '', outputs: { ...inputs, imageId: UNKNOWN, repoDigest: UNKNOWN } };
      if (build) await buildImage(engine, inputs as unknown as ImageInputs, context);
      else if (!(await findImage(engine, name))) await pullImage(engine, inputs as unknown as ImageInputs);
      const image = await findImage(engine, name);
      if (!image) throw new Error(`the image ${name} is not on the engine, though it was built or pulled`);
      return { id: image.Id + name, outputs: outputs(inputs, image) };
    },

    async read({ id, inputs, state }): Promise<Found | undefined> {
      const name = (inputs?.name ?? state?.name ?? id) as string;
      const image = await findImage(engine, name);
      if (!image) return undefined;
      const settings = inputs ?? { name };
      return {
        id: inputs ? id : image.Id + name,
        inputs: settings,
        outputs: outputs({ ...state, ...settings }, image),
      };
    },

    // Only how the image is deleted can change.
    update: ({ inputs, oldState }): Promise<Outputs> => {
      const { imageId, repoDigest } = oldState;
      return Promise.resolve({ outputs: { ...inputs, imageId, repoDigest } });
    },

    delete: (request) => deleteImage(engine, request),
  };
}

/** Pulls an image that may name a tag, a digest, or neither. */
export async function pullImage(engine: EngineApi, { name, platform }: ImageInputs): Promise<void> {
  const tagged = name.includes('@') || /:[^/]+$/.test(name);
  const query = { fromImage: tagged ? name : `${name}:latest`, platform };
  try {
    await engine.follow('/images/create', { query }, () => undefined);
  } catch (error) {
    throw new Error(`the image ${name} is not on the engine and cannot be pulled: ${(error as Error).message}`);
  }
}

function failures(news: Props): Failure[] {
  const build = isProps(news.build) ? unsupportedFields(news.build, servedByBuild, 'build.') : [];
  return [...unsupportedFields(news, served), ...build];
}

function findImage(engine: EngineApi, name: string): Promise<Image | undefined> {
  return engine.find<Image>(`/images/${name}/json`);
}

function outputs(inputs: Props, image: Image): Props {
  return { ...inputs, imageId: image.Id, repoDigest: image.RepoDigests?.[0] ?? '' };
}

async function buildImage(engine: EngineApi, { name, platform, build }: ImageInputs, context: Context): Promise<void> {
  const { dockerfile = 'Dockerfile', buildArgs, target, networkMode, tags = [] } = build!;
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : String(value));
  const query = {
    dockerfile,
    t: name,
    buildargs: buildArgs && JSON.stringify(buildArgs),
    labels: JSON.stringify({ ...build!.label, ...build!.labels }),
    target,
    networkmode: networkMode,
    nocache: flag(build!.noCache),
    pull: flag(build!.pullParent),
    rm: flag(build!.remove ?? true),
    forcerm: flag(build!.forceRemove),
    platform: build!.platform ?? platform,
  };
  const output: string[] = [];
  try {
    const archive = buildContext(resolve(build!.context), dockerfile);
    await engine.follow('/build', { query, archive }, ({ stream }) => output.push(stream ?? ''));
  } catch (error) {
    const end = output.join('').trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`the image ${name} cannot be built: ${(error as Error).message}\n${end}`);
  }
  context.log('debug', output.join(''));
  for (const tag of tags) await tagImage(engine, name, tag);
}

async function tagImage(engine: EngineApi, name: string, as: string): Promise<void> {
  const [, repo, tag] = /^(.*?)(?::([^/:]+))?$/.exec(as)!;
  await engine.post(`/images/${name}/tag`, { query: { repo, tag: tag ?? 'latest' } });
}

/** Takes the name off the image, and the image away when nothing else needs it. */
async function deleteImage(engine: EngineApi, { oldState }: DeleteRequest): Promise<void> {
  const { name, forceRemove, keepLocally } = oldState as unknown as ImageInputs;
  if (keepLocally) return;
  const force = forceRemove ? 'true' : undefined;
  const current = await findImage(engine, name);
  if (current?.Id === oldState.imageId) return engine.remove(`/images/${name}`, { force });
  // The name has moved on to a newer image; the older one may still be of use to others.
  await engine.remove(`/images/${String(oldState.imageId)}`, { force }).catch((error: unknown) => {
    if (!(error instanceof EngineError && error.status === 409)) throw error;
  });
}
