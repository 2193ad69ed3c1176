import type { AnalyzerMessage, JournalOutcome } from '../../../../shared/devices/journal.ts';
import type { NewDocument, Stored } from '../../../../shared/kernel/document.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { EngineTransaction, Kernel, Work } from '../../kernel/index.ts';
import { stationDevices } from '../../setup/index.ts';
import { SharedLines } from '../connections/shared-lines.ts';
import type { DeviceJournal } from './device-journal.ts';
import { DoubtfulMessages } from './doubtful-messages.ts';
import type { InboxRow } from './inbox.ts';
import { type SpareTime, StretchOf } from './spare-time.ts';

/** How many messages become documents in one commit. */
const slice = { busy: 4, least: 20, most: 200 };
const longestPauseMs = 10_000;
/** Outcomes of messages whose results count. */
const takenStates: ReadonlySet<JournalOutcome['state']> = new Set(['stored', 'parsed', 'failed']);

/**
 * Makes journal documents of the messages that are durable in the inbox, in their order. A message leaves the inbox in
 * the commit that makes it a document, so that a crash loses none and doubles none. It keeps out of the way of analyzers
 * that wait for their ACK.
 */
export class JournalWriter {
  private readonly kernel: Kernel;
  private readonly journal: DeviceJournal;
  private readonly spareTime: SpareTime;
  private readonly stretch: StretchOf;
  private readonly foundSender: (device: Stored<Device>, row: InboxRow) => void;
  private working: Promise<void> = Promise.resolve();
  private isWorking = false;
  /** Something came since the inbox was looked at last. */
  private isWoken = false;
  private failures = 0;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param foundSender told of each message whose sender is another device than the one whose line it came by */
  constructor(
    kernel: Kernel,
    journal: DeviceJournal,
    spareTime: SpareTime,
    foundSender: (device: Stored<Device>, row: InboxRow) => void,
  ) {
    this.foundSender = foundSender;
    this.kernel = kernel;
    this.journal = journal;
    this.spareTime = spareTime;
    this.stretch = new StretchOf(spareTime, slice);
  }

  /** Something came into the inbox. */
  wake(): void {
    this.isWoken = true;
    if (this.isWorking || this.retry || this.closed) return;
    this.isWorking = true;
    this.working = this.work();
  }

  /** Stops; what is left in the inbox is taken at the next start. */
  async close(): Promise<void> {
    if (!this.retry) await this.working;
    this.closed = true;
    clearTimeout(this.retry);
    await this.working;
  }

  private async work(): Promise<void> {
    try {
      // What comes during the waits below would else lie there until something else comes.
      for (let more = true; (more || this.isWoken) && !this.closed; ) {
        more = await this.spareTime.take(() => this.move(this.stretch.size));
        await this.journal.tidy();
        await this.kernel.database.checkpoints.room();
      }
      this.failures = 0;
    } catch (error) {
      this.kernel.log.error({ err: error }, 'received messages wait on disk: the journal could not be written');
      const pause = Math.min(longestPauseMs, 200 * 2 ** this.failures++);
      this.retry = setTimeout(() => {
        this.retry = undefined;
        this.wake();
      }, pause);
      this.retry.unref();
    } finally {
      this.isWorking = false;
    }
  }

