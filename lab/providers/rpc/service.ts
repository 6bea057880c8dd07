import type { CheckResponse, ConfigureRequest, DiffResponse } from '@pulumi/pulumi/proto/provider_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { EngineLog } from './engine-log';
import { changesBetween } from './diff';
import { OperationError } from './grpc-error';
import { type Context, type Outputs, PartlyDone, type Provider, type Resource, unsupported } from './provider';
import { checkResponse, diffResponse } from './responses';
import { fromStruct, isUnknown, type Props, Secrets, toStruct } from './values';

interface Named {
  getUrn(): string;
  getName?(): string;
  getType?(): string;
}

/** One request: its secrets, its resource, and its log. */
interface Operation {
  readonly name: string;
  readonly secrets: Secrets;
  readonly resource: Resource;
  readonly context: Context;
  readonly open: (struct: Parameters<typeof fromStruct>[0]) => Props;
}

/** Answers the messages of pulumirpc.ResourceProvider for one provider. */
export class ProviderService {
  private readonly interrupt = new AbortController();

  constructor(
    private readonly provider: Provider,
    private readonly log: EngineLog,
  ) {}

  handshake(request: pb.ProviderHandshakeRequest): pb.ProviderHandshakeResponse {
    this.log.attach(request.getEngineAddress());
    const response = new pb.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  attach(address: string): Empty {
    this.log.attach(address);
    return new Empty();
  }

  pluginInfo(): PluginInfo {
    const response = new PluginInfo();
    response.setVersion(this.provider.version);
    return response;
  }

  cancel(): Empty {
    this.interrupt.abort(new Error('interrupted'));
    return new Empty();
  }

  checkConfig(request: pb.CheckRequest): CheckResponse {
    const secrets = new Secrets();
    const news = secrets.open(fromStruct(request.getNews())) as Props;
    return checkResponse(this.provider.checkConfig?.(news) ?? { inputs: news }, secrets);
  }

  diffConfig(request: pb.DiffRequest): DiffResponse {
    const secrets = new Secrets();
    const olds = secrets.open(fromStruct(request.getOldInputs() ?? request.getOlds())) as Props;
    const news = secrets.open(fromStruct(request.getNews())) as Props;
    const changed = () => ({ changes: changesBetween(olds, news), replacing: [] });
    return diffResponse(this.provider.diffConfig?.(olds, news) ?? changed());
  }

  configure(request: ConfigureRequest): pb.ConfigureResponse {
    const args = new Secrets().open(fromStruct(request.getArgs())) as Props;
    this.provider.configure?.(Object.fromEntries(Object.entries(args).filter(([, value]) => !isUnknown(value))));
    const response = new pb.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  async invoke(request: pb.InvokeRequest): Promise<pb.InvokeResponse> {
    if (!this.provider.invoke) throw unsupported(`the function ${request.getTok()}`);
    const secrets = new Secrets();
    const args = secrets.open(fromStruct(request.getArgs())) as Props;
    const response = new pb.InvokeResponse();
    const result = await this.provider.invoke(request.getTok(), args);
    response.setReturn(toStruct(secrets.seal(result)));
    return response;
  }

  check(request: pb.CheckRequest): Promise<CheckResponse> {
    return this.run(request, async ({ resource, context, name, open, secrets }) => {
      const olds = new Secrets().open(fromStruct(request.getOlds())) as Props;
      const randomSeed = request.getRandomseed_asU8();
      const news = open(request.getNews());
      const checked = await resource.check({ urn: context.urn, name, olds, news, randomSeed }, context);
      return checkResponse(checked, secrets);
    });
  }

  diff(request: pb.DiffRequest): Promise<DiffResponse> {
    return this.run(request, async ({ resource, context, open }) => {
      const oldState = open(request.getOlds());
      const oldInputs = request.hasOldInputs() ? open(request.getOldInputs()) : oldState;
      const news = open(request.getNews());
      return diffResponse(await resource.diff({ id: request.getId(), oldInputs, oldState, news }, context));
    });
  }

  create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
    return this.run(request, async ({ resource, context, name, open, secrets }) => {
      const inputs = open(request.getProperties());
      const preview = request.getPreview();
      const created = await resource.create({ name, inputs, preview, ...timeoutOf(request) }, context);
      const response = new pb.CreateResponse();
      response.setId(created.id);
      response.setProperties(sealed(created, secrets));
      return response;
    });
  }

  read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
    return this.run(request, async ({ resource, context, open, secrets }) => {
      const given = open(request.getInputs());
      const inputs = Object.keys(given).length > 0 ? given : undefined;
      const known = open(request.getProperties());
      const state = Object.keys(known).length > 0 ? known : undefined;
      const found = await resource.read({ id: request.getId(), inputs, state }, context);
      const response = new pb.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(sealed(found, secrets));
      response.setInputs(toStruct(secrets.seal(found.inputs, found.secrets)));
      return response;
    });
  }

