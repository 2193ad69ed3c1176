import { astmFramesOf } from './astm-frame.ts';
import type { AstmLinkOptions } from './astm-options.ts';
import type { AstmItem } from './astm-scanner.ts';
import { control, type LinkAction, type LinkMessage, type LinkState } from './link.ts';

interface Sending {
  readonly frames: readonly Uint8Array[];
  index: number;
  retries: number;
  /** Noise counts as one NAK as long as it goes on. */
  noiseUntil: number;
}

const mostMessages = 1000;
const mostBytes = 16 * 1024 * 1024;
const noiseBurstMs = 500;
/** After a receiver asked to be let in (EOT in place of ACK), the sender keeps quiet (LIS1-A, 6.5.3). */
const interruptWaitMs = 15_000;

/** The sending half: asks (ENQ), sends frame by frame, ends (EOT). Messages wait their turn in order. */
export class AstmSender {
  readonly #options: AstmLinkOptions;
  readonly #emit: (action: LinkAction) => void;
  #messages: LinkMessage[] = [];
  #bytes = 0;
  #asking = false;
  #sending: Sending | undefined;
  /** Attempts to be let in for the first message. */
  #asked = 0;
  #notBefore = 0;
  #replyBy = 0;
  #interrupted = false;

  constructor(options: AstmLinkOptions, emit: (action: LinkAction) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  get isActive(): boolean {
    return this.#asking || this.#sending !== undefined;
  }

  get state(): LinkState | undefined {
    if (this.#sending) return 'sending';
    if (this.#asking) return 'asking';
    return this.#messages.length > 0 ? 'waiting' : undefined;
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  get deadline(): number | null {
    if (this.isActive) return this.#replyBy;
    return this.#messages.length > 0 ? this.#notBefore : null;
  }

  enqueue(message: LinkMessage): void {
    const refused =
      message.text.length === 0
        ? 'it is empty'
        : message.text.some((byte) => byte < 0x20 && byte !== control.CR && byte !== 0x09)
          ? 'its text holds control characters'
          : undefined;
    const full = this.#messages.length >= mostMessages || this.#bytes + message.text.length > mostBytes;
    if (refused ?? full) {
      this.#emit({
        kind: 'sendFailed',
        id: message.id,
        reason: refused ?? 'too many messages wait to be sent',
        again: full,
      });
      return;
    }
    this.#messages.push(message);
    this.#bytes += message.text.length;
  }

  /** Asks to send, when there is something to send and it is time. The line must be idle. */
  start(now: number): void {
    if (this.isActive || this.#messages.length === 0 || now < this.#notBefore) return;
    this.#asking = true;
    this.#asked++;
    this.#write(Uint8Array.of(control.ENQ), now);
  }

  /** Takes what came while asking or sending. */
  reply(item: AstmItem, now: number): void {
    if (this.#sending) this.#replyToFrame(this.#sending, item, now);
    else this.#replyToEnquiry(item, now);
  }

  passTime(now: number): void {
    if (!this.isActive || now < this.#replyBy) return;
    const sending = this.#sending;
    const seconds = this.#options.replyTimeoutMs / 1000;
    if (sending && this.#options.resendOnTimeout && sending.retries < this.#options.retries) {
      sending.retries++;
      this.#sendFrame(sending, now);
      return;
    }
    this.#emit({ kind: 'send', bytes: Uint8Array.of(control.EOT) });
    if (sending)
      this.#fail(`No reply to frame ${sending.index + 1} of ${sending.frames.length} in ${seconds} s.`, true);
    else this.#askLater(now, this.#options.busyWaitMs, `No reply to ENQ in ${seconds} s.`);
  }

  close(reason: string): void {
    for (const message of this.#messages) this.#emit({ kind: 'sendFailed', id: message.id, reason, again: true });
    this.#messages = [];
    this.#bytes = 0;
    this.#asking = false;
    this.#sending = undefined;
    this.#asked = 0;
    this.#notBefore = 0;
    this.#interrupted = false;
  }

  #replyToEnquiry(item: AstmItem, now: number): void {
    switch (item.kind) {
      case 'ack': {
        const message = this.#messages[0];
        if (!message) return;
        this.#asking = false;
        const frames = astmFramesOf(message.text, this.#options.frameLayout, this.#options.maxFrameText);
        this.#sending = { frames, index: 0, retries: 0, noiseUntil: 0 };
        this.#sendFrame(this.#sending, now);
        break;
      }
      case 'enq':
        // Contention. The host falls silent and answers the next ENQ; the analyzer asks again first (LIS1-A, 6.2.7.1).
        this.#emit({ kind: 'note', text: 'Both sides asked to send at once; the analyzer goes first.' });
        this.#asked--;
        this.#askLater(now, this.#options.contentionWaitMs, '');
        break;
      case 'nak':
      case 'eot':
        this.#askLater(now, this.#options.busyWaitMs, 'The other side is busy (NAK).');
        break;
      default:
        break;
    }
  }

  #replyToFrame(sending: Sending, item: AstmItem, now: number): void {
    switch (item.kind) {
      case 'ack':
      case 'eot':
        if (item.kind === 'eot') this.#interrupted = true;
        sending.index++;
        sending.retries = 0;
        if (sending.index < sending.frames.length) this.#sendFrame(sending, now);
        else this.#succeed(now);
        break;
      case 'nak':
        this.#resend(sending, now);
        break;
      default: {
        // Anything else counts as NAK (LIS1-A, 6.3.4.2); a burst of noise as one.
        const goesOn = now < sending.noiseUntil;
        sending.noiseUntil = now + noiseBurstMs;
        if (!goesOn) this.#resend(sending, now);
      }
    }
  }

  #resend(sending: Sending, now: number): void {
    if (sending.retries < this.#options.retries) {
      sending.retries++;
      this.#sendFrame(sending, now);
      return;
    }
    this.#emit({ kind: 'send', bytes: Uint8Array.of(control.EOT) });
    const times = this.#options.retries + 1;
    this.#fail(`Frame ${sending.index + 1} of ${sending.frames.length} was refused ${times} times.`, true);
  }

  #succeed(now: number): void {
    this.#emit({ kind: 'send', bytes: Uint8Array.of(control.EOT) });
    const message = this.#next();
    this.#notBefore = this.#interrupted ? now + interruptWaitMs : now;
    this.#interrupted = false;
    if (message) this.#emit({ kind: 'sent', id: message.id });
  }

  #fail(reason: string, again: boolean): void {
    const message = this.#next();
    if (message) this.#emit({ kind: 'sendFailed', id: message.id, reason, again });
  }

  #next(): LinkMessage | undefined {
    this.#asking = false;
    this.#sending = undefined;
    this.#asked = 0;
    const message = this.#messages.shift();
    this.#bytes -= message?.text.length ?? 0;
    return message;
  }

  #askLater(now: number, wait: number, reason: string): void {
    this.#asking = false;
    this.#notBefore = now + wait;
    if (this.#asked > this.#options.retries) this.#fail(reason, true);
  }

  #sendFrame(sending: Sending, now: number): void {
    const frame = sending.frames[sending.index];
    if (frame) this.#write(frame, now);
  }

  #write(bytes: Uint8Array, now: number): void {
    this.#replyBy = now + this.#options.replyTimeoutMs;
    this.#emit({ kind: 'send', bytes });
  }
}
