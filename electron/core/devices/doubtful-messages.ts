import type { EngineTransaction } from '../kernel/index.ts';
import type { InboxRow } from './inbox.ts';

/** An analyzer that does not know whether its message was taken sends it again within this time, or never. */
const lifeMs = 24 * 60 * 60 * 1000;
/** Bytes of a message compared; more than any instrument sends in one. */
const mostBody = 1_000_000;

interface Doubtful {
  readonly journalId: string;
  readonly deviceId: string;
  readonly whole: boolean;
  readonly body: string;
}

/**
 * Messages that their analyzer may send again, because the line or Aliquot broke off: incomplete ones, and whole ones
 * whose session did not end. HL7 messages have ids for this; ASTM and VIDAS messages are known by what they say. The
 * header record does not count, since it holds the time of sending.
 */
export class DoubtfulMessages {
  /** Journal id of an incomplete message → of the message that holds all of it. */
  readonly superseded = new Map<string, string>();
  private readonly known = new Set<Doubtful>();
  private readonly added: (Doubtful & { readonly at: number })[] = [];
  private readonly settled: string[] = [];

  /** Loads what is in doubt at the devices of these messages; one statement. */
  constructor(transaction: EngineTransaction, rows: readonly InboxRow[]) {
    const devices = JSON.stringify([...new Set(rows.map((row) => row.deviceId))]);
    const since = Math.min(...rows.map((row) => row.at)) - lifeMs;
    const found = transaction.all(
      `SELECT journalId, deviceId, whole, body FROM device_doubtful
       WHERE deviceId IN (SELECT value FROM json_each(?)) AND at >= ?`,
      devices,
      since,
    );
    for (const row of found) {
      this.known.add({
        journalId: String(row.journalId),
        deviceId: String(row.deviceId),
        whole: row.whole === 1,
        body: String(row.body),
      });
    }
  }

  /** Takes the next message in order; answers the journal id of the earlier one that it repeats. */
  meet(row: InboxRow): string | undefined {
    const inDoubt = row.state === 'doubtful' || row.state === 'incomplete';
    if (row.messageId !== undefined || (!inDoubt && this.known.size === 0)) return undefined;
    const body = bodyOf(row.bytes);
    for (const earlier of this.known) {
      if (earlier.deviceId !== row.deviceId) continue;
      if (earlier.whole) {
        if (earlier.body !== body || row.state === 'incomplete') continue;
        // Said again without having reached its end again: it may come a third time.
        if (row.state === 'received') this.settle(earlier);
        return earlier.journalId;
      }
      // The last record may have been cut in its middle.
      if (!body.startsWith(earlier.body) || body === '') continue;
      this.superseded.set(earlier.journalId, row.journalId);
      this.settle(earlier);
    }
    if (inDoubt) this.add(row, body);
    return undefined;
  }

  /** Writes what changed; part of the open transaction. */
  save(transaction: EngineTransaction): void {
    for (const { journalId, deviceId, at, whole, body } of this.added) {
      if (this.settled.includes(journalId)) continue;
      transaction.run(
        'INSERT OR REPLACE INTO device_doubtful VALUES (?, ?, ?, ?, ?)',
        journalId,
        deviceId,
        at,
        whole ? 1 : 0,
        body,
      );
    }
    const [first] = this.added;
    if (this.settled.length > 0) {
      const ids = JSON.stringify(this.settled);
      transaction.run('DELETE FROM device_doubtful WHERE journalId IN (SELECT value FROM json_each(?))', ids);
    }
    if (first) transaction.run('DELETE FROM device_doubtful WHERE at < ?', first.at - lifeMs);
  }

  private add(row: InboxRow, body: string): void {
    const { journalId, deviceId, at } = row;
    const doubtful = { journalId, deviceId, at, whole: row.state === 'doubtful', body };
    this.added.push(doubtful);
    this.known.add(doubtful);
  }

  private settle(earlier: Doubtful): void {
    this.known.delete(earlier);
    this.settled.push(earlier.journalId);
  }
}

/** What follows the header record, one character a byte. */
function bodyOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, mostBody)).toString('latin1');
  return text.startsWith('H') ? text.slice(text.indexOf('\r') + 1 || text.length) : text;
}
