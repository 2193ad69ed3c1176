import { control, type DeviceLink, joinBytes, type LinkAction, type LinkEvent, type LinkState } from './link.ts';

export interface VidasLinkOptions {
  readonly maxFrameBytes: number;
  readonly receiveTimeoutMs: number;
  /** A frame whose ETX does not come is taken as whole after this silence. */
  readonly trailerWaitMs: number;
  /** A frame is given up after this silence. */
  readonly frameQuietMs: number;
}

const vidasLinkDefaults: VidasLinkOptions = {
  maxFrameBytes: 64 * 1024,
  receiveTimeoutMs: 30_000,
  trailerWaitMs: 250,
  frameQuietMs: 10_000,
};

/** Sum of all bytes after STX up to and including GS, modulo 256; checked against captures of mini VIDAS. */
function vidasChecksum(body: Uint8Array): number {
  let sum = 0;
  for (const byte of body) sum = (sum + byte) & 0xff;
  return sum;
}

/** One message as on the wire: STX, text, GS, checksum in lower-case hex, ETX. */
export function encodeVidasFrame(text: Uint8Array): Uint8Array {
  const body = joinBytes([text, Uint8Array.of(control.GS)]);
  const sum = vidasChecksum(body).toString(16).padStart(2, '0');
  const tail = Uint8Array.of(sum.charCodeAt(0), sum.charCodeAt(1), control.ETX);
  return joinBytes([Uint8Array.of(control.STX), body, tail]);
}

/** The text of a stored frame: what stands between STX and GS. */
export function vidasTextOf(frame: Uint8Array): Uint8Array {
  const start = frame[0] === control.STX ? 1 : 0;
  const end = frame.lastIndexOf(control.GS);
  return frame.subarray(start, end < 0 ? frame.length : end);
}

/**
 * The receiving link of bioMérieux VIDAS (BCI): ENQ, ACK, then STX … GS checksum ETX, ACK, and EOT. Each frame is a message. It
 * tolerates a frame without ENQ and one without ETX. A message whose session does not go on after its ACK is in doubt: the
 * instrument may not have heard it and send the message again. See `DeviceLink` for how it is driven.
 */
export function createVidasLink(options: Partial<VidasLinkOptions> = {}): DeviceLink {
  return new VidasLink({ ...vidasLinkDefaults, ...options });
}

interface Unconfirmed {
  readonly token: number;
  readonly text: Uint8Array;
  readonly tolerated: readonly string[];
}

type Phase = 'between' | 'text' | 'sum1' | 'sum2' | 'etx';

/** Frames that may wait for the disk. */
const mostWaiting = 100;

class VidasLink implements DeviceLink {
  readonly #options: VidasLinkOptions;
  #phase: Phase = 'between';
  #body: number[] = [];
  #sums = '';
  #inSession = false;
  #last: Uint8Array | undefined;
  #storing: { readonly token: number; readonly raw: Uint8Array; readonly tolerated: readonly string[] }[] = [];
  /** Acknowledged in the session that is open: whether the instrument heard that shows by what it sends next. */
  #unconfirmed: Unconfirmed[] = [];
  #tokens = 0;
  #ready = true;
  #lastAt = 0;
  #timer: number | null = null;
  #actions: LinkAction[] = [];

  constructor(options: VidasLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    if (this.#storing.length > 0) return 'storing';
    return this.#inSession || this.#phase !== 'between' ? 'receiving' : 'idle';
  }

  get bufferedBytes(): number {
    const waiting = this.#unconfirmed.reduce((sum, { text }) => sum + text.length, 0);
    return this.#body.length + waiting + this.#storing.reduce((sum, { raw }) => sum + raw.length, 0);
  }

  input(event: LinkEvent, nowMs: number): readonly LinkAction[] {
    this.#actions = [];
    if (event.kind === 'time') this.#timer = null;
    this.#passTime(nowMs);
    switch (event.kind) {
      case 'bytes':
        this.#lastAt = nowMs;
        for (const byte of event.bytes) this.#take(byte);
        break;
      case 'stored':
        this.#settle(event.token, undefined, event.duplicate ?? false);
        break;
      case 'storeFailed':
        this.#settle(event.token, event.reason, false);
        break;
      case 'send': {
        const reason = 'this connection receives only: the protocol has no orders here';
        this.#actions.push({ kind: 'sendFailed', id: event.message.id, reason, again: false });
        break;
      }
      case 'ready':
        this.#ready = event.ready;
        break;
      case 'closed':
        this.#close(event.reason);
        break;
      case 'time':
        break;
      default:
        event satisfies never;
    }
    this.#announce();
    return this.#actions;
  }

  #take(byte: number): void {
    switch (this.#phase) {
      case 'between':
        this.#between(byte);
        break;
      case 'text':
        this.#body.push(byte);
        if (byte === control.GS) this.#phase = 'sum1';
        else if (this.#body.length > this.#options.maxFrameBytes) this.#refuse('it is longer than any VIDAS sends');
        break;
      case 'sum1':
        this.#sums = String.fromCharCode(byte);
        this.#phase = 'sum2';
        break;
      case 'sum2':
        this.#sums += String.fromCharCode(byte);
        this.#phase = 'etx';
        break;
      case 'etx': {
        if (byte === control.ETX) {
          this.#finish(true);
          break;
        }
        // As in ASTM: text behind the checksum means that the frame's end was none.
        const ends = byte <= 0x0d;
        if (ends) this.#finish(false);
        else this.#refuse('text goes on behind its checksum');
        if (ends && byte !== control.CR && byte !== control.LF) this.#between(byte);
      }
    }
  }

  #between(byte: number): void {
    switch (byte) {
      case control.ENQ:
        this.#doubt('The analyzer began anew.');
        this.#inSession = this.#ready;
        this.#last = undefined;
        this.#reply(this.#ready ? control.ACK : control.NAK);
        break;
      case control.EOT:
        this.#confirm();
        this.#inSession = false;
        this.#last = undefined;
        break;
      case control.STX:
        this.#phase = 'text';
        this.#body = [];
        break;
      default:
        break;
    }
  }

