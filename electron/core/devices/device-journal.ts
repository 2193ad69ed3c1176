import { hash } from 'node:crypto';
import type { Stored } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import type { EngineTransaction, Kernel } from '../kernel/index.ts';
import { Inbox, type InboxRow, type OpenFrame } from './inbox.ts';
import type { InboxState, StoredMessage } from './inbox-records.ts';
import { MessageIds } from './message-ids.ts';
import { takeOldTables } from './old-tables.ts';
import { astmTextOf, isWholeAstm, vidasTextOf } from './protocols/index.ts';

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
   * @param messageId the message's own id; undefined where a second one is no repetition (queries)
   */
  async storeMessage(
    arrival: Arrival,
    bytes: Uint8Array,
    messageId: string | undefined,
  ): Promise<{ duplicate: boolean }> {
    return { duplicate: !(await this.storeOnce(arrival, { bytes, messageId, state: 'received' }, reusedId)) };
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

  /** Turns the frames of a session into its message. */
  async completeFrames(arrival: Arrival, frames: readonly number[], session: EndedSession): Promise<void> {
    const { text, ...rest } = session;
    const wire = Buffer.concat(this.inbox.bytesOf(frames));
    await this.store(this.message(arrival, { ...rest, bytes: text, wire, frames }));
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
    for (const session of sessions.values()) {
      await this.recover(session, devices.get(session[0]?.deviceId ?? '')?.protocol ?? 'astm');
    }
    return sessions.size;
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
    const stored = this.store(seen.as === 'reused' ? { ...row, tolerated: [...row.tolerated, reused] } : row);
    this.ids.take(row, stored);
    await stored;
    return true;
  }

  private async store(message: StoredMessage): Promise<void> {
    await this.inbox.addMessage(message);
    this.stored();
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

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