  /** Moves the oldest messages; answers whether there may be more. */
  private move(limit: number): boolean {
    const { kernel, journal } = this;
    const started = performance.now();
    this.isWoken = false;
    const rows = journal.oldest(limit);
    if (rows.length === 0) return false;
    const ids = [...new Set(rows.map((row) => row.deviceId))];
    // A device that was removed in the meantime still says what it was.
    const owners = kernel.database.engine.findByIds<Stored<Device>>('setup', ids, true);
    const devices = new SharedLines(owners, stationDevices(kernel));
    const write = (due: readonly InboxRow[]) =>
      kernel.database.engine.commit(
        (transaction) => {
          kernel.change(kernel.systemSession('Analyzers'), (work) => writeDocuments(work, transaction, due, devices));
          journal.markTaken(transaction, rows);
        },
        // The inbox has them on disk until this is; no analyzer waits for one flush more.
        { flush: 'later' },
      );
    try {
      write(rows);
    } catch (error) {
      // The inbox may be ahead of a database that was put back from a backup and has some of these already.
      const fresh = this.withoutKnown(rows);
      if (fresh.length === rows.length) throw error;
      write(fresh);
    }
    journal.taken(rows);
    for (const row of rows) {
      const device = devices.deviceOf(row);
      if (device && device.id !== row.deviceId) this.foundSender(device, row);
    }
    this.stretch.took(performance.now() - started, rows.length);
    return rows.length === limit;
  }

  private withoutKnown(rows: readonly InboxRow[]): InboxRow[] {
    const ids = rows.map(({ journalId }) => journalId);
    const known = this.kernel.database.engine.findByIds<AnalyzerMessage & { id: string }>('journal', ids, true);
    const taken = new Set(known.map(({ id }) => id));
    return rows.filter(({ journalId }) => {
      const isNew = !taken.has(journalId);
      taken.add(journalId);
      return isNew;
    });
  }
}

function writeDocuments(
  work: Work,
  transaction: EngineTransaction,
  rows: readonly InboxRow[],
  devices: SharedLines,
): void {
  const doubtful = new DoubtfulMessages(transaction, rows, (deviceId, since) =>
    work
      .find('journal', { selector: { deviceId: { $eq: deviceId }, at: { $gte: new Date(since).toISOString() } } })
      .filter(({ direction, outcome }) => direction === 'in' && takenStates.has(outcome.state))
      .map(({ id, bytes }) => ({ journalId: id, bytes })),
  );
  const documents = rows.map((row) => documentOf(row, devices.deviceOf(row), doubtful));
  work.insertMany<'journal', AnalyzerMessage>('journal', documents);
  doubtful.save(transaction);
  const superseded = work.mapOf('journal', doubtful.superseded.keys());
  work.updateMany(
    'journal',
    [...doubtful.superseded].flatMap(([id, by]) => {
      const current = superseded.get(id);
      return current ? [{ current, change: { outcome: { state: 'superseded' as const, by } } }] : [];
    }),
  );
}

function documentOf(
  row: InboxRow,
  device: Stored<Device> | undefined,
  doubtful: DoubtfulMessages,
): NewDocument<AnalyzerMessage> & { id: string } {
  const { name = 'Removed analyzer', driver = 'generic-astm', protocol = 'astm' } = device ?? {};
  const document: NewDocument<AnalyzerMessage> & { id: string } = {
    id: row.journalId,
    kind: 'analyzer',
    deviceId: device?.id ?? row.deviceId,
    deviceName: name,
    driver,
    protocol,
    direction: row.state === 'sent' ? 'out' : 'in',
    peer: row.peer,
    at: new Date(row.at).toISOString(),
    bytes: Buffer.from(row.bytes).toString('latin1'),
    tolerated: row.tolerated.slice(0, 100).map((note) => note.slice(0, 300)),
    digest: row.digest,
    outcome: outcomeOf(row, doubtful),
  };
  if (row.wire) document.wire = Buffer.from(row.wire).toString('latin1');
  if (row.messageId) document.messageId = row.messageId.slice(0, 200);
  return document;
}

function outcomeOf(row: InboxRow, doubtful: DoubtfulMessages): JournalOutcome {
  if (row.state === 'sent') return { state: 'sent' };
  const first = doubtful.meet(row);
  if (first !== undefined) {
    return row.state === 'incomplete' ? { state: 'superseded', by: first } : { state: 'duplicate', of: first };
  }
  if (row.state === 'incomplete') return { state: 'incomplete', reason: (row.reason ?? '').slice(0, 500) };
  return { state: 'stored' };
}
