import { astmTextOf, hasTerminator, readAstmFrame } from './astm-frame.ts';
import type { AstmLinkOptions } from './astm-options.ts';
import type { AstmItem } from './astm-scanner.ts';
import { control, type LinkAction, type LinkState } from './link.ts';

/** From ENQ to EOT. */
interface Session {
  readonly tokens: number[];
  readonly frames: Uint8Array[];
  readonly tolerated: Set<string>;
  bytes: number;
  /** Number the next frame must carry, 0 to 7. */
  expected: number;
  /** The last frame asked for again, and not yet come. */
  rejected: string | undefined;
  deadline: number;
}

/** Frames that may wait for the disk when an instrument does not wait for its ACK. */
const mostWaiting = 1000;
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
      full && item.kind === 'frame' ? { kind: 'bad', reason: 'came faster than it can be stored' } : item;
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
      session.rejected = undefined;
      this.#answer(control.ACK, now);
    }
    this.#resume(now);
  }

  storeFailed(token: number, reason: string, now: number): void {
    if (this.#storing?.token !== token) return;
    this.#storing = undefined;
    this.#reject(`could not be stored: ${reason}`, now);
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
        this.#reject(item.reason, now);
        break;
      case 'eot':
        this.#finish();
        break;
      case 'ack':
      case 'nak':
        this.#note(`A stray ${item.kind.toUpperCase()} came.`);
        break;
      case 'noise':
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
      deadline,
    };
    this.#session = session;
    return session;
  }

  #frame(raw: Uint8Array, tolerated: readonly string[], now: number): void {
    let session = this.#session;
    if (!session) {
      if (!this.ready) {
        this.#reject('came while the laboratory is not ready', now);
        return;
      }
      session = this.#open(now);
      session.tolerated.add('A frame came without ENQ before it.');
    }
    if (sameFrame(session.frames.at(-1), raw)) {
      this.#note('The last frame came again; it was acknowledged and not taken twice.');
      session.rejected = undefined;
      this.#answer(control.ACK, now);
      return;
    }
    const { number } = readAstmFrame(raw);
    if (number !== session.expected) {
      const said = number === undefined ? 'no frame number' : `frame number ${number}`;
      if (this.#options.frameNumbers === 'strict') {
        const remedy = 'if this instrument counts in its own way, set its frame numbers to "tolerant"';
        this.#reject(`has ${said} where ${session.expected} is due; ${remedy}`, now);
        return;
      }
      session.tolerated.add('The frames are not numbered as the standard says.');
    }
    if (session.bytes + raw.length > this.#options.maxMessageBytes) {
      this.#reject(
        `makes the message longer than ${this.#options.maxMessageBytes} bytes; raise this device's limit`,
        now,
      );
      return;
    }
    for (const what of tolerated) session.tolerated.add(`Frames tolerated: ${what}.`);
    const token = ++this.#tokens;
    this.#storing = { token, raw };
    this.#emit({ kind: 'store', token, what: 'frame', bytes: raw });
  }

  #reject(reason: string, now: number): void {
    if (this.#session) this.#session.rejected = reason;
    this.#note(`A frame was refused (NAK): it ${reason}.`);
    this.#answer(control.NAK, now);
  }

  #answer(byte: number, now: number): void {
    if (this.#session) this.#session.deadline = now + this.#options.receiveTimeoutMs;
    this.#emit({ kind: 'send', bytes: Uint8Array.of(byte) });
  }

  #finish(): void {
    const session = this.#session;
    if (!session) return;
    if (session.rejected !== undefined) {
      this.#breakOff(`The analyzer gave up; its last frame ${session.rejected}.`);
      return;
    }
    const text = astmTextOf(session.frames);
    if (session.frames.length > 0 && this.#options.requireTerminator && !hasTerminator(text)) {
      this.#breakOff('The analyzer ended the session before the terminator record (L).');
      return;
    }
    this.#session = undefined;
    if (session.frames.length === 0) return;
    this.#emit({ kind: 'message', tokens: session.tokens, text, tolerated: [...session.tolerated] });
  }

  #breakOff(reason: string): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    const frames = this.#storing ? [...session.frames, this.#storing.raw] : session.frames;
    const tokens = this.#storing ? [...session.tokens, this.#storing.token] : session.tokens;
    if (tokens.length === 0) return;
    this.#emit({ kind: 'incomplete', tokens, text: astmTextOf(frames), reason, tolerated: [...session.tolerated] });
  }

  #note(text: string): void {
    this.#emit({ kind: 'note', text });
  }
}

function lastFrame(items: readonly AstmItem[]): Uint8Array | undefined {
  const last = items.at(-1);
  return last?.kind === 'frame' ? last.raw : undefined;
}
