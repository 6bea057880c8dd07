import * as grpc from '@grpc/grpc-js';
import type { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';

/** An operation's failure, its message fit to be shown. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly failed?: ErrorResourceInitFailed,
  ) {
    super(message);
    this.name = 'OperationError';
  }
}

/** The error for gRPC. A partly created resource is in the status details. */
export function toServiceError(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof OperationError && error.failed) {
    const detail = new Any();
    detail.pack(error.failed.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(detail);
    metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
