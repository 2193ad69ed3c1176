import {
  type AcknowledgementCode,
  acknowledge,
  acknowledgementsFor,
  rejectUnreadable,
} from '../../../../shared/devices/hl7/ack.ts';
import { type Hl7Header, readHl7Header } from '../../../../shared/devices/hl7/header.ts';
import { type DeviceLink, type LinkAction, type LinkEvent, type LinkState, nameOfByte } from './link.ts';
import { type MllpLinkOptions, mllpLinkDefaults } from './mllp-options.ts';
import { MllpScanner, mllpBlock } from './mllp-scanner.ts';
import { MllpSender } from './mllp-sender.ts';

/** A message between its arrival and its acknowledgement. */
interface Pending {
  readonly token: number;
  readonly bytes: Uint8Array;
  readonly header: Hl7Header | undefined;
  readonly tolerated: readonly string[];
  /** It is itself a reply (MSA): nothing acknowledges it. */
  readonly isReply: boolean;
  outcome: 'storing' | 'stored' | 'duplicate' | { readonly refused: string };
}

/**
 * The MLLP link (HL7 2.x, appendix C): any number of messages in a packet, a message in any number of packets. A message is
 * handed to the store as it comes and acknowledged, in order, when the store has answered: AA or CA for stored, AE or CE for
 * not stored. See `DeviceLink` for how it is driven.
 */
export function createMllpLink(options: Partial<MllpLinkOptions> = {}): DeviceLink {
  return new MllpLink({ ...mllpLinkDefaults, ...options });
}

class MllpLink implements DeviceLink {
  readonly #options: MllpLinkOptions;
  readonly #scanner: MllpScanner;
  readonly #sender: MllpSender;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #tokens = 0;
  #ready = true;
  #paused = false;
  #timer: number | null = null;
  #actions: LinkAction[] = [];

