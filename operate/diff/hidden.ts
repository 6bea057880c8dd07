/** In place of a value that must not be shown. It can be compared, and nothing else. */
export class Hidden {
  /**
   * @param cipher what is in Git, if it is encrypted there
   * @param digest of the value, keyed; undefined where nothing here decrypts it
   */
  constructor(
    private readonly cipher: string | undefined,
    private readonly digest: string | undefined,
  ) {}

  /** Whether both have the same value. Two ciphertexts that nothing here opens are different. */
  isSameAs(other: Hidden): boolean {
    if (this.cipher !== undefined && this.cipher === other.cipher) return true;
    return this.digest !== undefined && this.digest === other.digest;
  }

  /** Whether both values are known, so that it is they that were compared. */
  isComparable(other: Hidden): boolean {
    return this.digest !== undefined && other.digest !== undefined;
  }

  /** Nothing of it gets into any output. */
  toJSON(): string {
    return '(hidden)';
  }
}
