/** So much of what was too long is kept, enough to see whose it was. */
const keptOfOverfull = 4096;
const smallest = 256;

/** Bytes collected up to a limit, in one buffer that grows by doubling: memory follows what came, not how it was chopped. */
export class GrowingBytes {
  readonly #limit: number;
  #buffer: Uint8Array = new Uint8Array(smallest);
  #length = 0;
  #overfull = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** More came than the limit allows; only the beginning is kept. */
  get isOverfull(): boolean {
    return this.#overfull;
  }

  get first(): number | undefined {
    return this.#length > 0 ? this.#buffer[0] : undefined;
  }

  get last(): number | undefined {
    return this.#length > 0 && !this.#overfull ? this.#buffer[this.#length - 1] : undefined;
  }

  append(part: Uint8Array): void {
    if (this.#overfull || part.length === 0) return;
    const wanted = this.#length + part.length;
    if (wanted > this.#limit) {
      const room = Math.max(0, keptOfOverfull - this.#length);
      const beginning = new Uint8Array(Math.min(keptOfOverfull, wanted));
      beginning.set(this.#buffer.subarray(0, Math.min(this.#length, keptOfOverfull)));
      beginning.set(part.subarray(0, room), Math.min(this.#length, keptOfOverfull));
      this.#buffer = beginning;
      this.#length = beginning.length;
      this.#overfull = true;
      return;
    }
    if (wanted > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.#limit, Math.max(this.#buffer.length * 2, wanted)));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.#length);
    this.#length = wanted;
  }

  /** What was collected, in a buffer of its own. */
  copy(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  clear(): void {
    if (this.#buffer.length > 16 * smallest) this.#buffer = new Uint8Array(smallest);
    this.#length = 0;
    this.#overfull = false;
  }
}