  #finish(ended: boolean): void {
    const body = Uint8Array.from(this.#body);
    const wrong = !/^[0-9a-f]{2}$/i.test(this.#sums) || Number.parseInt(this.#sums, 16) !== vidasChecksum(body);
    if (wrong) {
      this.#refuse('its checksum is wrong');
      return;
    }
    const sums = Uint8Array.from(this.#sums, (character) => character.charCodeAt(0));
    const raw = joinBytes([
      Uint8Array.of(control.STX),
      body,
      sums,
      ended ? Uint8Array.of(control.ETX) : new Uint8Array(0),
    ]);
    this.#reset();
    const text = vidasTextOf(raw);
    const same = (other: Uint8Array | undefined) =>
      other !== undefined && other.length === text.length && other.every((byte, index) => byte === text[index]);
    if (this.#storing.some((one) => same(vidasTextOf(one.raw)))) return;
    if (same(this.#last)) {
      this.#actions.push({
        kind: 'note',
        text: 'The last message came again; it was acknowledged and not taken twice.',
      });
      this.#reply(control.ACK);
      return;
    }
    if (!this.#ready || this.#storing.length >= mostWaiting) {
      this.#refuse('the laboratory is not ready');
      return;
    }
    const tolerated: string[] = [];
    if (!ended) tolerated.push('The message has no ETX.');
    if (!this.#inSession) tolerated.push('The message came without ENQ before it.');
    this.#confirm();
    const token = ++this.#tokens;
    this.#storing.push({ token, raw, tolerated });
    this.#actions.push({ kind: 'store', token, what: 'frame', bytes: raw });
  }

  #settle(token: number, failure: string | undefined, duplicate: boolean): void {
    const index = this.#storing.findIndex((one) => one.token === token);
    const [stored] = index < 0 ? [] : this.#storing.splice(index, 1);
    if (!stored) return;
    if (failure !== undefined) {
      this.#note(`could not be stored: ${failure}`);
      this.#reply(control.NAK);
      return;
    }
    const text = vidasTextOf(stored.raw);
    this.#last = text;
    this.#reply(control.ACK);
    if (duplicate) return;
    this.#unconfirmed.push({ token, text, tolerated: stored.tolerated });
    if (!this.#inSession) this.#confirm();
  }

  #confirm(): void {
    for (const { token, text, tolerated } of this.#unconfirmed) {
      this.#actions.push({ kind: 'message', tokens: [token], text, tolerated });
    }
    this.#unconfirmed = [];
  }

  #doubt(reason: string): void {
    for (const { token, text, tolerated } of this.#unconfirmed) {
      this.#actions.push({ kind: 'incomplete', tokens: [token], text, tolerated, reason, whole: true });
    }
    this.#unconfirmed = [];
  }

  #close(reason: string): void {
    if (this.#body.length > 0) this.#note(`broke off: ${reason}`);
    this.#reset();
    this.#inSession = false;
    this.#last = undefined;
    // What is being stored is whole: it is handed on now, its acknowledgement has nowhere to go.
    for (const { token, raw, tolerated } of this.#storing) {
      this.#unconfirmed.push({ token, text: vidasTextOf(raw), tolerated });
    }
    this.#storing = [];
    this.#doubt(reason);
  }

  #passTime(now: number): void {
    const { deadline } = this;
    if (deadline === null || now < deadline) return;
    if (this.#phase === 'etx') this.#finish(false);
    else if (this.#phase !== 'between') this.#refuse('it broke off');
    else {
      this.#doubt(`Nothing came for ${this.#options.receiveTimeoutMs / 1000} s.`);
      this.#inSession = false;
      this.#last = undefined;
    }
  }

  get deadline(): number | null {
    if (this.#phase === 'etx') return this.#lastAt + this.#options.trailerWaitMs;
    if (this.#phase !== 'between') return this.#lastAt + this.#options.frameQuietMs;
    return this.#inSession && this.#storing.length === 0 ? this.#lastAt + this.#options.receiveTimeoutMs : null;
  }

  #refuse(reason: string): void {
    this.#reset();
    this.#note(`was refused (NAK): ${reason}`);
    this.#reply(control.NAK);
  }

  #reset(): void {
    this.#phase = 'between';
    this.#body = [];
    this.#sums = '';
  }

  #note(text: string): void {
    this.#actions.push({ kind: 'note', text: `A message ${text}.` });
  }

  #reply(byte: number): void {
    this.#actions.push({ kind: 'send', bytes: Uint8Array.of(byte) });
  }

  #announce(): void {
    const timer = this.deadline;
    if (timer === this.#timer) return;
    this.#timer = timer;
    this.#actions.push({ kind: 'timer', at: timer });
  }
}
