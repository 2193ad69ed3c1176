import { type AstmLinkOptions, astmLinkDefaults } from './astm-options.ts';
import { AstmReceiver } from './astm-receiver.ts';
import { type AstmItem, AstmScanner } from './astm-scanner.ts';
import { AstmSender } from './astm-sender.ts';
import type { DeviceLink, LinkAction, LinkEvent, LinkState } from './link.ts';

/**
 * The half-duplex link of LIS1-A (E1381), receiver and sender in one, because they share the line: who has asked and been
 * let in sends, the other one answers. See `DeviceLink` for how it is driven.
 */
export function createAstmLink(options: Partial<AstmLinkOptions> = {}): DeviceLink {
  const waits = options.role === 'instrument' ? { contentionWaitMs: 1_000 } : {};
  return new AstmLink({ ...astmLinkDefaults, ...waits, ...options });
}

class AstmLink implements DeviceLink {
  readonly #scanner: AstmScanner;
  readonly #receiver: AstmReceiver;
  readonly #sender: AstmSender;
  #actions: LinkAction[] = [];
  #timer: number | null = null;
  #paused = false;

  constructor(options: AstmLinkOptions) {
    const emit = (action: LinkAction) => {
      this.#actions.push(action);
    };
    this.#scanner = new AstmScanner(options);
    this.#receiver = new AstmReceiver(options, emit);
    this.#sender = new AstmSender(options, emit);
  }

  get state(): LinkState {
    return this.#sender.state ?? this.#receiver.state;
  }

  get bufferedBytes(): number {
    return this.#scanner.bufferedBytes + this.#receiver.bufferedBytes + this.#sender.bufferedBytes;
  }

  input(event: LinkEvent, nowMs: number): readonly LinkAction[] {
    this.#actions = [];
    if (event.kind === 'time') this.#timer = null;
    this.#passTime(nowMs);
    switch (event.kind) {
      case 'bytes':
        this.#takeBytes(event.bytes, nowMs);
        break;
      case 'stored':
        this.#receiver.stored(event.token, nowMs);
        break;
      case 'storeFailed':
        this.#receiver.storeFailed(event.token, event.reason, nowMs);
        break;
      case 'send':
        this.#sender.enqueue(event.message);
        break;
      case 'ready':
        this.#receiver.ready = event.ready;
        break;
      case 'closed':
        this.#scanner.reset();
        this.#receiver.close(event.reason);
        this.#sender.close(event.reason);
        break;
      case 'time':
        break;
      default:
        event satisfies never;
    }
    if (!this.#receiver.isBusy && this.#scanner.isBetween) this.#sender.start(nowMs);
    this.#announce();
    return this.#actions;
  }

  #takeBytes(bytes: Uint8Array, now: number): void {
    let at = 0;
    while (at < bytes.length) {
      const { item, next } = this.#scanner.take(bytes, at, now, this.#sender.isActive);
      at = next;
      if (item) this.#route(item, now);
    }
    if (this.#receiver.isBusy) return;
    const noise = this.#scanner.takeNoise();
    if (noise) this.#receiver.take(noise, now);
  }

  #route(item: AstmItem, now: number): void {
    if (this.#sender.isActive) this.#sender.reply(item, now);
    else this.#receiver.take(item, now);
  }

  #passTime(now: number): void {
    for (const item of this.#scanner.quiet(now)) this.#route(item, now);
    this.#receiver.passTime(now);
    this.#sender.passTime(now);
  }

  #announce(): void {
    const pause = this.#receiver.isCongested;
    if (pause !== this.#paused) {
      this.#paused = pause;
      this.#actions.push({ kind: pause ? 'pause' : 'resume' });
    }
    const sending = this.#receiver.isBusy || !this.#scanner.isBetween ? null : this.#sender.deadline;
    const due = [this.#scanner.deadline, this.#receiver.deadline, sending].filter((at) => at !== null);
    const timer = due.length > 0 ? Math.min(...due) : null;
    if (timer !== this.#timer) {
      this.#timer = timer;
      this.#actions.push({ kind: 'timer', at: timer });
    }
  }
}
