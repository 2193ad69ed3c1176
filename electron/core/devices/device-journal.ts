import { createHash } from 'node:crypto';
import type { AnalyzerMessage, JournalOutcome } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { GroupCommit, type Kernel } from '../kernel/index.ts';
import { astmTextOf, vidasTextOf } from './protocols/index.ts';

const ddl = `
CREATE TABLE IF NOT EXISTS device_frames (
  id INTEGER PRIMARY KEY, deviceId TEXT NOT NULL, peer TEXT NOT NULL, at TEXT NOT NULL, bytes BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS device_message_ids (
  deviceId TEXT NOT NULL, messageId TEXT NOT NULL, digest TEXT NOT NULL, journalId TEXT NOT NULL,
  PRIMARY KEY (deviceId, messageId, digest)
) WITHOUT ROWID`;

/** What is known of an incoming message beside its bytes. */
export interface Arrival {
  readonly device: Device;
  readonly peer: string;
}

/** Where a stored message went. */
export interface StoredMessage {
  readonly journalId: string;
  /** The same message was on disk before: same device, same message id, same bytes. */
  readonly duplicate: boolean;
}

/**
 * The journal of raw bytes: durable before anything is acknowledged (promise 1). Frames of a session in progress are
 * rows of a plain table; a whole message is a journal document. Both go to disk in group commits.
 */
export class DeviceJournal {
  private readonly kernel: Kernel;
  private readonly group: GroupCommit;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.group = new GroupCommit(kernel.database.engine);
    kernel.database.engine.ensureTables(ddl);
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

  /** Makes a whole message durable. A message seen before creates nothing twice. */
  storeMessage(arrival: Arrival, bytes: Uint8Array, messageId: string | undefined): Promise<StoredMessage> {
    const text = Buffer.from(bytes).toString('latin1');
    const digest = digestOf(bytes);
    return this.group.run((transaction) => {
      if (messageId) {
        const [known] = transaction.all(
          'SELECT journalId FROM device_message_ids WHERE deviceId=? AND messageId=? AND digest=?',
          arrival.device.id,
          messageId,
          digest,
        );
        if (known) return { journalId: String(known.journalId), duplicate: true };
      }
      const { id } = this.insert(arrival, { bytes: text, digest, messageId, outcome: { state: 'stored' } });
      if (messageId) {
        transaction.run('INSERT INTO device_message_ids VALUES (?, ?, ?, ?)', arrival.device.id, messageId, digest, id);
      }
      return { journalId: id, duplicate: false };
    });
  }

  /** Turns the frames of a session into its journal document, in one commit. */
  completeFrames(
    arrival: Arrival,
    frames: readonly number[],
    message: { text: Uint8Array; tolerated: readonly string[]; incomplete?: string },
  ): Promise<StoredMessage> {
    return this.group.run((transaction) => {
      const ids = JSON.stringify(frames);
      const rows = transaction.all(
        'SELECT bytes FROM device_frames WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
        ids,
      );
      transaction.run('DELETE FROM device_frames WHERE id IN (SELECT value FROM json_each(?))', ids);
      const wire = rows.map((row) => Buffer.from(row.bytes as Uint8Array).toString('latin1')).join('');
      const { id } = this.insert(arrival, {
        bytes: Buffer.from(message.text).toString('latin1'),
        wire,
        digest: digestOf(message.text),
        tolerated: message.tolerated.slice(0, 100).map((note) => note.slice(0, 300)),
        outcome:
          message.incomplete === undefined ? { state: 'stored' } : { state: 'incomplete', reason: message.incomplete },
      });
      return { journalId: id, duplicate: false };
    });
  }

  /** Records what was sent to an analyzer. */
  recordSent(arrival: Arrival, text: Uint8Array): Promise<StoredMessage> {
    return this.group.run(() => {
      const bytes = Buffer.from(text).toString('latin1');
      const { id } = this.insert(arrival, {
        bytes,
        digest: digestOf(text),
        direction: 'out',
        outcome: { state: 'sent' },
      });
      return { journalId: id, duplicate: false };
    });
  }

  /**
   * After a crash: frames that were acknowledged but whose session never ended become incomplete messages, one a device
   * and peer, shown to a person. Called before any connection opens.
   */
  recoverFrames(devices: ReadonlyMap<string, Device>): number {
    const { engine } = this.kernel.database;
    const rows = engine.all('SELECT id, deviceId, peer, bytes FROM device_frames ORDER BY id');
    const sessions = new Map<string, { arrival: Arrival; ids: number[]; frames: Uint8Array[] }>();
    for (const row of rows) {
      const device = devices.get(String(row.deviceId));
      // Frames of a device that was removed stay where they are; nothing acknowledged is ever dropped.
      if (!device) continue;
      const key = `${row.deviceId}/${row.peer}`;
      const session = sessions.get(key) ?? { arrival: { device, peer: String(row.peer) }, ids: [], frames: [] };
      session.ids.push(Number(row.id));
      session.frames.push(row.bytes as Uint8Array);
      sessions.set(key, session);
    }
    for (const { arrival, ids, frames } of sessions.values()) {
      const text = textOf(arrival.device, frames);
      engine.commit((transaction) => {
        transaction.run('DELETE FROM device_frames WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
        const reason = 'Aliquot stopped before the analyzer ended its session';
        this.insert(arrival, {
          bytes: Buffer.from(text).toString('latin1'),
          wire: Buffer.concat(frames).toString('latin1'),
          digest: digestOf(text),
          outcome: { state: 'incomplete', reason },
        });
      });
    }
    return sessions.size;
  }

  private insert(
    { device, peer }: Arrival,
    message: Pick<AnalyzerMessage, 'bytes' | 'digest'> &
      Partial<Pick<AnalyzerMessage, 'wire' | 'messageId' | 'tolerated' | 'direction'>> & { outcome: JournalOutcome },
  ): Stored<AnalyzerMessage> {
    return this.kernel.change(this.kernel.systemSession(device.name), (work) =>
      work.insert<'journal', AnalyzerMessage>('journal', {
        kind: 'analyzer',
        deviceId: device.id,
        deviceName: device.name,
        driver: device.driver,
        protocol: device.protocol,
        direction: 'in',
        tolerated: [],
        ...message,
        peer,
        at: work.now,
      }),
    );
  }
}

/** The message text of a session's frames, so that a driver can read what is there. */
function textOf({ protocol }: Device, frames: readonly Uint8Array[]): Uint8Array {
  return protocol === 'vidas' ? Buffer.concat(frames.map(vidasTextOf)) : astmTextOf(frames);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
