import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import type * as pb from '@pulumi/pulumi/proto/provider_pb';
import type { PluginAttach } from '@pulumi/pulumi/proto/plugin_pb';
import { EngineLog } from './engine-log';
import { toServiceError } from './grpc-error';
import type { Provider } from './provider';
import { ProviderService } from './service';

/** gRPC's default is 4 MB, and some custom resource definitions are larger. */
const UNLIMITED = -1;

export interface Served {
  readonly port: number;
  readonly stop: () => void;
}

/**
 * Serves pulumirpc.ResourceProvider for a provider on a free port of the loopback address.
 *
 * @param engine - the address of Pulumi's engine, for messages to the user
 */
export async function serve(provider: Provider, engine?: string): Promise<Served> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': UNLIMITED,
    'grpc.max_send_message_length': UNLIMITED,
  });
  const service = new ProviderService(provider, new EngineLog(engine));
  server.addService(ResourceProviderService, methods(service));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const stop = (): void => {
    service.cancel();
    server.forceShutdown();
  };
  return { port, stop };
}

/** Runs as a Pulumi plugin: the engine's address is the first argument, the port goes to standard output. */
export async function serveAsPlugin(provider: Provider): Promise<void> {
  const { port, stop } = await serve(provider, process.argv[2]);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop();
      process.exit(0);
    });
  }
  process.stdout.write(`${port}\n`);
}

// gRPC answers any other method with "unimplemented", which the engine accepts.
function methods(service: ProviderService): grpc.UntypedServiceImplementation {
  return {
    handshake: unary((request: pb.ProviderHandshakeRequest) => service.handshake(request)),
    attach: unary((request: PluginAttach) => service.attach(request.getAddress())),
    getPluginInfo: unary(() => service.pluginInfo()),
    cancel: unary(() => service.cancel()),
    checkConfig: unary((request: pb.CheckRequest) => service.checkConfig(request)),
    diffConfig: unary((request: pb.DiffRequest) => service.diffConfig(request)),
    configure: unary((request: pb.ConfigureRequest) => service.configure(request)),
    invoke: unary((request: pb.InvokeRequest) => service.invoke(request)),
    check: unary((request: pb.CheckRequest) => service.check(request)),
    diff: unary((request: pb.DiffRequest) => service.diff(request)),
    create: unary((request: pb.CreateRequest) => service.create(request)),
    read: unary((request: pb.ReadRequest) => service.read(request)),
    update: unary((request: pb.UpdateRequest) => service.update(request)),
    delete: unary((request: pb.DeleteRequest) => service.delete(request)),
  };
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}
