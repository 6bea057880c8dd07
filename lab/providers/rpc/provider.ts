import type { Difference } from './diff';
import type { Props } from './values';

export type Severity = 'debug' | 'info' | 'warning' | 'error';

/** What an operation can use in addition to its request. */
export interface Context {
  readonly urn: string;
  /** Tells the user; secrets of the request are struck out of the text. */
  log(severity: Severity, text: string): void;
  /** Fires when the user interrupts the run. */
  readonly cancelled: AbortSignal;
  /** True when some value of the request was secret. */
  readonly secret: boolean;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest {
  readonly urn: string;
  /** The resource's logical name in the program. */
  readonly name: string;
  readonly olds: Props;
  readonly news: Props;
  readonly randomSeed: Uint8Array;
}

export interface Checked {
  readonly inputs: Props;
  readonly failures?: readonly Failure[];
}

export interface DiffRequest {
  readonly id: string;
  readonly oldInputs: Props;
  readonly oldState: Props;
  readonly news: Props;
}

export interface CreateRequest {
  readonly name: string;
  readonly inputs: Props;
  readonly preview: boolean;
  /** Milliseconds, when the program sets customTimeouts. */
  readonly timeout?: number;
}

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  readonly oldInputs: Props;
  readonly oldState: Props;
}

export interface DeleteRequest {
  readonly id: string;
  readonly oldInputs: Props;
  readonly oldState: Props;
  readonly timeout?: number;
}

export interface ReadRequest {
  readonly id: string;
  /** Absent on import. */
  readonly inputs?: Props;
  readonly state?: Props;
}

export interface Outputs {
  readonly outputs: Props;
  /** Top-level outputs that are secret whatever the inputs were. */
  readonly secrets?: readonly string[];
}

export interface Created extends Outputs {
  readonly id: string;
}

export interface Found extends Created {
  readonly inputs: Props;
}

/** The life of one type of resource. */
export interface Resource {
  check(request: CheckRequest, context: Context): Checked | Promise<Checked>;
  diff(request: DiffRequest, context: Context): Difference | Promise<Difference>;
  create(request: CreateRequest, context: Context): Promise<Created>;
  /** The resource as it is now; undefined when it is gone. */
  read(request: ReadRequest, context: Context): Promise<Found | undefined>;
  update(request: UpdateRequest, context: Context): Promise<Outputs>;
  delete(request: DeleteRequest, context: Context): Promise<void>;
}

export interface Provider {
  readonly name: string;
  readonly version: string;
  checkConfig?(news: Props): Checked;
  diffConfig?(olds: Props, news: Props): Difference;
  configure?(config: Props): void;
  /** The resource type's life. Throws for a type that is not served. */
  resource(type: string): Resource;
  invoke?(token: string, args: Props): Promise<Props>;
}

/** The resource was created but is not as it should be: the engine keeps it, and the next run fixes it. */
export class PartlyDone extends Error {
  constructor(
    message: string,
    readonly made: Created,
    readonly reasons: readonly string[] = [message],
  ) {
    super(message);
    this.name = 'PartlyDone';
  }
}

/** A type or field that the official plugin has and the lab's has not. */
export function unsupported(what: string): Error {
  return new Error(`the lab's provider does not support ${what}; the official plugin does`);
}

/** One failure for each field that is not in `served`. */
export function unsupportedFields(props: Props, served: ReadonlySet<string>, where = ''): Failure[] {
  return Object.keys(props)
    .filter((key) => !served.has(key) && !key.startsWith('__'))
    .map((key) => ({ property: `${where}${key}`, reason: unsupported(`the field ${where}${key}`).message }));
}
