import { hash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzipSync } from 'node:zlib';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { LabError, notFound } from '../kernel/index.ts';

/*
 * Old messages of analyzers, in a plain SQLite file for each month that anybody can open without Aliquot: the message as JSON,
 * gzip, with the SHA-256 of the JSON. Rows are only ever added. A message whose outcome changed afterwards is added again;
 * the last row of an id counts.
 */
const ddl = `
CREATE TABLE IF NOT EXISTS messages (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, labId TEXT NOT NULL, deviceId TEXT NOT NULL, at TEXT NOT NULL,
  sha256 TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (id, sha256)
);
CREATE INDEX IF NOT EXISTS messages_by_time ON messages (labId, at, id);
CREATE INDEX IF NOT EXISTS messages_of_device ON messages (labId, deviceId, at, id)`;
const insertSql = `INSERT INTO messages (id, labId, deviceId, at, sha256, data) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id, sha256) DO NOTHING`;
const waitMs = 2000;
const gunzipAsync: (data: Uint8Array) => Promise<Buffer> = promisify(gunzip);
/** Messages unpacked at once, beside the core's thread; each some 10 µs of it. */
const slice = 100;
/** Messages unpacked for one page of a search. */
const mostSearched = 2000;
const fileName = /^journal-(\d{4}-\d{2})\.sqlite$/;

/** One month of the archive, as its file shows it. */
export interface ArchivedMonth {
  /** `YYYY-MM`, UTC. */
  readonly month: string;
  readonly bytes: number;
  /** Rows, of which a message whose outcome changed has several; undefined when the file is damaged. */
  readonly messages: number | undefined;
}

/**
 * Adds messages to the archive; when it returns they are on disk. A message that is there already in this state is passed
 * over, so that what a crash interrupted can be done again.
 *
 * @throws LabError `storage` when a file cannot be written or is damaged; then nothing may be taken out of the journal.
 */
export function addToArchive(folder: string, messages: readonly Stored<AnalyzerMessage>[]): void {
  const months = Map.groupBy(messages, ({ id }) => monthOf(id));
  for (const [month, ofMonth] of months) {
    if (month === undefined) throw new Error('Ids of journal messages are UUIDv7');
    guarded(month, () => addToMonth(folder, month, ofMonth));
  }
}

/**
 * A message of the archive, or undefined when it is not there or another laboratory's.
 *
 * @throws LabError `storage`, in words, when its place in the archive is damaged: a message that differs from its SHA-256 is
 *   never given out.
 */
export function findInArchive(folder: string, labId: string, id: string): Stored<AnalyzerMessage> | undefined {
  const month = monthOf(id);
  if (month === undefined || !existsSync(pathOf(folder, month))) return undefined;
  return guarded(month, () =>
    reading(folder, month, (database) => {
      const row = database
        .prepare('SELECT sha256, data FROM messages WHERE id = ? AND labId = ? ORDER BY number DESC LIMIT 1')
        .get(id, labId);
      return row && readRow(String(row.sha256), gunzipSync(row.data as Uint8Array));
    }),
  );
}

