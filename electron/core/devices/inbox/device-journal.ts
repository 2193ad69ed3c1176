import { hash } from 'node:crypto';
import type { Stored } from '../../../../shared/kernel/document.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { EngineTransaction, Kernel } from '../../kernel/index.ts';
import { astmTextOf, isWholeAstm, readAstmFrame, vidasTextOf } from '../protocols/index.ts';
import { Inbox, type InboxRow, type OpenFrame } from './inbox.ts';
import type { InboxState, StoredMessage } from './inbox-records.ts';
import { MessageIds } from './message-ids.ts';
import { takeOldTables } from './old-tables.ts';

/** What is known of an incoming message beside its bytes. */
export interface Arrival {
  readonly device: Pick<Device, 'id'>;
  readonly peer: string;
}

/** A session that ended, well or badly. */
export interface EndedSession {
  readonly text: Uint8Array;
  readonly tolerated: readonly string[];
  readonly state: Exclude<InboxState, 'sent'>;
  readonly reason: string | undefined;
}

/** A file of a watched folder: its text, and the file itself where that is another thing. */
export interface ReceivedFile {
  readonly name: string;
  readonly text: Uint8Array;
  readonly wire: Uint8Array | undefined;
  /** Why nobody can read it. */
  readonly unreadable: string | undefined;
}

type NewMessage = Pick<StoredMessage, 'bytes' | 'state'> & Partial<StoredMessage>;

const retryMs = 1000;
/** A longer id is kept by its beginning and its digest. */
const longestId = 200;
const reusedId = 'Another message came under the same id before.';
const reusedName = 'A file of this name came before with other content.';
const stopped = 'Aliquot stopped before the analyzer ended its session.';

/**
 * Makes raw bytes durable before anything is acknowledged (promise 1). An analyzer waits for one thing only: a record in the
 * inbox and the flush of its group. What a whole message becomes in the journal follows later (`JournalWriter`).
 */
export class DeviceJournal {
  private readonly kernel: Kernel;
  private readonly inbox: Inbox;
  private readonly ids: MessageIds;
  private readonly stored: () => void;
  /** Messages whose frames are on disk while they are not, oldest first. */
  private unfinished: StoredMessage[] = [];
  private retry: NodeJS.Timeout | undefined;

  /** @param stored called after each message that came into the inbox */
  constructor(kernel: Kernel, stored: () => void) {
    this.kernel = kernel;
    this.stored = stored;
    this.ids = new MessageIds(kernel);
    this.inbox = new Inbox(kernel, (message) => this.ids.take(message, undefined));
  }

  /** How many messages are durable and no documents yet. */
  get waiting(): number {
    return this.inbox.waiting;
  }

  /** Makes ready for the first message, so that it need not wait for it; resolves when that is done or cannot be. */
  prepare(): Promise<void> {
    return this.inbox.prepare();
  }

  /** Makes one frame durable; resolves with its number once it is on disk. */
  storeFrame({ device, peer }: Arrival, bytes: Uint8Array): Promise<number> {
    return this.inbox.addFrame({ deviceId: device.id, peer: peer.slice(0, 100), bytes });
  }

  /**
   * Makes a whole message durable. The same message again (same device, same id, same bytes) creates nothing; another one
   * under the same id is new, and says so.
   * @param messageId the message's own id; empty where it has none: then it is the same one when it says the same; undefined where
   *   a second one is no repetition (queries)
   */
  async storeMessage(
    arrival: Arrival,
    bytes: Uint8Array,
    messageId: string | undefined,
  ): Promise<{ duplicate: boolean }> {
    const id = messageId === undefined || messageId.length <= longestId ? messageId : shortened(messageId);
    return { duplicate: !(await this.storeOnce(arrival, { bytes, messageId: id, state: 'received' }, reusedId)) };
  }

  /**
   * Makes a file durable. The same file again (same name, same content) creates nothing: it could not be moved aside
   * after it was taken.
   */
  async storeFile(arrival: Arrival, { name, text, wire, unreadable }: ReceivedFile): Promise<void> {
    const messageId = name.slice(-200);
    const state = unreadable === undefined ? 'received' : 'incomplete';
    const digest = digestOf(wire ?? text);
    await this.storeOnce(arrival, { bytes: text, wire, messageId, digest, state, reason: unreadable }, reusedName);
  }

  /**
   * Turns the frames of a session into its message. They were acknowledged: where the disk does not take the message now it is
   * tried again until it does, and `troubled` is told once.
   */
  async completeFrames(
    arrival: Arrival,
    frames: readonly number[],
    session: EndedSession,
    troubled: (error: unknown) => void = () => undefined,
  ): Promise<void> {
    const { text, ...rest } = session;
    const wire = Buffer.concat(this.inbox.bytesOf(frames));
    const message = this.message(arrival, { ...rest, bytes: text, wire, frames });
    try {
      await this.store(message);
    } catch (error) {
      this.unfinished.push(message);
      this.retryLater();
      troubled(error);
    }
  }

  /** Records what was sent to an analyzer. */
  async recordSent(arrival: Arrival, text: Uint8Array): Promise<void> {
    await this.store(this.message(arrival, { bytes: text, state: 'sent' }));
  }

