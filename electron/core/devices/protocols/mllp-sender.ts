import type { Hl7Header } from '../../../../shared/devices/hl7/header.ts';
import { readHl7Acknowledgement } from '../../../../shared/devices/hl7/header.ts';
import type { LinkAction, LinkMessage } from './link.ts';
import type { MllpLinkOptions } from './mllp-options.ts';
import { mllpBlock } from './mllp-scanner.ts';

const mostMessages = 1000;
const mostBytes = 16 * 1024 * 1024;

/** Sends messages one after another; one that expects a reply is sent again when none comes. */
export class MllpSender {
  readonly #options: MllpLinkOptions;
  readonly #emit: (action: LinkAction) => void;
  #messages: LinkMessage[] = [];
  #bytes = 0;
  #attempts = 0;
  #replyBy: number | null = null;

  constructor(options: MllpLinkOptions, emit: (action: LinkAction) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  get isWaiting(): boolean {
    return this.#replyBy !== null;
  }

  get deadline(): number | null {
    return this.#replyBy;
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  enqueue(message: LinkMessage): void {
    const { id, text } = message;
    if (text.some((byte) => byte === 0x0b || byte === 0x1c)) {
      this.#emit({ kind: 'sendFailed', id, reason: 'its text holds control characters of the framing', again: false });
      return;
    }
    if (this.#messages.length >= mostMessages || this.#bytes + text.length > mostBytes) {
      this.#emit({ kind: 'sendFailed', id, reason: 'too many messages wait to be sent', again: true });
      return;
    }
    this.#messages.push(message);
    this.#bytes += text.length;
  }

  /** Writes what can be written now. */
  start(now: number): void {
    while (this.#replyBy === null) {
      const message = this.#messages[0];
      if (!message) return;
      this.#write(message, now);
      if (!message.expectsReply) this.#done({ kind: 'sent', id: message.id });
    }
  }

  passTime(now: number): void {
    if (this.#replyBy === null || now < this.#replyBy) return;
    const message = this.#messages[0];
    if (!message) return;
    if (this.#attempts < this.#options.attempts) {
      this.#write(message, now);
      return;
    }
    const seconds = this.#options.replyTimeoutMs / 1000;
    const reason = `No acknowledgement in ${seconds} s, sent ${this.#attempts} times.`;
    this.#done({ kind: 'sendFailed', id: message.id, reason, again: true });
  }

  /**
   * Looks at a message received: is it the reply waited for?
   * @returns `acknowledgement` for one that says nothing more (ACK), `response` for one that does, `none` for no reply at all
   */
  replied(bytes: Uint8Array, header: Hl7Header): 'none' | 'acknowledgement' | 'response' {
    const reply = readHl7Acknowledgement(bytes, header);
    if (!reply) return 'none';
    const message = this.#messages[0];
    const waited = this.#replyBy !== null && message !== undefined;
    if (waited && (reply.controlId === message.controlId || reply.controlId === '')) {
      if (reply.code.endsWith('A')) this.#done({ kind: 'sent', id: message.id });
      else {
        const reason = `The analyzer answered ${reply.code}${reply.text ? `: ${reply.text}` : ''}.`;
        this.#done({ kind: 'sendFailed', id: message.id, reason, again: false });
      }
    } else {
      this.#emit({
        kind: 'note',
        text: `A reply came to message "${reply.controlId.slice(0, 60)}", which nobody waits for.`,
      });
    }
    return header.messageType.startsWith('ACK') ? 'acknowledgement' : 'response';
  }

  close(reason: string): void {
    for (const { id } of this.#messages) this.#emit({ kind: 'sendFailed', id, reason, again: true });
    this.#messages = [];
    this.#bytes = 0;
    this.#replyBy = null;
    this.#attempts = 0;
  }

  #write(message: LinkMessage, now: number): void {
    this.#attempts++;
    this.#replyBy = now + this.#options.replyTimeoutMs;
    this.#emit({ kind: 'send', bytes: mllpBlock(message.text) });
  }

  #done(action: LinkAction): void {
    const message = this.#messages.shift();
    this.#bytes -= message?.text.length ?? 0;
    this.#replyBy = null;
    this.#attempts = 0;
    this.#emit(action);
  }
}
