import type { EngineTransaction } from '../../kernel/index.ts';
import type { InboxRow } from './inbox.ts';

/** An analyzer that does not know whether its message was taken sends it again within this time, or never. */
const lifeMs = 24 * 60 * 60 * 1000;
/** Bytes of a message compared; more than any instrument sends in one. */
const mostBody = 1_000_000;

/** So long after a message came again, its first session may still be found broken off (a cable cut without a word). */
const lateMs = 2 * 60 * 60 * 1000;

interface Taken {
  readonly journalId: string;
  readonly deviceId: string;
  readonly body: string;
}

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
  private readonly taken: Taken[] = [];
  private readonly takenBefore: (deviceId: string, since: number) => readonly Taken[];

  /**
   * Loads what is in doubt at the devices of these messages; one statement.
   * @param takenBefore messages taken from a device since a time, for the rare one whose repetition came before its end
   */
  constructor(
    transaction: EngineTransaction,
    rows: readonly InboxRow[],
    takenBefore: (deviceId: string, since: number) => readonly { journalId: string; bytes: string }[],
  ) {
    this.takenBefore = (deviceId, since) =>
      takenBefore(deviceId, since).map(({ journalId, bytes }) => ({ journalId, deviceId, body: bodyOf(bytes) }));
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

  /** Takes the next message in order; answers the journal id of the earlier one that says the same or more. */
  meet(row: InboxRow): string | undefined {
    const inDoubt = row.state === 'doubtful' || row.state === 'incomplete';
    if (row.messageId !== undefined) return undefined;
    const body = bodyOf(Buffer.from(row.bytes.subarray(0, mostBody)).toString('latin1'));
    const earlier = this.repeated(row, body) ?? (inDoubt ? this.cameAgainAlready(row, body) : undefined);
    if (earlier !== undefined) return earlier;
    if (inDoubt) this.add(row, body);
    else this.taken.push({ journalId: row.journalId, deviceId: row.deviceId, body });
    return undefined;
  }

  private repeated(row: InboxRow, body: string): string | undefined {
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
    return undefined;
  }

  private cameAgainAlready(row: InboxRow, body: string): string | undefined {
    if (body === '') return undefined;
    const fits = (one: Taken) =>
      one.deviceId === row.deviceId && (row.state === 'doubtful' ? one.body === body : one.body.startsWith(body));
    const found = this.taken.find(fits) ?? this.takenBefore(row.deviceId, row.at - lateMs).find(fits);
    return found?.journalId;
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

/** What follows the header record. */
function bodyOf(text: string): string {
  return text.startsWith('H') ? text.slice(text.indexOf('\r') + 1 || text.length) : text;
}
