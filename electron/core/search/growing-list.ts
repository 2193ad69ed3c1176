type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** An append-only list of numbers in one typed array that grows; views taken of it stay as they were. */
export class GrowingList<A extends Numbers> {
  values: A;
  length: number;
  private readonly make: (length: number) => A;

  /** @param initial its values are taken over, not copied */
  constructor(make: (length: number) => A, initial: A = make(1024)) {
    this.make = make;
    this.values = initial;
    this.length = 0;
  }

  /** A list whose content is all of `values`. */
  static of<A extends Numbers>(make: (length: number) => A, values: A): GrowingList<A> {
    const list = new GrowingList(make, values);
    list.length = values.length;
    return list;
  }

  push(value: number): void {
    if (this.length === this.values.length) this.grow(this.length + 1);
    this.values[this.length++] = value;
  }

  append(values: ArrayLike<number>): void {
    if (this.length + values.length > this.values.length) this.grow(this.length + values.length);
    this.values.set(values, this.length);
    this.length += values.length;
  }

  /** What is in it now, without a copy. */
  view(): A {
    return this.values.subarray(0, this.length) as A;
  }

  get bytes(): number {
    return this.values.byteLength;
  }

  private grow(needed: number): void {
    const larger = this.make(Math.max(needed, Math.ceil(this.values.length * 1.4), 1024));
    larger.set(this.view());
    this.values = larger;
  }
}

export const bytes = (length: number): Uint8Array => new Uint8Array(length);
export const shorts = (length: number): Uint16Array => new Uint16Array(length);
export const integers = (length: number): Uint32Array => new Uint32Array(length);
