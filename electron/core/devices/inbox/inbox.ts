import { join } from 'node:path';
import type { EngineTransaction, Kernel } from '../../kernel/index.ts';
import { decodeRecord, encodeFrame, encodeMessage, type StoredFrame, type StoredMessage } from './inbox-records.ts';
import type { LogPlace, LogRecord } from './segment-file.ts';
import { SegmentLog } from './segment-log.ts';

/** Tables of the devices domain that are nobody's documents. */
const ddl = `
CREATE TABLE IF NOT EXISTS device_message_ids (
  deviceId TEXT NOT NULL, messageId TEXT NOT NULL, digest TEXT NOT NULL, journalId TEXT NOT NULL,
  PRIMARY KEY (deviceId, messageId, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS device_inbox_mark (
  one INTEGER PRIMARY KEY CHECK (one = 1), segment INTEGER NOT NULL, offset INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS device_doubtful (
  journalId TEXT PRIMARY KEY, deviceId TEXT NOT NULL, at INTEGER NOT NULL, whole INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID`;

/** A message of the inbox that is not a journal document yet, and the place behind it. */
export interface InboxRow extends StoredMessage {
  readonly next: LogPlace;
}

/** A frame of a session that has not ended. */
export interface OpenFrame extends StoredFrame {
  readonly segment: number;
}

/**
 * What analyzers sent, durable before it is acknowledged: a log of frames and messages beside the database (`<folder>/inbox`).
 * How far its messages are journal documents is a mark in the database, moved in the commit that writes the documents: a
 * crash neither loses a message nor takes it twice.
 */
export class Inbox {
  private readonly log: SegmentLog;
  private readonly logger: Kernel['log'];
  /** Oldest first. */
  private readonly frames = new Map<number, OpenFrame>();
  private mark: LogPlace;
  /** How far the mark is on disk. */
  private flushed: LogPlace;
  private lastFrame = 0;
  private count = 0;

  /** @param found told of each message that waited when this was opened, in order */
  constructor(kernel: Kernel, found: (message: StoredMessage) => void) {
    const { engine } = kernel.database;
    engine.ensureTables(ddl);
    const [row] = engine.all('SELECT segment, offset FROM device_inbox_mark');
    this.mark = { segment: Number(row?.segment ?? 0), offset: Number(row?.offset ?? 0) };
    this.flushed = this.mark;
    this.log = new SegmentLog(join(kernel.folder, 'inbox'), this.mark.segment);
    this.logger = kernel.log;
    const damaged = (file: string, reason: string) =>
      this.logger.error({ file, reason }, 'a file of the inbox is damaged; what can be read of it is taken');
    for (const one of this.log.recover(damaged)) {
      const { place } = one;
      const record = this.decoded(one);
      if (!record) continue;
      if (record.kind === 'frame') {
        this.frames.set(record.id, { ...record, bytes: Buffer.from(record.bytes), segment: place.segment });
        this.lastFrame = Math.max(this.lastFrame, record.id);
        continue;
      }
      for (const id of record.frames) {
        this.frames.delete(id);
        this.lastFrame = Math.max(this.lastFrame, id);
      }
      if (isBefore(place, this.mark)) continue;
      this.count++;
      found(record);
    }
    this.release();
  }

  /** How many messages wait to become documents. */
  get waiting(): number {
    return this.count;
  }

  /** Frames of sessions that have not ended, oldest first. */
  openFrames(): OpenFrame[] {
    return [...this.frames.values()];
  }

  /** See `SegmentLog.prepare`. */
  prepare(): Promise<void> {
    return this.log.prepare();
  }

  /** Makes a frame durable; resolves with its number. */
  async addFrame(frame: Omit<StoredFrame, 'kind' | 'id'>): Promise<number> {
    const stored: StoredFrame = { ...frame, kind: 'frame', id: ++this.lastFrame };
    const { segment } = await this.log.append(encodeFrame(stored));
    this.frames.set(stored.id, { ...stored, segment });
    return stored.id;
  }

  /** The frames as received, those of them that are there. */
  bytesOf(frames: readonly number[]): Uint8Array[] {
    return frames.flatMap((id) => this.frames.get(id)?.bytes ?? []);
  }

  /** Makes a message durable; the frames it consists of are part of it from then on. */
  async addMessage(message: Omit<StoredMessage, 'kind'>): Promise<void> {
    await this.log.append(encodeMessage({ ...message, kind: 'message' }));
    this.count++;
    for (const id of message.frames) this.frames.delete(id);
  }

  /** The oldest messages that wait, in the order in which they became durable. */
  oldest(limit: number): InboxRow[] {
    const rows: InboxRow[] = [];
    for (let from = this.mark; rows.length < limit; ) {
      const records = this.log.read(from, limit);
      const last = records.at(-1);
      if (!last) break;
      for (const one of records) {
        const record = this.decoded(one);
        if (record?.kind === 'message' && rows.length < limit) rows.push({ ...record, next: one.next });
      }
      from = last.next;
    }
    // What cannot be read any more is not waited for.
    if (rows.length === 0) this.count = 0;
    return rows;
  }

  /** Notes, as part of the open transaction, that the messages up to this one are documents. */
  markTaken(transaction: EngineTransaction, { next }: InboxRow): void {
    transaction.run('INSERT OR REPLACE INTO device_inbox_mark VALUES (1, ?, ?)', next.segment, next.offset);
  }

  /** After that transaction's commit, though it may not be on disk yet. */
  taken(rows: readonly InboxRow[]): void {
    this.mark = rows.at(-1)?.next ?? this.mark;
    this.count -= rows.length;
  }

  /** Whether there are files that are not needed once what was committed is on disk. */
  get hasTakenFiles(): boolean {
    return this.mark.segment > this.flushed.segment;
  }

  /** Removes files that are not needed any more. `flush` resolves when what was committed before is on disk. */
  async removeTaken(flush: () => Promise<void>): Promise<void> {
    const { mark } = this;
    await flush();
    this.flushed = mark;
    this.release();
  }

  /** Closes after what was added is on disk, and what was committed. */
  async close(flush: () => Promise<void>): Promise<void> {
    await this.removeTaken(flush);
    await this.log.close(() => this.count === 0 && this.frames.size === 0);
  }

  /** One that nobody can make sense of (a newer version wrote it) must not keep the others waiting. */
  private decoded({ payload, place }: LogRecord): StoredFrame | StoredMessage | undefined {
    try {
      return decodeRecord(payload);
    } catch (error) {
      this.logger.error({ err: error, place }, 'a record of the inbox is not understood and left out');
      return undefined;
    }
  }

  /** Removes what is neither waited for nor part of an open session. */
  private release(): void {
    const [oldest] = this.frames.values();
    this.log.removeBefore(Math.min(this.flushed.segment, oldest?.segment ?? Number.POSITIVE_INFINITY));
  }
}

function isBefore(one: LogPlace, other: LogPlace): boolean {
  return one.segment < other.segment || (one.segment === other.segment && one.offset < other.offset);
}
