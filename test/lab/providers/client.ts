import * as grpc from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Provider } from '../../../lab/providers/rpc/provider';
import { serve } from '../../../lab/providers/rpc/serve';
import { fromStruct, type Props, toStruct } from '../../../lab/providers/rpc/values';

export { UNKNOWN } from '../../../lab/providers/rpc/values';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** A secret as the engine sends it. */
export function secret(value: unknown): Props {
  return { [SIGNATURE]: SECRET, value };
}

/** What a resource is to the engine after an operation. */
export interface State {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

export interface Diffed {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  readonly detailed: Record<string, number>;
}

interface Update {
  readonly state: State;
  readonly inputs: Props;
  readonly preview: boolean;
}

type Failed = grpc.ServiceError;
type Done<Response> = (error: Failed | null, response: Response) => void;

/** Talks to a provider as Pulumi's engine does, over gRPC. */
export class Engine {
  private constructor(
    private readonly client: ResourceProviderClient,
    private readonly stopServer: () => void,
  ) {}

  static async start(provider: Provider): Promise<Engine> {
    const { port, stop } = await serve(provider);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new Engine(client, stop);
  }

  stop(): void {
    this.client.close();
    this.stopServer();
  }

  async configure(config: Props): Promise<void> {
    const request = new pb.ConfigureRequest();
    request.setArgs(toStruct(config));
    await answer<pb.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async diffConfig(olds: Props, news: Props): Promise<Diffed> {
    const request = new pb.DiffRequest();
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    return diffed(await answer<pb.DiffResponse>((done) => this.client.diffConfig(request, done)));
  }

  async check(type: string, news: Props, olds: Props = {}): Promise<{ inputs: Props; failures: string[] }> {
    const request = new pb.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(news));
    request.setOlds(toStruct(olds));
    const response = await answer<pb.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => failure.getReason());
    return { inputs: fromStruct(response.getInputs()), failures };
  }

  async diff(type: string, state: State, news: Props): Promise<Diffed> {
    const request = new pb.DiffRequest();
    request.setId(state.id);
    request.setUrn(urn(type));
    request.setOlds(toStruct(state.outputs));
    request.setOldInputs(toStruct(state.inputs));
    request.setNews(toStruct(news));
    return diffed(await answer<pb.DiffResponse>((done) => this.client.diff(request, done)));
  }

  async create(type: string, inputs: Props, { preview = false, seconds = 0 } = {}): Promise<State> {
    const request = new pb.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    request.setTimeout(seconds);
    const response = await answer<pb.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), inputs, outputs: fromStruct(response.getProperties()) };
  }

  update(type: string, state: State, inputs: Props): Promise<State> {
    return this.changed(type, { state, inputs, preview: false });
  }

  previewUpdate(type: string, state: State, inputs: Props): Promise<State> {
    return this.changed(type, { state, inputs, preview: true });
  }

  private async changed(type: string, { state, inputs, preview }: Update): Promise<State> {
    const request = new pb.UpdateRequest();
    request.setId(state.id);
    request.setUrn(urn(type));
    request.setOlds(toStruct(state.outputs));
    request.setOldInputs(toStruct(state.inputs));
    request.setNews(toStruct(inputs));
    request.setPreview(preview);
    const response = await answer<pb.UpdateResponse>((done) => this.client.update(request, done));
    return { id: state.id, inputs, outputs: fromStruct(response.getProperties()) };
  }

  /** Undefined when the resource is gone. */
  async read(type: string, state: { id: string } & Partial<State>): Promise<State | undefined> {
    const request = new pb.ReadRequest();
    request.setId(state.id);
    request.setUrn(urn(type));
    if (state.outputs) request.setProperties(toStruct(state.outputs));
    if (state.inputs) request.setInputs(toStruct(state.inputs));
    const response = await answer<pb.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === '') return undefined;
    const [inputs, outputs] = [response.getInputs(), response.getProperties()].map(fromStruct) as [Props, Props];
    return { id: response.getId(), inputs, outputs };
  }

  async delete(type: string, state: State): Promise<void> {
    const request = new pb.DeleteRequest();
    request.setId(state.id);
    request.setUrn(urn(type));
    request.setProperties(toStruct(state.outputs));
    request.setOldInputs(toStruct(state.inputs));
    await answer<Empty>((done) => this.client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await answer<Empty>((done) => this.client.cancel(new Empty(), done));
  }
}

/** The state of a resource that was made in part, from the error of its creation. */
export function keptState(error: unknown): State {
  const [details] = (error as Failed).metadata.get('grpc-status-details-bin');
  const text = (details as Buffer).toString('latin1');
  const start = text.indexOf('pulumirpc.ErrorResourceInitFailed') + 'pulumirpc.ErrorResourceInitFailed'.length;
  const length = (details as Buffer)[start + 1]!;
  const value = (details as Buffer).subarray(start + (length < 128 ? 2 : 3));
  const failed = pb.ErrorResourceInitFailed.deserializeBinary(value);
  return { id: failed.getId(), inputs: {}, outputs: fromStruct(failed.getProperties()) };
}

function answer<Response>(send: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error ? reject(error) : resolve(response)));
  });
}

function urn(type: string): string {
  return `urn:pulumi:stack::project::some:Component$${type}::name`;
}

function diffed(response: pb.DiffResponse): Diffed {
  const detailed: Record<string, number> = {};
  response.getDetaileddiffMap().forEach((diff, path) => (detailed[path] = diff.getKind()));
  return {
    changes: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    detailed,
  };
}
