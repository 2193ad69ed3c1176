import type { Logger } from 'pino';
import { readHl7Header } from '../../../shared/devices/hl7/header.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import type { Clock } from '../kernel/index.ts';
import type { DeviceJournal } from './device-journal.ts';
import type { DeviceLink, LinkAction, LinkEvent, LinkMessage } from './protocols/link.ts';
import type { Line } from './transport.ts';

/** What happens on a link, for counters and the live view. */
export interface LinkObserver {
  traffic(direction: 'in' | 'out', bytes: Uint8Array): void;
  message(): void;
  note(text: string): void;
  trouble(text: string): void;
}

/**
 * Carries out what a link's state machine asks for: bytes to the line, bytes to the journal, timers. It knows no
 * protocol; the machine knows no socket, disk or clock.
 */
export class LinkRunner {
  private readonly link: DeviceLink;
  private readonly line: Line;
  private readonly device: Device;
  private readonly journal: DeviceJournal;
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly observer: LinkObserver;
  /** The link's token of a stored frame → its row in the journal's table. */
  private readonly frames = new Map<number, number>();
  private readonly sending = new Map<
    string,
    { message: LinkMessage; resolve: () => void; reject: (error: Error) => void }
  >();
  private timer: NodeJS.Timeout | undefined;
  private stores: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(parts: {
    link: DeviceLink;
    line: Line;
    device: Device;
    journal: DeviceJournal;
    clock: Clock;
    log: Logger;
    observer: LinkObserver;
  }) {
    this.link = parts.link;
    this.line = parts.line;
    this.device = parts.device;
    this.journal = parts.journal;
    this.clock = parts.clock;
    this.log = parts.log;
    this.observer = parts.observer;
  }

  get peer(): string {
    return this.line.peer;
  }

  bytes(bytes: Uint8Array): void {
    this.observer.traffic('in', bytes);
    this.feed({ kind: 'bytes', bytes });
  }

  /** Sends a message; resolves when the analyzer took it, rejects when it did not. */
  send(message: LinkMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.sending.set(message.id, { message, resolve, reject });
      this.feed({ kind: 'send', message });
    });
  }

  /** The line is gone. What was stored of a message in progress is kept as incomplete. */
  close(reason: string): void {
    if (this.closed) return;
    this.feed({ kind: 'closed', reason });
    this.closed = true;
    clearTimeout(this.timer);
    for (const { reject } of this.sending.values()) reject(new Error(reason));
    this.sending.clear();
  }

  /** Resolves when everything received so far is on disk. */
  async settled(): Promise<void> {
    await this.stores;
  }

  private feed(event: LinkEvent): void {
    if (this.closed) return;
    for (const action of this.link.input(event, this.clock.now())) this.perform(action);
  }

  private perform(action: LinkAction): void {
    switch (action.kind) {
      case 'send':
        this.observer.traffic('out', action.bytes);
        this.line.write(action.bytes);
        return;
      case 'store':
        this.store(action);
        return;
      case 'message':
        this.observer.message();
        if (this.device.protocol !== 'mllp') this.complete(action.tokens, action.text, action.tolerated, undefined);
        return;
      case 'incomplete':
        this.observer.trouble(action.reason);
        if (this.device.protocol !== 'mllp') this.complete(action.tokens, action.text, action.tolerated, action.reason);
        return;
      case 'timer':
        clearTimeout(this.timer);
        if (action.at !== null) {
          this.timer = setTimeout(() => this.feed({ kind: 'time' }), Math.max(0, action.at - this.clock.now()));
          this.timer.unref();
        }
        return;
      case 'note':
        this.observer.note(action.text);
        return;
      case 'sent':
        this.settleSending(action.id, undefined);
        return;
      case 'sendFailed':
        this.settleSending(action.id, action.reason);
        return;
      case 'pause':
        this.line.pause();
        return;
      case 'resume':
        this.line.resume();
        return;
      default:
        action satisfies never;
    }
  }

  private store(action: Extract<LinkAction, { kind: 'store' }>): void {
    const arrival = { device: this.device, peer: this.line.peer };
    const stored =
      action.what === 'frame'
        ? this.journal.storeFrame(arrival, action.bytes).then((row) => {
            this.frames.set(action.token, row);
            return false;
          })
        : this.journal
            .storeMessage(arrival, action.bytes, readHl7Header(action.bytes)?.controlId || undefined)
            .then((message) => message.duplicate);
    // The link is told in the order in which it asked, as its contract says.
    this.stores = Promise.allSettled([this.stores, stored]).then(([, outcome]) => {
      if (outcome.status === 'fulfilled') {
        this.feed({ kind: 'stored', token: action.token, duplicate: outcome.value });
        return;
      }
      const reason = outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason);
      this.log.error({ device: this.device.id, err: outcome.reason }, 'analyzer bytes not stored, not acknowledged');
      this.observer.trouble(`Not acknowledged, because it could not be stored: ${reason}`);
      this.feed({ kind: 'storeFailed', token: action.token, reason });
    });
  }

  private complete(
    tokens: readonly number[],
    text: Uint8Array,
    tolerated: readonly string[],
    incomplete: string | undefined,
  ): void {
    const arrival = { device: this.device, peer: this.line.peer };
    // Tokens of frames whose store is still under way are waited for: their rows belong to this message.
    this.stores = this.stores
      .then(() => {
        const rows = tokens.flatMap((token) => this.frames.get(token) ?? []);
        for (const token of tokens) this.frames.delete(token);
        if (rows.length === 0) return undefined;
        return this.journal.completeFrames(arrival, rows, { text, tolerated, incomplete });
      })
      .then(
        () => undefined,
        (error: unknown) => {
          // The frames are on disk and stay there: the next start makes an incomplete message of them.
          this.log.error(
            { device: this.device.id, err: error },
            'a received message could not be completed in the journal',
          );
          this.observer.trouble('A received message waits on disk: the journal could not be written');
        },
      );
  }

  private settleSending(id: string, failure: string | undefined): void {
    const waiting = this.sending.get(id);
    if (!waiting) return;
    this.sending.delete(id);
    if (failure !== undefined) {
      waiting.reject(new Error(failure));
      return;
    }
    this.journal.recordSent({ device: this.device, peer: this.line.peer }, waiting.message.text).then(
      () => waiting.resolve(),
      (error: unknown) => waiting.reject(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
