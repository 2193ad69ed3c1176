import type { EngineTransaction, Kernel } from '../kernel/index.ts';

/** Tables of the devices domain that are nobody's documents. */
const ddl = `
CREATE TABLE IF NOT EXISTS device_frames (
  id INTEGER PRIMARY KEY, deviceId TEXT NOT NULL, peer TEXT NOT NULL, at TEXT NOT NULL, bytes BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS device_message_ids (
  deviceId TEXT NOT NULL, messageId TEXT NOT NULL, digest TEXT NOT NULL, journalId TEXT NOT NULL,
  PRIMARY KEY (deviceId, messageId, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS device_inbox (
  id INTEGER PRIMARY KEY, journalId TEXT NOT NULL, deviceId TEXT NOT NULL, peer TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT NOT NULL, messageId TEXT, digest TEXT NOT NULL, tolerated TEXT, reason TEXT, bytes BLOB NOT NULL, wire BLOB
);
CREATE TABLE IF NOT EXISTS device_doubtful (
  journalId TEXT PRIMARY KEY, deviceId TEXT NOT NULL, at INTEGER NOT NULL, whole INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID`;

/** Creates the tables of the devices domain. */
export function installInbox(kernel: Kernel): void {
  kernel.database.engine.ensureTables(ddl);
}

/**
 * What is known of a message when it becomes durable.
 * - `received`: whole;
 * - `doubtful`: whole too, but the analyzer may not know that it was taken and send it again;
 * - `incomplete`: its session was cut;
 * - `sent`: ours.
 */
export type InboxState = 'received' | 'doubtful' | 'incomplete' | 'sent';

/** A durable message that is not a journal document yet. */
export interface InboxRow {
  readonly id: number;
  readonly journalId: string;
  readonly deviceId: string;
  readonly peer: string;
  /** Milliseconds since 1970, UTC: the time of receipt. */
  readonly at: number;
  readonly state: InboxState;
  readonly messageId: string | undefined;
  readonly digest: string;
  readonly tolerated: readonly string[];
  readonly reason: string | undefined;
  readonly bytes: Uint8Array;
  readonly wire: Uint8Array | undefined;
}

const insertSql = `INSERT INTO device_inbox
  (journalId, deviceId, peer, at, state, messageId, digest, tolerated, reason, bytes, wire)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Adds a message to the inbox; part of the open transaction. */
export function insertInbox(transaction: EngineTransaction, row: Omit<InboxRow, 'id'>): void {
  const { journalId, deviceId, peer, at, state, messageId, digest, tolerated, reason, bytes, wire } = row;
  const notes = tolerated.length > 0 ? JSON.stringify(tolerated) : null;
  transaction.run(
    insertSql,
    journalId,
    deviceId,
    peer,
    at,
    state,
    messageId ?? null,
    digest,
    notes,
    reason ?? null,
    bytes,
    wire ?? null,
  );
}

/** The oldest messages of the inbox, in the order in which they became durable. */
export function oldestOfInbox(kernel: Kernel, limit: number): InboxRow[] {
  return kernel.database.engine.all('SELECT * FROM device_inbox ORDER BY id LIMIT ?', limit).map((row) => ({
    id: Number(row.id),
    journalId: String(row.journalId),
    deviceId: String(row.deviceId),
    peer: String(row.peer),
    at: Number(row.at),
    state: row.state as InboxState,
    messageId: row.messageId === null ? undefined : String(row.messageId),
    digest: String(row.digest),
    tolerated: row.tolerated === null ? [] : (JSON.parse(String(row.tolerated)) as string[]),
    reason: row.reason === null ? undefined : String(row.reason),
    bytes: row.bytes as Uint8Array,
    wire: row.wire === null ? undefined : (row.wire as Uint8Array),
  }));
}
