/** What each type of something is, by the `type` of its objects. Another type is one more entry, or one `register`. */
export class Registry<Entry> {
  private readonly entries: Map<string, Entry>;

  /** @param subject what has a type: `cluster` */
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

  /** @throws Error for a type that has no entry, which no checked fleet has. */
  of({ type }: { readonly type: string }): Entry {
    const entry = this.entries.get(type);
    if (entry === undefined) throw new Error(`no ${this.subject} type \`${type}\` is registered`);
    return entry;
  }

  /** The entry of an object that is not checked yet, undefined where it has no known type. */
  find({ type }: { readonly type?: unknown }): Entry | undefined {
    return typeof type === 'string' ? this.entries.get(type) : undefined;
  }

  /** Every type with its entry. */
  all(): Readonly<Record<string, Entry>> {
    return Object.fromEntries(this.entries);
  }
}
