import { astmTextOf, hasTerminator, isWholeAstm, readAstmFrame } from './astm-frame.ts';
import type { AstmLinkOptions } from './astm-options.ts';
import type { AstmItem } from './astm-scanner.ts';
import { control, type LinkAction, type LinkState, nameOfByte } from './link.ts';

interface Rejected {
  readonly reason: string;
  /** First byte and length of what was rejected, checksum and line end not counted. */
  readonly start: number | undefined;
  readonly length: number;
}

/** From ENQ to EOT. */
interface Session {
  readonly tokens: number[];
  readonly frames: Uint8Array[];
  readonly tolerated: Set<string>;
  bytes: number;
  /** Number the next frame must carry, 0 to 7. */
  expected: number;
  /** The frame asked for again, until it comes. */
  rejected: Rejected | undefined;
  /** Something is missing from the middle, whatever comes now. */
  broken: string | undefined;
  deadline: number;
}

/** Frames that may wait for the disk when an instrument does not wait for its ACK. */
const mostWaiting = 1000;
/** A frame number, a record letter, ETX and checksum: less is no frame that lost its beginning. */
const shortestFrame = 5;
const headerRecord = 0x48;
const congestedBytes = 1024 * 1024;

function sameFrame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  if (!one) return false;
  const { number, text, last } = readAstmFrame(one);
  const again = readAstmFrame(other);
  return (
    number === again.number &&
    last === again.last &&
    text.length === again.text.length &&
    text.every((b, i) => b === again.text[i])
  );
}

/**
 * The receiving half. One frame at a time is handed to the store, and its ACK goes out when the store has answered. Instruments
 * that do not wait for ACKs are served from a queue, in order.
 */
export class AstmReceiver {
  readonly #options: AstmLinkOptions;
  readonly #emit: (action: LinkAction) => void;
  #session: Session | undefined;
  #storing: { readonly token: number; readonly raw: Uint8Array } | undefined;
  #waiting: AstmItem[] = [];
  #waitingBytes = 0;
  #tokens = 0;
  ready = true;

