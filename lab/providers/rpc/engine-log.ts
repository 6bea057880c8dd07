import * as grpc from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest } from '@pulumi/pulumi/proto/engine_pb';
import type { Severity } from './provider';

const levels: Record<Severity, 0 | 1 | 2 | 3> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Sends messages to the Pulumi engine, which shows them under the resource they are about. */
export class EngineLog {
  private client: EngineClient | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(private address: string | undefined) {}

  attach(address: string): void {
    this.address = address;
    this.client = undefined;
  }

  send(severity: Severity, text: string, urn: string): void {
    if (this.address === undefined || text === '') return;
    this.last = this.last.then(() => this.deliver(severity, text, urn));
  }

  /** Resolves when everything sent so far was delivered, so that lines precede the operation's end. */
  async flush(): Promise<void> {
    await this.last;
  }

  private async deliver(severity: Severity, text: string, urn: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(levels[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    this.client ??= new EngineClient(this.address!, grpc.credentials.createInsecure());
    const client = this.client;
    // The engine has ended: nobody reads the message.
    await new Promise<void>((resolve) => client.log(request, () => resolve()));
  }
}
