import { astmChecksum } from './astm-frame.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { control, joinBytes, nameOfByte } from './link.ts';

/** What the scanner finds on the line, in order. */
export type AstmItem =
  | { readonly kind: 'enq' | 'ack' | 'nak' | 'eot' }
  /** A frame whose checksum is right. */
  | { readonly kind: 'frame'; readonly raw: Uint8Array; readonly tolerated: readonly string[] }
  /** Something that was meant to be a frame. `start` and `length` tell a second transmission of it from the next frame. */
  | { readonly kind: 'bad'; readonly reason: string; readonly start: number | undefined; readonly length: number }
  /** Bytes outside any frame: perhaps one that lost its STX. `waiting`: silence followed, the sender waits for a reply. */
  | { readonly kind: 'noise'; readonly count: number; readonly first: number; readonly waiting: boolean }
  /** A byte that belongs to nothing, while only replies are expected. */
  | { readonly kind: 'stray' };

export interface AstmScannerLimits {
  /** Longest frame that is kept. Instruments put whole messages into one. */
  readonly maxFrameBytes: number;
  /** A frame whose CR LF does not come is taken as whole after this silence. */
  readonly trailerWaitMs: number;
  /** An ENQ or EOT inside a frame counts as one after this silence: its frame broke off before it. */
  readonly controlQuietMs: number;
  /** A frame, or noise between frames, is given up after this silence; less than the sender's 15 s, so that NAK still helps. */
  readonly frameQuietMs: number;
}

type Phase = 'between' | 'text' | 'sum1' | 'sum2' | 'cr' | 'lf';

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/**
 * Finds frames and control characters in a stream of bytes, whatever its chunks.
 *
 * A frame is complete with the LF after its checksum. That matters: a byte of the text that the line turned into ETX would end
 * the frame early, and the two characters after it are the right checksum once in a few thousand times; but the text then goes
 * on where CR LF should stand. So a frame with anything else there is refused, and one with nothing there is taken only
 * after a silence.
 */
export class AstmScanner {
  readonly #limits: AstmScannerLimits;
  readonly #body: GrowingBytes;
  #phase: Phase = 'between';
  #sums: number[] = [];
  #noise = 0;
  #firstNoise = 0;
  #lastAt = 0;

  constructor(limits: AstmScannerLimits) {
    this.#limits = limits;
    this.#body = new GrowingBytes(limits.maxFrameBytes);
  }

  /** Nothing half received. */
  get isBetween(): boolean {
    return this.#phase === 'between' && this.#noise === 0;
  }

  get bufferedBytes(): number {
    return this.#phase === 'between' ? 0 : this.#body.length;
  }

  /** Takes the noise since the last frame, for when no session is open. */
  takeNoise(): Extract<AstmItem, { kind: 'noise' }> | undefined {
    return this.#noise > 0 ? this.#noiseItem(false) : undefined;
  }

  reset(): void {
    this.#phase = 'between';
    this.#noise = 0;
    this.#body.clear();
  }