/** Which messages of a month of the archive are listed. */
export interface ArchiveQuery {
  /** `YYYY-MM`, UTC. */
  readonly month: string;
  readonly deviceId?: string | undefined;
  /** Only messages that hold this text, in any case. */
  readonly text?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * A page of a month of the archive, the newest first. With a text at most `mostSearched` messages are unpacked for a page: it
 * may hold fewer rows than asked for, or none, and still have a next one.
 *
 * @throws LabError `notFound` for a month that is not there, `storage` when its file is damaged
 */
export async function listArchive(
  folder: string,
  labId: string,
  { month, deviceId, text, limit, cursor }: ArchiveQuery,
): Promise<{ rows: Stored<AnalyzerMessage>[]; nextCursor?: string }> {
  if (!existsSync(pathOf(folder, month))) throw notFound('journal', month);
  const wanted = text?.toLowerCase();
  const rows: Stored<AnalyzerMessage>[] = [];
  let after = cursor;
  for (let searched = 0; searched < mostSearched; searched += slice) {
    const packed = guarded(month, () => packedRows(folder, month, labId, deviceId, after));
    const unpacked = await Promise.all(packed.map((row) => guarded(month, () => unpackedRow(row))));
    for (const [index, message] of unpacked.entries()) {
      after = `${message.at} ${message.id}`;
      if (wanted === undefined || message.bytes.toLowerCase().includes(wanted)) rows.push(message);
      const isLast = index === unpacked.length - 1 && packed.length < slice;
      if (rows.length === limit) return isLast ? { rows } : { rows, nextCursor: after };
    }
    if (packed.length < slice) return { rows };
  }
  return after === undefined ? { rows } : { rows, nextCursor: after };
}

/** A slice of rows in the order of the list, still packed. Of a message with several rows the last counts. */
function packedRows(
  folder: string,
  month: string,
  labId: string,
  deviceId: string | undefined,
  after: string | undefined,
): { sha256: string; data: Uint8Array }[] {
  const [at = '9', id = ''] = after?.split(' ') ?? [];
  const ofDevice = deviceId === undefined ? '' : 'AND deviceId = ?5';
  const sql = `SELECT sha256, data FROM messages WHERE labId = ?1 AND (at, id) < (?2, ?3) ${ofDevice}
    AND NOT EXISTS (SELECT 1 FROM messages AS later WHERE later.id = messages.id AND later.number > messages.number)
    ORDER BY at DESC, id DESC LIMIT ?4`;
  const values = [labId, at, id, slice, ...(deviceId === undefined ? [] : [deviceId])];
  return reading(folder, month, (database) => database.prepare(sql).all(...values)) as {
    sha256: string;
    data: Uint8Array;
  }[];
}

async function unpackedRow({ sha256, data }: { sha256: string; data: Uint8Array }): Promise<Stored<AnalyzerMessage>> {
  return readRow(sha256, await gunzipAsync(data));
}

/** The months that are there, newest first. */
export function archivedMonths(folder: string): ArchivedMonth[] {
  const archive = join(folder, 'archive');
  if (!statSync(archive, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(archive)
    .flatMap((name) => {
      const month = fileName.exec(name)?.[1];
      if (month === undefined) return [];
      return [{ month, bytes: statSync(join(archive, name)).size, messages: rowsOf(folder, month) }];
    })
    .sort((a, b) => b.month.localeCompare(a.month));
}

/** Its last row's number: rows are only ever added. */
function rowsOf(folder: string, month: string): number | undefined {
  try {
    return reading(folder, month, (database) =>
      Number(database.prepare('SELECT max(number) AS rows FROM messages').get()?.rows ?? 0),
    );
  } catch {
    return undefined;
  }
}

function reading<T>(folder: string, month: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(pathOf(folder, month), { readOnly: true, timeout: waitMs });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

function addToMonth(folder: string, month: string, messages: readonly Stored<AnalyzerMessage>[]): void {
  const path = pathOf(folder, month);
  mkdirSync(join(folder, 'archive'), { recursive: true });
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    // With a rollback journal the file alone is the whole truth; EXTRA also flushes the folder when that journal goes.
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; ${ddl}; BEGIN IMMEDIATE`);
    const insert = database.prepare(insertSql);
    for (const message of messages) {
      const json = JSON.stringify(message);
      const { id, labId, deviceId, at } = message;
      insert.run(id, labId, deviceId, at, hash('sha256', json, 'hex'), gzipSync(json, { level: 6 }));
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  if (isNew && process.platform !== 'win32') flushFolder(join(folder, 'archive'));
}

function readRow(sha256: string, unpacked: Buffer): Stored<AnalyzerMessage> {
  const json = unpacked.toString('utf8');
  if (hash('sha256', json, 'hex') !== sha256) throw new Error('its SHA-256 is another');
  return JSON.parse(json) as Stored<AnalyzerMessage>;
}

/** The month in which an id was made (UUIDv7, RFC 9562 §5.7); undefined for what is no such id. */
function monthOf(id: string): string | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)) return undefined;
  const milliseconds = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return new Date(milliseconds).toISOString().slice(0, 7);
}

function pathOf(folder: string, month: string): string {
  return join(folder, 'archive', `journal-${month}.sqlite`);
}

function guarded<T>(month: string, act: () => T): T {
  const unusable = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    return new LabError({
      kind: 'storage',
      message: `The archive of analyzer messages of ${month} cannot be used: ${reason}.`,
      remedy: `Put archive/journal-${month}.sqlite back from a backup. What is in the live journal is not touched.`,
    });
  };
  try {
    const done = act();
    if (!(done instanceof Promise)) return done;
    return done.catch((error: unknown) => {
      throw unusable(error);
    }) as T;
  } catch (error) {
    throw unusable(error);
  }
}

function flushFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
