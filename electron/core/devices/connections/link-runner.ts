import type { Logger } from 'pino';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { DeviceJournal, EndedSession } from '../inbox/device-journal.ts';
import type { DeviceLink, LinkAction, LinkEvent, LinkMessage } from '../protocols/link.ts';
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
    log: Logger;
    observer: LinkObserver;
  }) {
    this.link = parts.link;
    this.line = parts.line;
    this.device = parts.device;
    this.journal = parts.journal;
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
    for (const action of this.link.input(event, steadyMs())) this.perform(action);
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
        this.complete(action.tokens, { ...textOf(action), state: 'received', reason: undefined });
        return;
      case 'incomplete':
        this.observer.trouble(action.reason);
        this.complete(
          action.tokens,
          action.whole
            ? { ...textOf(action, action.reason), state: 'doubtful', reason: undefined }
            : { ...textOf(action), state: 'incomplete', reason: action.reason },
        );
        return;
      case 'timer':
        clearTimeout(this.timer);
        if (action.at !== null) {
          this.timer = setTimeout(() => this.feed({ kind: 'time' }), Math.max(0, action.at - steadyMs()));
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
    const stored = this.storing(action).then(
      (duplicate) => this.feed({ kind: 'stored', token: action.token, duplicate }),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.log.error({ device: this.device.id, err: error }, 'analyzer bytes not stored, not acknowledged');
        this.observer.trouble(`Not acknowledged, because it could not be stored: ${reason}`);
        this.feed({ kind: 'storeFailed', token: action.token, reason });
      },
    );
    // Group commits answer in the order in which they were asked, which is what the link's contract wants.
    this.stores = stored;
  }

  private async storing({ token, what, bytes, messageId }: Extract<LinkAction, { kind: 'store' }>): Promise<boolean> {
    const arrival = { device: this.device, peer: this.line.peer };
    if (what === 'message') return (await this.journal.storeMessage(arrival, bytes, messageId)).duplicate;
    this.frames.set(token, await this.journal.storeFrame(arrival, bytes));
    return false;
  }

  /** A session ended; messages without frames (HL7) are in the journal already, or were never acknowledged. */
  private complete(tokens: readonly number[], session: EndedSession): void {
    if (this.device.protocol === 'mllp') return;
    const arrival = { device: this.device, peer: this.line.peer };
    const troubled = (error: unknown) => {
      this.log.error({ device: this.device.id, err: error }, 'a received message could not be completed');
      this.observer.trouble('A received message waits on disk in its frames: the journal could not be written');
    };
    // Tokens of frames whose store is still under way are waited for: their rows belong to this message.
    this.stores = this.stores
      .then(async () => {
        const rows = tokens.flatMap((token) => this.frames.get(token) ?? []);
        for (const token of tokens) this.frames.delete(token);
        if (rows.length > 0) await this.journal.completeFrames(arrival, rows, session, troubled);
      })
      .catch(troubled);
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

/** Time-outs go by a clock that nobody sets: a session must neither break off nor stay open when the PC's time is corrected. */
function steadyMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

function textOf(
  { text, tolerated }: { readonly text: Uint8Array; readonly tolerated: readonly string[] },
  note?: string,
): Pick<EndedSession, 'text' | 'tolerated'> {
  return { text, tolerated: note === undefined ? tolerated : [...tolerated, note] };
}
