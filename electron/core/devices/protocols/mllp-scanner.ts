import { GrowingBytes } from './growing-bytes.ts';
import { control, joinBytes } from './link.ts';

/** A message text in its block: VT, text, FS, CR. */
export function mllpBlock(text: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(control.VT), text, Uint8Array.of(control.FS, control.CR)]);
}

export type MllpItem =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly tolerated: readonly string[] }
  /** A message that was not kept because of its length; enough of it to answer. */
  | { readonly kind: 'oversize'; readonly beginning: Uint8Array }
  /** A message without its end, before the next one began. */
  | { readonly kind: 'broken'; readonly bytes: Uint8Array };

/** Finds MLLP blocks (VT … FS CR) in a stream of bytes, whatever its chunks. The CR may be missing. */
export class MllpScanner {
  readonly #text: GrowingBytes;
  #inside = false;
  #noise = 0;
  #firstNoise = 0;

  constructor(maxBytes: number) {
    this.#text = new GrowingBytes(maxBytes);
  }

  get bufferedBytes(): number {
    return this.#text.length;
  }

  take(bytes: Uint8Array): MllpItem[] {
    const items: MllpItem[] = [];
    let at = 0;
    while (at < bytes.length) at = this.#inside ? this.#takeInside(bytes, at, items) : this.#takeBetween(bytes, at);
    return items;
  }

  /** Bytes that came between messages since the last call, line ends not counted. */
  dropNoise(): { readonly count: number; readonly first: number } {
    const dropped = { count: this.#noise, first: this.#firstNoise };
    this.#noise = 0;
    return dropped;
  }

  /** Forgets what is half received and returns it; nothing of a message that was too long. */
  reset(): Uint8Array {
    const rest = this.#inside && !this.#text.isOverfull ? this.#text.copy() : new Uint8Array(0);
    this.#text.clear();
    this.#inside = false;
    this.#noise = 0;
    return rest;
  }

  #takeBetween(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === control.VT) {
        this.#text.clear();
        this.#inside = true;
        return at + 1;
      }
      if (byte === control.CR || byte === control.LF) continue;
      if (this.#noise === 0) this.#firstNoise = byte;
      this.#noise++;
    }
    return bytes.length;
  }

  #takeInside(bytes: Uint8Array, from: number, items: MllpItem[]): number {
    const at = endOfText(bytes, from);
    this.#text.append(bytes.subarray(from, at));
    if (at === bytes.length) return at;
    const whole = this.#text.copy();
    const oversize = this.#text.isOverfull;
    this.#text.clear();
    if (bytes[at] === control.VT) {
      if (whole.length > 0 && !oversize) items.push({ kind: 'broken', bytes: whole });
      return at + 1;
    }
    this.#inside = false;
    if (oversize) items.push({ kind: 'oversize', beginning: whole });
    else if (whole.length > 0) items.push({ kind: 'message', bytes: whole, tolerated: [] });
    return at + 1;
  }
}

/** Where the next FS or VT is, or the end. */
function endOfText(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(control.FS, from);
  const rest = bytes.subarray(0, end < 0 ? bytes.length : end);
  const start = rest.indexOf(control.VT, from);
  return start < 0 ? rest.length : start;
}
