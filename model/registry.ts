import { mapValues } from './defaults';
import { type Check, discriminatedUnion, type Rule } from './validation/schema';

/** An entry for each type of something, by the `type` of its objects. Another type is one more entry, or one `register`. */
export class Registry<Entry> {
  private readonly entries: Map<string, Entry>;

  /** @param subject what the objects are, for messages: `cluster` */
  constructor(
    private readonly subject: string,
    entries: Readonly<Record<string, Entry>>,
  ) {
    this.entries = new Map(Object.entries(entries));
  }

  /** Adds a type that is not part of this program. */
  register(type: string, entry: Entry): void {
    this.entries.set(type, entry);
  }

  /** @throws Error for a type without an entry, which no checked fleet has. */
  of({ type }: { readonly type: string }): Entry {
    const entry = this.entries.get(type);
    if (entry === undefined) throw new Error(`no ${this.subject} type \`${type}\` is registered`);
    return entry;
  }

  /** The entry of an object that is not checked yet; undefined if its type is not registered. */
  find({ type }: { readonly type?: unknown }): Entry | undefined {
    return typeof type === 'string' ? this.entries.get(type) : undefined;
  }

  all(): Readonly<Record<string, Entry>> {
    return Object.fromEntries(this.entries);
  }
}

/**
 * A rule for objects of the registered types, including those that are registered later.
 *
 * @param what a noun with its article: `a cluster`
 * @param example a call that creates such an object
 */
export function registered<T extends { readonly type: string }>(
  models: Registry<{ readonly schema: Check }>,
  what: string,
  example: string,
): Rule<T> {
  return (place, value) => {
    const schemas = mapValues(models.all(), ({ schema }) => schema) as Record<T['type'], Check>;
    return discriminatedUnion<T>(schemas, { what, example })(place, value);
  };
}
