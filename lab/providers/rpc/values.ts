import { Struct } from 'google-protobuf/google/protobuf/struct_pb';

/** Property values as the engine sends them, with secrets unwrapped. */
export type Props = Record<string, unknown>;

/** The path of a value in a resource's properties. */
export type Path = readonly (string | number)[];

/** The placeholder for a value that is not known yet, in a preview. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** The engine has one placeholder for each type of value. */
const unknowns = new Set([
  UNKNOWN,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
/** Shorter strings are too common to be searched for in outputs and messages. */
const SHORTEST_SECRET = 6;

export function isProps(value: unknown): value is Props {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isUnknown(value: unknown): boolean {
  return typeof value === 'string' && unknowns.has(value);
}

/** True when the value, or anything inside it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isProps(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/** The secrets in a set of properties, so that they stay secret in the outputs. */
export class Secrets {
  private readonly paths = new Set<string>();
  private readonly texts = new Set<string>();
  private readonly past: Secrets[] = [];

  get any(): boolean {
    return this.paths.size > 0;
  }

  /** Removes the secrets of another set of properties from messages too, without making them secret in outputs. */
  alsoRedact(others: Secrets): void {
    this.past.push(others);
  }

  /** Unwraps the secrets of a value and remembers them; drops nulls, which mean absence. */
  open(value: unknown, path: Path = []): unknown {
    if (Array.isArray(value)) return value.map((item, index) => this.open(item, [...path, index]));
    if (!isProps(value)) return value;
    if (value[SIGNATURE] === SECRET) {
      this.paths.add(JSON.stringify(path));
      this.remember(value.value);
      return this.open(value.value, path);
    }
    const opened: Props = {};
    for (const [key, item] of Object.entries(value)) {
      if (item !== null && item !== undefined) opened[key] = this.open(item, [...path, key]);
    }
    return opened;
  }

  /** Wraps every value at the path of a secret, every value equal to one, and the top-level properties named in `also`. */
  seal(value: Props, also: readonly string[] = []): Props {
    const sealed: Props = {};
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      sealed[key] = also.includes(key) ? wrap(item) : this.sealAt(item, [key]);
    }
    return sealed;
  }

  /** The text with every remembered secret replaced. */
  redact(text: string): string {
    let redacted = this.past.reduce((partly, others) => others.redact(partly), text);
    for (const secret of [...this.texts].flatMap(spellings).sort((a, b) => b.length - a.length)) {
      redacted = redacted.replaceAll(secret, '[secret]');
    }
    return redacted;
  }

  private sealAt(value: unknown, path: Path): unknown {
    if (this.paths.has(JSON.stringify(path[0] === '__inputs' ? path.slice(1) : path))) return wrap(value);
    if (typeof value === 'string') return this.texts.has(value) ? wrap(value) : value;
    if (Array.isArray(value)) return value.map((item, index) => this.sealAt(item, [...path, index]));
    if (!isProps(value)) return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.sealAt(item, [...path, key])]));
  }

  private remember(value: unknown): void {
    if (typeof value === 'string') {
      if (value.length >= SHORTEST_SECRET && !isUnknown(value)) this.texts.add(value);
    } else if (Array.isArray(value)) {
      value.forEach((item) => this.remember(item));
    } else if (isProps(value)) {
      Object.values(value).forEach((item) => this.remember(item));
    }
  }
}

/** The value without its unknown parts. */
export function knownOnly(value: unknown): unknown {
  if (isUnknown(value)) return undefined;
  if (Array.isArray(value)) return value.filter((item) => !isUnknown(item)).map(knownOnly);
  if (!isProps(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isUnknown(item))
      .map(([key, item]) => [key, knownOnly(item)]),
  );
}

export function fromStruct(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(props: Props): Struct {
  return Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]);
}

function wrap(value: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return isSealed(plain) ? plain : { [SIGNATURE]: SECRET, value: plain };
}

function isSealed(value: unknown): boolean {
  return isProps(value) && value[SIGNATURE] === SECRET;
}

/** The forms in which a secret can appear in a message: complete, line by line, encoded, or decoded. */
function spellings(secret: string): string[] {
  const lines = secret.split('\n').filter((line) => line.trim().length >= 2 * SHORTEST_SECRET);
  const encoded = Buffer.from(secret).toString('base64');
  const decoded = Buffer.from(secret, 'base64');
  const all = [secret, ...lines, encoded, JSON.stringify(secret).slice(1, -1)];
  const roundTrips = decoded.toString('base64') === secret;
  if (roundTrips && decoded.length >= SHORTEST_SECRET) all.push(decoded.toString('utf8'));
  return all;
}