  /** When silence will mean something. */
  get deadline(): number | null {
    if (this.#phase === 'between' && this.#noise === 0) return null;
    return this.#lastAt + this.#silence();
  }

  /** Reads on from `from` up to the next item or the end. `repliesOnly`: we are sending, no frame can begin. */
  take(bytes: Uint8Array, from: number, now: number, repliesOnly: boolean): { item?: AstmItem; next: number } {
    let at = from;
    if (at < bytes.length) this.#lastAt = now;
    while (at < bytes.length) {
      if (this.#phase === 'text') {
        at = this.#takeText(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      at++;
      switch (this.#phase) {
        case 'between': {
          if (this.#noise > 0 && (byte === control.ENQ || byte === control.EOT || byte === control.STX)) {
            return { item: this.#noiseItem(false), next: at - 1 };
          }
          const item = this.#between(byte, repliesOnly);
          if (item) return { item, next: at };
          break;
        }
        case 'sum1':
          this.#sums = [byte];
          this.#phase = 'sum2';
          break;
        case 'sum2':
          this.#sums.push(byte);
          this.#phase = 'cr';
          break;
        case 'cr':
        case 'lf': {
          if (byte === control.CR && this.#phase === 'cr') {
            this.#phase = 'lf';
            break;
          }
          if (byte === control.LF)
            return { item: this.#finish(this.#phase === 'cr' ? ['LF without CR'] : [], [byte]), next: at };
          // The next frame or session begins at once: there was no CR LF. Anything else is text where no text may be.
          const begins = byte === control.STX || byte === control.ENQ || byte === control.EOT;
          const item = begins
            ? this.#finish(['no CR LF after the checksum'], [])
            : this.#refuse('text goes on behind its checksum');
          return { item, next: at - 1 };
        }
      }
    }
    return { next: at };
  }

  /** What the silence up to `now` means. */
  quiet(now: number): AstmItem[] {
    const { deadline } = this;
    if (deadline === null || now < deadline) return [];
    switch (this.#phase) {
      case 'cr':
      case 'lf':
        return [this.#finish(['no CR LF after the checksum'], [])];
      case 'text': {
        const last = this.#endsInControl();
        const items: AstmItem[] = [this.#refuse(last ? `broke off before ${nameOfByte(last)}` : 'broke off')];
        if (last) items.push({ kind: last === control.ENQ ? 'enq' : 'eot' });
        return items;
      }
      case 'between':
        return [this.#noiseItem(true)];
      default:
        return [this.#refuse('broke off in its checksum')];
    }
  }

  /** How long a silence means something in this place. */
  #silence(): number {
    switch (this.#phase) {
      case 'text':
        return this.#endsInControl() ? this.#limits.controlQuietMs : this.#limits.frameQuietMs;
      case 'cr':
      case 'lf':
        return this.#limits.trailerWaitMs;
      default:
        return this.#limits.frameQuietMs;
    }
  }

  #between(byte: number, repliesOnly: boolean): AstmItem | undefined {
    switch (byte) {
      case control.ENQ:
        return { kind: 'enq' };
      case control.EOT:
        return { kind: 'eot' };
      case control.ACK:
        return { kind: 'ack' };
      case control.NAK:
        return { kind: 'nak' };
      case control.CR:
      case control.LF:
        return undefined;
      case control.STX:
        if (repliesOnly) return { kind: 'stray' };
        this.#body.clear();
        this.#phase = 'text';
        return undefined;
      default:
        if (repliesOnly) return { kind: 'stray' };
        if (this.#noise === 0) this.#firstNoise = byte;
        this.#noise++;
        return undefined;
    }
  }

  #takeText(bytes: Uint8Array, from: number): number {
    let end = from;
    while (end < bytes.length && bytes[end] !== control.ETX && bytes[end] !== control.ETB) end++;
    const ended = end < bytes.length;
    this.#body.append(bytes.subarray(from, ended ? end + 1 : end));
    if (ended) this.#phase = 'sum1';
    return ended ? end + 1 : end;
  }

  #endsInControl(): number | undefined {
    const { last } = this.#body;
    return last === control.ENQ || last === control.EOT ? last : undefined;
  }

  #refuse(reason: string): AstmItem {
    const { first: start, length } = this.#body;
    this.reset();
    return { kind: 'bad', reason, start, length };
  }

  #noiseItem(waiting: boolean): Extract<AstmItem, { kind: 'noise' }> {
    const item = { kind: 'noise', count: this.#noise, first: this.#firstNoise, waiting } as const;
    this.#noise = 0;
    return item;
  }

  #finish(tolerated: readonly string[], lineFeed: readonly number[]): AstmItem {
    const [high = 0, low = 0] = this.#sums;
    if (this.#body.isOverfull)
      return this.#refuse(`longer than ${this.#limits.maxFrameBytes} bytes; raise this device's limit`);
    const body = this.#body.copy();
    const said = hexDigit(high) < 0 || hexDigit(low) < 0 ? -1 : hexDigit(high) * 16 + hexDigit(low);
    if (said !== astmChecksum(body)) return this.#refuse('wrong checksum');
    // Two frames of which the first lost its end; one in 256 such pairs has the right checksum all the same.
    if (body.includes(control.STX)) return this.#refuse('holds the beginning of another frame');
    const trailer = [...(this.#phase === 'lf' ? [control.CR] : []), ...lineFeed];
    const raw = joinBytes([Uint8Array.of(control.STX), body, Uint8Array.of(high, low, ...trailer)]);
    this.reset();
    return { kind: 'frame', raw, tolerated };
  }
}
