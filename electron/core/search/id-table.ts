import { bytes, GrowingList, integers } from './growing-list.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const uuidBytes = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a table is stored and restored by. */
export interface IdTableData {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
}

/**
 * Document ids by entry number and back, without a JavaScript object for each: a million UUIDs take 29 MB instead of
 * 150 MB as strings in a Map. An id may be appended again; it is then found at its latest number.
 */
export class IdTable {
  private readonly content: GrowingList<Uint8Array>;
  /** Where each id begins, and where the last one ends. */
  private readonly starts: GrowingList<Uint32Array>;
  /** Open addressing; number + 1 of the entry, 0 where free. */
  private slots: Uint32Array;
  private used = 0;

  constructor(data?: IdTableData) {
    this.content = data ? GrowingList.of(bytes, data.bytes) : new GrowingList(bytes);
    this.starts = data ? GrowingList.of(integers, data.starts) : new GrowingList(integers);
    if (!data) this.starts.push(0);
    this.slots = new Uint32Array(0);
    this.rehash(Math.max(1024, nextPowerOfTwo(this.length * 2)));
  }

  get length(): number {
    return this.starts.length - 1;
  }

  get bytes(): number {
    return this.content.bytes + this.starts.bytes + this.slots.byteLength;
  }

  /** Adds the id as the entry of the next number. */
  append(id: string): number {
    const number = this.length;
    this.content.append(encodeId(id));
    this.starts.push(this.content.length);
    if ((this.used + 1) * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    else this.place(number);
    return number;
  }

  /** The number at which the id was appended last; -1 when it never was. */
  find(id: string): number {
    const wanted = encodeId(id);
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hashOf(wanted, 0, wanted.length) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] as number;
      if (held === 0) return -1;
      if (this.equals(held - 1, wanted, 0, wanted.length)) return held - 1;
    }
  }

  idAt(number: number): string {
    const { values } = this.starts;
    return decodeId(this.content.values.subarray(values[number], values[number + 1]));
  }

  /** Views of the content as it is now; they stay valid while the table goes on growing. */
  data(): IdTableData {
    return { bytes: this.content.view(), starts: this.starts.view() };
  }

  private place(number: number): void {
    const { slots } = this;
    const content = this.content.values;
    const mask = slots.length - 1;
    const from = this.starts.values[number] as number;
    const to = this.starts.values[number + 1] as number;
    for (let slot = hashOf(content, from, to) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] as number;
      if (held === 0) this.used++;
      else if (!this.equals(held - 1, content, from, to)) continue;
      slots[slot] = number + 1;
      return;
    }
  }

  private equals(number: number, other: Uint8Array, from: number, to: number): boolean {
    const content = this.content.values;
    const start = this.starts.values[number] as number;
    if ((this.starts.values[number + 1] as number) - start !== to - from) return false;
    for (let index = 0; index < to - from; index++) if (content[start + index] !== other[from + index]) return false;
    return true;
  }

  private rehash(size: number): void {
    this.slots = new Uint32Array(size);
    this.used = 0;
    for (let number = 0; number < this.length; number++) this.place(number);
  }
}

/** A UUID as its 16 bytes, any other id as its text with a byte of length before it, so that the two never meet. */
function encodeId(id: string): Uint8Array {
  if (uuid.test(id)) return Buffer.from(id.replaceAll('-', ''), 'hex');
  const text = encoder.encode(id);
  const encoded = new Uint8Array(text.length + 1 === uuidBytes ? text.length + 2 : text.length + 1);
  encoded[0] = text.length;
  encoded.set(text, 1);
  return encoded;
}

function decodeId(encoded: Uint8Array): string {
  if (encoded.length !== uuidBytes) return decoder.decode(encoded.subarray(1, 1 + (encoded[0] as number)));
  const hex = Buffer.from(encoded.buffer, encoded.byteOffset, uuidBytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** FNV-1a, 32 bits, with a last mixing step: UUIDv7 of one moment share most of their bytes. */
function hashOf(content: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let index = from; index < to; index++) hash = Math.imul(hash ^ (content[index] as number), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

function nextPowerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, value)));
}