  constructor(options: AstmLinkOptions, emit: (action: LinkAction) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  /** In a session, or the last frame of one is still on its way to disk. */
  get isBusy(): boolean {
    return this.#session !== undefined || this.#storing !== undefined;
  }

  get isCongested(): boolean {
    return this.#waitingBytes > congestedBytes || this.#waiting.length > mostWaiting / 2;
  }

  get state(): LinkState {
    if (this.#storing) return 'storing';
    return this.#session ? 'receiving' : 'idle';
  }

  get bufferedBytes(): number {
    return (this.#session?.bytes ?? 0) + this.#waitingBytes + (this.#storing?.raw.length ?? 0);
  }

  /** The disk is never timed out: the sender's own time-out decides. */
  get deadline(): number | null {
    return this.#session && !this.#storing ? this.#session.deadline : null;
  }

  take(item: AstmItem, now: number): void {
    if (!this.#storing) {
      this.#process(item, now);
      return;
    }
    if (item.kind === 'frame') {
      // Sent again because its ACK is not out yet: that one ACK will answer both.
      const previous = this.#waiting.length === 0 ? this.#storing.raw : lastFrame(this.#waiting);
      if (sameFrame(previous, item.raw)) {
        this.#note('A frame came again before its ACK.');
        return;
      }
    }
    const full = this.#waiting.length >= mostWaiting || this.#waitingBytes > this.#options.maxMessageBytes;
    const kept: AstmItem =
      full && item.kind === 'frame'
        ? { kind: 'bad', reason: 'came faster than it can be stored', start: undefined, length: 0 }
        : item;
    // One of a kind says it all; and whoever floods with changing ones is not heard at all.
    if (full && (this.#waiting.at(-1)?.kind === kept.kind || this.#waiting.length >= 2 * mostWaiting)) return;
    this.#waiting.push(kept);
    if (kept.kind === 'frame') this.#waitingBytes += kept.raw.length;
  }

  stored(token: number, now: number): void {
    const storing = this.#storing;
    if (storing?.token !== token) return;
    this.#storing = undefined;
    const session = this.#session;
    if (session) {
      session.tokens.push(token);
      session.frames.push(storing.raw);
      session.bytes += storing.raw.length;
      session.expected = ((readAstmFrame(storing.raw).number ?? session.expected) + 1) % 8;
      this.#answer(control.ACK, now);
    }
    this.#resume(now);
  }

  storeFailed(token: number, reason: string, now: number): void {
    const storing = this.#storing;
    if (storing?.token !== token) return;
    this.#storing = undefined;
    this.#reject(`could not be stored: ${reason}`, now, bodyOf(storing.raw));
    this.#resume(now);
  }

  passTime(now: number): void {
    const { deadline } = this;
    if (deadline === null || now < deadline) return;
    this.#breakOff(`Nothing came for ${this.#options.receiveTimeoutMs / 1000} s.`);
  }

  close(reason: string): void {
    this.#breakOff(reason);
    this.#storing = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #resume(now: number): void {
    while (!this.#storing) {
      const item = this.#waiting.shift();
      if (!item) return;
      if (item.kind === 'frame') this.#waitingBytes -= item.raw.length;
      this.#process(item, now);
    }
  }

  #process(item: AstmItem, now: number): void {
    switch (item.kind) {
      case 'enq':
        if (this.#session) this.#breakOff('The analyzer began anew.');
        if (this.ready) this.#open(now);
        else this.#note('The analyzer was told to wait (NAK).');
        this.#emit({ kind: 'send', bytes: Uint8Array.of(this.ready ? control.ACK : control.NAK) });
        break;
      case 'frame':
        this.#frame(item.raw, item.tolerated, now);
        break;
      case 'bad':
        this.#reject(item.reason, now, item);
        break;
      case 'eot':
        this.#finish();
        break;
      case 'ack':
      case 'nak':
        this.#note(`A stray ${item.kind.toUpperCase()} came.`);
        break;
      case 'noise':
        this.#noise(item, now);
        break;
      case 'stray':
        break;
      default:
        item satisfies never;
    }
  }

  #open(now: number): Session {
    const deadline = now + this.#options.receiveTimeoutMs;
    const session: Session = {
      tokens: [],
      frames: [],
      tolerated: new Set(),
      bytes: 0,
      expected: 1,
      rejected: undefined,
      broken: undefined,
      deadline,
    };
    this.#session = session;
    return session;
  }

  #frame(raw: Uint8Array, tolerated: readonly string[], now: number): void {
    let session = this.#session;
    if (!session) {
      // Without ENQ only the beginning of a message is taken: the rest of a session that was given up would be acknowledged for
      // nothing.
      const begins = readAstmFrame(raw).text[0] === headerRecord;
      if (!this.ready || !begins) {
        this.#reject(begins ? 'came while the laboratory is not ready' : 'belongs to no session', now, bodyOf(raw));
        return;
      }
      session = this.#open(now);
      session.tolerated.add('A frame came without ENQ before it.');
    }
    if (sameFrame(session.frames.at(-1), raw)) {
      this.#note('The last frame came again; it was acknowledged and not taken twice.');
      if (this.#options.frameNumbers === 'strict' || isSecondOf(session.rejected, raw)) session.rejected = undefined;
      this.#answer(control.ACK, now);
      return;
    }
    if (!this.#isInTurn(session, raw, now)) return;
    if (session.bytes + raw.length > this.#options.maxMessageBytes) {
      this.#reject(
        `makes the message longer than ${this.#options.maxMessageBytes} bytes; raise this device's limit`,
        now,
        bodyOf(raw),
      );
      return;
    }
    for (const what of tolerated) session.tolerated.add(`Frames tolerated: ${what}.`);
    const token = ++this.#tokens;
    this.#storing = { token, raw };
    this.#emit({ kind: 'store', token, what: 'frame', bytes: raw });
  }

  /**
   * Whether a frame may follow the ones before it. An instrument that does not wait for replies sends on after a NAK; the number
   * due comes round again eight frames later, so a frame out of turn once means that frames are missing for good. Where frames are
   * numbered anyhow, only the very frame that was refused can fill its place.
   */
  #isInTurn(session: Session, raw: Uint8Array, now: number): boolean {
    const { number } = readAstmFrame(raw);
    if (this.#options.frameNumbers === 'strict') {
      if (number === session.expected && session.broken === undefined) {
        session.rejected = undefined;
        return true;
      }
      const said = number === undefined ? 'no frame number' : `frame number ${number}`;
      session.broken ??= `has ${said} where ${session.expected} is due`;
      const remedy = 'if this instrument counts in its own way, set its frame numbers to "tolerant"';
      this.#reject(`${session.broken}; ${remedy}`, now, bodyOf(raw));
      return false;
    }
    if (session.rejected && !isSecondOf(session.rejected, raw)) session.broken ??= session.rejected.reason;
    session.rejected = undefined;
    if (number !== session.expected) session.tolerated.add('The frames are not numbered as the standard says.');
    return true;
  }

  #reject(reason: string, now: number, what: Pick<Rejected, 'start' | 'length'>): void {
    if (this.#session) this.#session.rejected = { reason, start: what.start, length: what.length };
    this.#note(`A frame was refused (NAK): it ${reason}.`);
    this.#answer(control.NAK, now);
  }

  /** In a session this may have been a frame without its STX; outside one it is just noise. */
  #noise({ count, first, waiting }: Extract<AstmItem, { kind: 'noise' }>, now: number): void {
    const session = this.#session;
    const what = `${count} bytes came outside any ${session ? 'frame' : 'session'}, the first ${nameOfByte(first)}`;
    if (!session) this.#note(`${what}. Are protocol, speed and parity of this device right?`);
    else if (waiting) this.#reject(`lost its beginning: ${what}`, now, { start: undefined, length: 0 });
    else if (count >= shortestFrame)
      session.rejected ??= { reason: `lost its beginning: ${what}`, start: undefined, length: 0 };
    else this.#note(`${what}.`);
  }

  #answer(byte: number, now: number): void {
    if (this.#session) this.#session.deadline = now + this.#options.receiveTimeoutMs;
    this.#emit({ kind: 'send', bytes: Uint8Array.of(byte) });
  }

  #finish(): void {
    const session = this.#session;
    if (!session) return;
    const missing = session.broken ?? session.rejected?.reason;
    if (missing !== undefined) {
      this.#breakOff(`Frames are missing: one ${missing}.`);
      return;
    }
    const text = astmTextOf(session.frames);
    const flaw = session.frames.length > 0 ? this.#flawOf(text) : undefined;
    if (flaw !== undefined) {
      this.#breakOff(flaw);
      return;
    }
    this.#session = undefined;
    if (session.frames.length === 0) return;
    this.#emit({ kind: 'message', tokens: session.tokens, text, tolerated: [...session.tolerated] });
  }

  /** What shows that a text is not a whole message, or several: header (H) to terminator (L), the last record ended. */
  #flawOf(text: Uint8Array): string | undefined {
    if (text.at(-1) !== control.CR) return 'The analyzer ended the session in the middle of a record.';
    if (!this.#options.requireTerminator) return undefined;
    if (text[0] !== headerRecord) return 'The session does not begin with a header record (H).';
    return hasTerminator(text) ? undefined : 'The analyzer ended the session before the terminator record (L).';
  }

  #breakOff(reason: string): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    const frames = this.#storing ? [...session.frames, this.#storing.raw] : session.frames;
    const tokens = this.#storing ? [...session.tokens, this.#storing.token] : session.tokens;
    if (tokens.length === 0) return;
    const text = astmTextOf(frames);
    const incomplete = { kind: 'incomplete', tokens, text, reason, tolerated: [...session.tolerated] } as const;
    const whole = session.broken === undefined && session.rejected === undefined && isWholeAstm(text);
    this.#emit(whole ? { ...incomplete, whole } : incomplete);
  }

  #note(text: string): void {
    this.#emit({ kind: 'note', text });
  }
}

/** First byte and length of a frame between STX and its checksum. */
function bodyOf(raw: Uint8Array): { readonly start: number | undefined; readonly length: number } {
  const end = Math.max(raw.lastIndexOf(control.ETX), raw.lastIndexOf(control.ETB));
  return { start: raw[1], length: end };
}

/** Whether this may be what was refused before, sent again. */
function isSecondOf(rejected: Rejected | undefined, raw: Uint8Array): boolean {
  const { start, length } = bodyOf(raw);
  return rejected !== undefined && rejected.start === start && rejected.length === length;
}

function lastFrame(items: readonly AstmItem[]): Uint8Array | undefined {
  const last = items.at(-1);
  return last?.kind === 'frame' ? last.raw : undefined;
}