  constructor(options: MllpLinkOptions) {
    this.#options = options;
    this.#scanner = new MllpScanner(options.maxMessageBytes);
    this.#sender = new MllpSender(options, (action) => {
      this.#actions.push(action);
    });
  }

  get state(): LinkState {
    if (this.#pending.length > 0) return 'storing';
    if (this.#scanner.bufferedBytes > 0) return 'receiving';
    return this.#sender.isWaiting ? 'waiting' : 'idle';
  }

  get bufferedBytes(): number {
    return this.#scanner.bufferedBytes + this.#pendingBytes + this.#sender.bufferedBytes;
  }

  input(event: LinkEvent, nowMs: number): readonly LinkAction[] {
    this.#actions = [];
    if (event.kind === 'time') this.#timer = null;
    this.#sender.passTime(nowMs);
    switch (event.kind) {
      case 'bytes':
        this.#takeBytes(event.bytes, nowMs);
        break;
      case 'stored':
        this.#settle(event.token, event.duplicate ? 'duplicate' : 'stored', nowMs);
        break;
      case 'storeFailed':
        this.#settle(event.token, { refused: event.reason }, nowMs);
        break;
      case 'send':
        this.#sender.enqueue(event.message);
        break;
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
    this.#sender.start(nowMs);
    this.#announce();
    return this.#actions;
  }

  #takeBytes(bytes: Uint8Array, now: number): void {
    for (const item of this.#scanner.take(bytes)) {
      switch (item.kind) {
        case 'message':
          this.#arrived(item.bytes, item.tolerated, now);
          break;
        case 'oversize':
          this.#refuse(
            item.beginning,
            `it is longer than ${this.#options.maxMessageBytes} bytes; raise this device's limit`,
            now,
          );
          break;
        case 'broken':
          this.#actions.push({
            kind: 'incomplete',
            tokens: [],
            text: item.bytes,
            reason: 'A new message began before the last one ended.',
            tolerated: [],
          });
          break;
        default:
          item satisfies never;
      }
    }
    const { count, first } = this.#scanner.dropNoise();
    if (count > 0) this.#note(`${count} bytes came outside any message, the first ${nameOfByte(first)}.`);
  }

  #arrived(bytes: Uint8Array, tolerated: readonly string[], now: number): void {
    const header = readHl7Header(bytes);
    const reply = header ? this.#sender.replied(bytes, header) : 'none';
    if (reply === 'acknowledgement') return;
    if (!this.#ready) {
      this.#refuse(bytes, 'the laboratory is not ready', now);
      return;
    }
    if (this.#pendingBytes + bytes.length > 2 * this.#options.maxPendingBytes + this.#options.maxMessageBytes) {
      this.#refuse(bytes, 'messages come faster than they can be stored', now);
      return;
    }
    const token = ++this.#tokens;
    this.#pending.push({ token, bytes, header, tolerated, isReply: reply === 'response', outcome: 'storing' });
    this.#pendingBytes += bytes.length;
    const store = { kind: 'store', token, what: 'message', bytes } as const;
    // Queries create nothing, and one that is asked again wants its answer again.
    const isQuery = header?.messageType.startsWith('Q') ?? false;
    this.#actions.push(isQuery ? store : { ...store, messageId: header?.controlId ?? '' });
  }

  /** Refuses a message that is not kept, in its turn. */
  #refuse(beginning: Uint8Array, reason: string, now: number): void {
    const header = readHl7Header(beginning);
    const token = ++this.#tokens;
    const none = new Uint8Array(0);
    this.#pending.push({ token, bytes: none, header, tolerated: [], isReply: false, outcome: { refused: reason } });
    this.#flush(now);
  }

  #settle(token: number, outcome: Pending['outcome'], now: number): void {
    const pending = this.#pending.find((one) => one.token === token);
    if (pending?.outcome !== 'storing') return;
    pending.outcome = outcome;
    this.#flush(now);
  }

  /** Acknowledges from the front as far as the store has answered: analyzers that do not wait count replies in order. */
  #flush(now: number): void {
    for (let first = this.#pending[0]; first && first.outcome !== 'storing'; first = this.#pending[0]) {
      this.#pending.shift();
      this.#pendingBytes -= first.bytes.length;
      this.#answer(first, first.outcome, now);
    }
  }

  #answer(pending: Pending, outcome: Exclude<Pending['outcome'], 'storing'>, now: number): void {
    const { header, bytes, token, tolerated } = pending;
    const stored = typeof outcome === 'string';
    const refusal = stored ? undefined : outcome.refused;
    const byDriver = header !== undefined && this.#options.answeredByDriver.includes(header.messageType);
    const unanswered = pending.isReply || (stored && byDriver && outcome === 'stored');
    if (!unanswered) this.#acknowledge(header, stored, refusal, now);
    if (refusal !== undefined) this.#note(`A message was not accepted: ${refusal}.`);
    if (outcome === 'duplicate') this.#note('The same message came again; it was acknowledged and not taken twice.');
    if (outcome !== 'stored') return;
    const whole = { kind: 'message', tokens: [token], text: bytes, tolerated } as const;
    this.#actions.push(unanswered ? { ...whole, header, unanswered } : { ...whole, header });
  }

  #acknowledge(header: Hl7Header | undefined, stored: boolean, refusal: string | undefined, now: number): void {
    const stamp = this.#options.localTime(now);
    if (!header) {
      this.#write(rejectUnreadable(stamp));
      return;
    }
    const codes: readonly AcknowledgementCode[] = acknowledgementsFor(header, stored);
    for (const code of codes) {
      this.#write(acknowledge(header, code, { now: stamp, text: refusal, echoes: this.#options.acknowledgeEchoes }));
    }
  }

  #write(text: Uint8Array): void {
    this.#actions.push({ kind: 'send', bytes: mllpBlock(text) });
  }

  #note(text: string): void {
    this.#actions.push({ kind: 'note', text });
  }

  #close(reason: string): void {
    const rest = this.#scanner.reset();
    if (rest.length > 0) this.#actions.push({ kind: 'incomplete', tokens: [], text: rest, reason, tolerated: [] });
    // What is on its way to disk is a whole message there already; only its acknowledgement has nowhere to go.
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#sender.close(reason);
  }

  #announce(): void {
    const pause = this.#pendingBytes > this.#options.maxPendingBytes;
    if (pause !== this.#paused) {
      this.#paused = pause;
      this.#actions.push({ kind: pause ? 'pause' : 'resume' });
    }
    const timer = this.#sender.deadline;
    if (timer !== this.#timer) {
      this.#timer = timer;
      this.#actions.push({ kind: 'timer', at: timer });
    }
  }
}