  /**
   * After a crash: what was acknowledged of sessions that never ended. Where all of a message is there it is taken as
   * received, though the analyzer may not know it; otherwise it is kept as incomplete, shown to a person. Called before any
   * connection opens. Resolves with how many sessions there were.
   */
  async recoverFrames(): Promise<number> {
    await takeOldTables(this.kernel, this.inbox);
    const frames = this.inbox.openFrames();
    const ids = [...new Set(frames.map(({ deviceId }) => deviceId))];
    // Also of devices that were removed in the meantime: nothing acknowledged is ever dropped.
    const found = this.kernel.database.engine.findByIds<Stored<Device>>('setup', ids, true);
    const devices = new Map(found.map((device) => [device.id, device]));
    const sessions = Map.groupBy(frames, ({ deviceId, peer, id }) => {
      const alone = devices.get(deviceId)?.protocol === 'vidas' ? `/${id}` : '';
      return `${deviceId}/${peer}${alone}`;
    });
    const single = [...sessions.values()].flatMap(sessionsIn);
    for (const session of single) {
      await this.recover(session, devices.get(session[0]?.deviceId ?? '')?.protocol ?? 'astm');
    }
    return single.length;
  }

  /** The oldest messages that are no documents yet. */
  oldest(limit: number): InboxRow[] {
    return this.inbox.oldest(limit);
  }

  /** Notes, as part of the open transaction, that these messages, the oldest, are documents. */
  markTaken(transaction: EngineTransaction, rows: readonly InboxRow[]): void {
    const last = rows.at(-1);
    if (!last) return;
    this.ids.save(transaction, rows);
    this.inbox.markTaken(transaction, last);
  }

  /** After that transaction's commit, though it may not be on disk yet. */
  taken(rows: readonly InboxRow[]): void {
    this.ids.saved(rows);
    this.inbox.taken(rows);
  }

  /** Removes files of the inbox that are not needed any more, now and then: what was taken from them must be on disk first. */
  async tidy(): Promise<void> {
    if (this.inbox.hasTakenFiles) await this.inbox.removeTaken(() => this.kernel.flushed());
  }

  /** Closes after what was received is on disk. */
  async close(): Promise<void> {
    clearTimeout(this.retry);
    // What the disk does not take now is made of the frames at the next start.
    await this.finish().catch(() => undefined);
    clearTimeout(this.retry);
    await this.inbox.close(() => this.kernel.flushed());
  }

  /** Stores a message with an id unless it came before; answers whether it was stored now. Either way it is on disk then. */
  private async storeOnce(arrival: Arrival, message: NewMessage, reused: string): Promise<boolean> {
    const { messageId } = message;
    const row = this.message(arrival, message);
    if (messageId === undefined) {
      await this.store(row);
      return true;
    }
    const seen = this.ids.see(row.deviceId, messageId, row.digest);
    if (seen.as === 'duplicate') {
      await seen.stored;
      return false;
    }
    const isReused = seen.as === 'reused' && messageId !== '';
    const stored = this.store(isReused ? { ...row, tolerated: [...row.tolerated, reused] } : row);
    this.ids.take(row, stored);
    await stored;
    return true;
  }

  private async store(message: StoredMessage): Promise<void> {
    await this.inbox.addMessage(message);
    this.stored();
  }

  private retryLater(): void {
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      this.finish().catch(() => this.retryLater());
    }, retryMs);
    this.retry.unref();
  }

  private async finish(): Promise<void> {
    for (let first = this.unfinished[0]; first; first = this.unfinished[0]) {
      await this.store(first);
      this.unfinished.shift();
    }
  }

  private async recover(session: readonly OpenFrame[], protocol: Device['protocol']): Promise<void> {
    const [first] = session;
    if (!first) return;
    const frames = session.map(({ bytes }) => bytes);
    const text = protocol === 'vidas' ? Buffer.concat(frames.map(vidasTextOf)) : astmTextOf(frames);
    const whole = protocol === 'vidas' || isWholeAstm(text);
    const message = this.message(
      { device: { id: first.deviceId }, peer: first.peer },
      {
        bytes: text,
        wire: Buffer.concat(frames),
        tolerated: whole ? [stopped] : [],
        state: whole ? 'doubtful' : 'incomplete',
        reason: whole ? undefined : stopped,
        frames: session.map(({ id }) => id),
      },
    );
    await this.store(message);
  }

  private message({ device, peer }: Arrival, message: NewMessage): StoredMessage {
    return {
      kind: 'message',
      journalId: newId(),
      deviceId: device.id,
      peer: peer.slice(0, 100),
      at: this.kernel.clock.now(),
      messageId: undefined,
      digest: message.digest ?? digestOf(message.bytes),
      tolerated: [],
      reason: undefined,
      wire: undefined,
      frames: [],
      ...message,
    };
  }
}

/**
 * A serial line has the same peer in all its sessions. A frame with number 1 that begins a message begins a session, unless 1 is
 * the number that follows.
 */
function sessionsIn(frames: readonly OpenFrame[]): OpenFrame[][] {
  const sessions: OpenFrame[][] = [];
  let before: number | undefined;
  for (const frame of frames) {
    const { number, text } = readAstmFrame(frame.bytes);
    const begins = number === 1 && text[0] === 0x48 && before !== 0;
    if (begins || sessions.length === 0) sessions.push([]);
    sessions.at(-1)?.push(frame);
    before = number;
  }
  return sessions;
}

function shortened(id: string): string {
  return `${id.slice(0, longestId - 65)} ${digestOf(Buffer.from(id))}`;
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
