import { hash } from 'node:crypto';
import { newId } from '../../../shared/kernel/id.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { type EngineTransaction, GroupCommit, type Kernel } from '../kernel/index.ts';
import { type InboxState, insertInbox, installInbox } from './inbox.ts';
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

const reusedId = 'Another message came under the same id before.';

/**
 * Makes raw bytes durable before anything is acknowledged (promise 1). An analyzer waits for one thing only: a row in a
 * plain table and the flush of its group. What a whole message becomes in the journal follows later (`JournalWriter`).
 */
export class DeviceJournal {
  private readonly kernel: Kernel;
  private readonly group: GroupCommit;
  private readonly stored: () => void;

  /** @param stored called after each commit that left something in the inbox */
  constructor(kernel: Kernel, stored: () => void) {
    this.kernel = kernel;
    this.stored = stored;
    this.group = new GroupCommit(kernel.database.engine);
    installInbox(kernel);
  }

  /** Makes one frame durable; resolves with its row once it is on disk. */
  storeFrame({ device, peer }: Arrival, bytes: Uint8Array): Promise<number> {
    const at = new Date(this.kernel.clock.now()).toISOString();
    return this.group.run((transaction) => {
      const [row] = transaction.all(
        'INSERT INTO device_frames (deviceId, peer, at, bytes) VALUES (?, ?, ?, ?) RETURNING id',
        device.id,
        peer,
        at,
        bytes,
      );
      return Number(row?.id);
    });
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
    const digest = digestOf(bytes);
    const journalId = newId();
    const outcome = await this.group.run((transaction) => {
      const seen = messageId ? remember(transaction, arrival.device.id, messageId, digest, journalId) : 'new';
      if (seen === 'duplicate') return { duplicate: true };
      const tolerated = seen === 'reused' ? [reusedId] : [];
      this.insert(transaction, arrival, { journalId, bytes, digest, messageId, tolerated, state: 'received' });
      return { duplicate: false };
    });
    if (!outcome.duplicate) this.stored();
    return outcome;
  }

  /**
   * Makes a file durable. The same file again (same name, same content) creates nothing: it could not be moved aside
   * after it was taken.
   */
  async storeFile(arrival: Arrival, file: ReceivedFile): Promise<void> {
    const digest = digestOf(file.wire ?? file.text);
    const journalId = newId();
    const messageId = file.name.slice(-200);
    await this.group.run((transaction) => {
      const seen = remember(transaction, arrival.device.id, messageId, digest, journalId);
      if (seen === 'duplicate') return;
      this.insert(transaction, arrival, {
        journalId,
        bytes: file.text,
        wire: file.wire,
        digest,
        messageId,
        tolerated: seen === 'reused' ? ['A file of this name came before with other content.'] : [],
        state: file.unreadable === undefined ? 'received' : 'incomplete',
        reason: file.unreadable,
      });
    });
    this.stored();
  }

  /** Turns the frames of a session into its message, in one commit. */
  async completeFrames(arrival: Arrival, frames: readonly number[], session: EndedSession): Promise<void> {
    await this.group.run((transaction) => {
      const ids = JSON.stringify(frames);
      const rows = transaction.all(
        'SELECT bytes FROM device_frames WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
        ids,
      );
      transaction.run('DELETE FROM device_frames WHERE id IN (SELECT value FROM json_each(?))', ids);
      const { text, ...rest } = session;
      const wire = Buffer.concat(rows.map((row) => row.bytes as Uint8Array));
      this.insert(transaction, arrival, { ...rest, bytes: text, digest: digestOf(text), wire });
    });
    this.stored();
  }

  /** Records what was sent to an analyzer. */
  async recordSent(arrival: Arrival, text: Uint8Array): Promise<void> {
    await this.group.run((transaction) =>
      this.insert(transaction, arrival, { bytes: text, digest: digestOf(text), tolerated: [], state: 'sent' }),
    );
    this.stored();
  }

  /**
   * After a crash: what was acknowledged of sessions that never ended. Where all of a message is there it is taken as
   * received, though the analyzer may not know it; otherwise it is kept as incomplete, shown to a person. Called before any
   * connection opens.
   */
  recoverFrames(devices: ReadonlyMap<string, Device>): number {
    const { engine } = this.kernel.database;
    const rows = engine.all('SELECT id, deviceId, peer, bytes FROM device_frames ORDER BY id');
    // Frames of a device that was removed stay where they are; nothing acknowledged is ever dropped.
    const known = rows.filter((row) => devices.has(String(row.deviceId)));
    const sessions = Map.groupBy(known, (row) => {
      const alone = devices.get(String(row.deviceId))?.protocol === 'vidas' ? `/${row.id}` : '';
      return `${row.deviceId}/${row.peer}${alone}`;
    });
    for (const session of sessions.values()) {
      const [first] = session;
      const device = devices.get(String(first?.deviceId));
      if (!device) continue;
      const frames = session.map((row) => row.bytes as Uint8Array);
      const whole = device.protocol === 'vidas' || isWholeAstm(astmTextOf(frames));
      const text = device.protocol === 'vidas' ? Buffer.concat(frames.map(vidasTextOf)) : astmTextOf(frames);
      const reason = 'Aliquot stopped before the analyzer ended its session.';
      engine.commit((transaction) => {
        const ids = JSON.stringify(session.map((row) => row.id));
        transaction.run('DELETE FROM device_frames WHERE id IN (SELECT value FROM json_each(?))', ids);
        this.insert(
          transaction,
          { device, peer: String(first?.peer) },
          {
            bytes: text,
            wire: Buffer.concat(frames),
            digest: digestOf(text),
            tolerated: whole ? [reason] : [],
            state: whole ? 'doubtful' : 'incomplete',
            reason: whole ? undefined : reason,
          },
        );
      });
    }
    if (sessions.size > 0) this.stored();
    return sessions.size;
  }

  private insert(
    transaction: EngineTransaction,
    { device, peer }: Arrival,
    row: {
      journalId?: string;
      bytes: Uint8Array;
      digest: string;
      state: InboxState;
      tolerated: readonly string[];
      messageId?: string | undefined;
      reason?: string | undefined;
      wire?: Uint8Array | undefined;
    },
  ): void {
    insertInbox(transaction, {
      journalId: newId(),
      wire: undefined,
      messageId: undefined,
      reason: undefined,
      ...row,
      deviceId: device.id,
      peer: peer.slice(0, 100),
      at: this.kernel.clock.now(),
    });
  }
}

/** Whether a message was there before; if not, it is from now on. */
function remember(
  transaction: EngineTransaction,
  deviceId: string,
  messageId: string,
  digest: string,
  journalId: string,
): 'new' | 'duplicate' | 'reused' {
  const [known] = transaction.all(
    `SELECT EXISTS (SELECT 1 FROM device_message_ids WHERE deviceId = ?1 AND messageId = ?2 AND digest = ?3) AS same,
      EXISTS (SELECT 1 FROM device_message_ids WHERE deviceId = ?1 AND messageId = ?2) AS reused`,
    deviceId,
    messageId,
    digest,
  );
  if (known?.same) return 'duplicate';
  transaction.run('INSERT INTO device_message_ids VALUES (?, ?, ?, ?)', deviceId, messageId, digest, journalId);
  return known?.reused ? 'reused' : 'new';
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