  update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
    return this.run(request, async ({ resource, context, name, open, secrets }) => {
      // Old values are unwrapped separately, because a value that was secret need not be secret now.
      const past = new Secrets();
      secrets.alsoRedact(past);
      const oldState = past.open(fromStruct(request.getOlds())) as Props;
      const oldInputs = past.open(fromStruct(request.getOldInputs())) as Props;
      const inputs = open(request.getNews());
      const preview = request.getPreview();
      const change = { id: request.getId(), name, inputs, oldInputs, oldState, preview, ...timeoutOf(request) };
      const response = new pb.UpdateResponse();
      response.setProperties(sealed(await resource.update(change, context), secrets));
      return response;
    });
  }

  delete(request: pb.DeleteRequest): Promise<Empty> {
    return this.run(request, async ({ resource, context, open }) => {
      const oldState = open(request.getProperties());
      const oldInputs = open(request.getOldInputs());
      await resource.delete({ id: request.getId(), oldState, oldInputs, ...timeoutOf(request) }, context);
      return new Empty();
    });
  }

  private async run<Response>(request: Named, work: (operation: Operation) => Promise<Response>): Promise<Response> {
    const secrets = new Secrets();
    const urn = request.getUrn();
    const log: Context['log'] = (severity, text) => this.log.send(severity, secrets.redact(text), urn);
    const context = {
      urn,
      log,
      cancelled: this.interrupt.signal,
      get secret() {
        return secrets.any;
      },
    };
    try {
      const resource = this.provider.resource(typeOf(urn));
      const open: Operation['open'] = (struct) => secrets.open(fromStruct(struct)) as Props;
      return await work({ name: urn.slice(urn.lastIndexOf('::') + 2), secrets, resource, context, open });
    } catch (error) {
      throw asOperationError(error, secrets);
    } finally {
      await this.log.flush();
    }
  }
}

/** The type token of a URN: the last of the types joined by `$`. */
function typeOf(urn: string): string {
  const types = urn.split('::')[2] ?? '';
  return types.slice(types.lastIndexOf('$') + 1);
}

function timeoutOf(request: { getTimeout(): number }): { timeout?: number } {
  const seconds = request.getTimeout();
  return seconds > 0 ? { timeout: seconds * 1000 } : {};
}

function sealed({ outputs, secrets: also }: Outputs, secrets: Secrets) {
  return toStruct(secrets.seal(outputs, also));
}

function asOperationError(error: unknown, secrets: Secrets): OperationError {
  const message = secrets.redact(error instanceof Error ? error.message : String(error));
  if (!(error instanceof PartlyDone)) return new OperationError(message);
  const failed = new pb.ErrorResourceInitFailed();
  failed.setId(error.made.id);
  failed.setProperties(sealed(error.made, secrets));
  failed.setReasonsList(error.reasons.map((reason) => secrets.redact(reason)));
  return new OperationError(message, failed);
}
