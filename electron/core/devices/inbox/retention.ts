import { setTimeout as pause } from 'node:timers/promises';
import { addToArchive } from '../../archive/index.ts';
import type { Kernel } from '../../kernel/index.ts';
import { journalDaysOf } from '../../setup/index.ts';
import type { SpareTime } from './spare-time.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How often it is looked whether messages became old; the first time when the start is over. */
const everyMs = 60 * 60 * 1000;
const firstAfterMs = 60 * 1000;
/** Messages that move at once: some 100 kB to pack and to flush, a few milliseconds. */
const slice = 50;
/** Rows of known message ids looked at in one go. */
const idSlice = 2000;
const pauseMs = 50;
/** An analyzer that sends a message again does so much sooner; ids are kept as long, whatever the journal keeps. */
const leastIdDays = 30;

/** What one look at the journal did. */
export interface RetentionOutcome {
  readonly archived: number;
  readonly idsForgotten: number;
}

/** How the archive stands, for the screen. */
export interface RetentionState {
  readonly lastRunAt: string | undefined;
  readonly archived: number;
  /** Why messages could not be moved; they stay in the journal. */
  readonly error: string | undefined;
}

/**
 * Moves messages that are older than the preferences say out of the journal into the archive, in slices and only while the
 * lines are quiet. Each slice is in the archive and flushed before the commit that takes it out of the journal: after a
 * crash in between it is in both, and the next run passes over what the archive has. A message that nobody has read yet
 * (`stored`) stays.
 */
export class Retention {
  private readonly kernel: Kernel;
  private readonly spareTime: SpareTime;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<RetentionOutcome> | undefined;
  private closed = false;
  private last: RetentionState = { lastRunAt: undefined, archived: 0, error: undefined };

  constructor(kernel: Kernel, spareTime: SpareTime) {
    this.kernel = kernel;
    this.spareTime = spareTime;
  }

  /** Looks from now on, from time to time. */
  start(): void {
    if (this.timer || this.closed) return;
    this.lookAfter(firstAfterMs);
  }

  state(): RetentionState {
    return this.last;
  }

  /** Moves all that is old. Rejects with the reason when the archive cannot be written. */
  run(): Promise<RetentionOutcome> {
    this.running ??= this.moveAll().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Stops after the slice in hand. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running?.catch(() => undefined);
  }

  private lookAfter(milliseconds: number): void {
    const look = () => this.run().catch(() => undefined);
    this.timer = setTimeout(() => {
      void look().then(() => {
        if (!this.closed) this.lookAfter(everyMs);
      });
    }, milliseconds);
    this.timer.unref();
  }

  private async moveAll(): Promise<RetentionOutcome> {
    const { kernel } = this;
    const now = kernel.clock.now();
    const lastRunAt = new Date(now).toISOString();
    let archived = 0;
    try {
      const days = journalDaysOf(kernel.reads());
      const before = new Date(now - days * dayMs).toISOString();
      for (const deviceId of this.devices()) {
        for (let moved = slice; moved === slice && !this.closed; archived += moved) {
          moved = await this.whenQuiet(() => this.moveSlice(deviceId, before));
        }
      }
      const idsForgotten = await this.forgetIds(now - Math.max(days, leastIdDays) * dayMs);
      this.last = { lastRunAt, archived, error: undefined };
      return { archived, idsForgotten };
    } catch (error) {
      kernel.log.error({ err: error }, 'old messages of analyzers could not be archived; they stay in the journal');
      this.last = { lastRunAt, archived, error: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  private moveSlice(deviceId: string, before: string): number {
    const { kernel } = this;
    const messages = kernel.reads().find('journal', {
      selector: { deviceId: { $eq: deviceId }, at: { $lt: before }, 'outcome.state': { $ne: 'stored' } },
      sort: [{ at: 'asc' }],
      limit: slice,
    });
    if (messages.length === 0) return 0;
    addToArchive(kernel.folder, messages);
    const ids = messages.map(({ id }) => id);
    // Read and written in one turn of the thread: nobody changed them in between.
    kernel.database.engine.commit((transaction) => transaction.purge('journal', ids));
    return messages.length;
  }

  /** Every analyzer that has messages, also those that were removed; one step of the index for each. */
  private devices(): string[] {
    const { engine } = this.kernel.database;
    const next = `SELECT min(deviceId) FROM "${engine.tableOf('journal')}" WHERE deleted = 0 AND labId = ?1`;
    const rows = engine.all(
      `WITH RECURSIVE device (id) AS (${next} UNION ALL SELECT (${next} AND deviceId > device.id) FROM device
       WHERE device.id IS NOT NULL) SELECT id FROM device WHERE id IS NOT NULL`,
      this.kernel.needIdentity().labId,
    );
    return rows.map(({ id }) => String(id));
  }

  /**
   * Forgets ids of messages that came before `until`, in slices along the table's key. A message's place in the journal tells
   * when that was (UUIDv7), so that no analyzer waits for an index more before its ACK.
   */
  private async forgetIds(until: number): Promise<number> {
    const { engine } = this.kernel.database;
    const oldest = lowestIdOf(until);
    let forgotten = 0;
    for (let after: unknown[] | undefined = ['', '', '']; after && !this.closed; ) {
      const [deviceId, messageId, digest] = after.map(String);
      after = await this.whenQuiet(() => {
        const rows = engine.all(
          `SELECT deviceId, messageId, digest, journalId FROM device_message_ids
           WHERE (deviceId, messageId, digest) > (?, ?, ?) ORDER BY deviceId, messageId, digest LIMIT ${idSlice}`,
          ...[deviceId ?? '', messageId ?? '', digest ?? ''],
        );
        const old = rows.filter((row) => String(row.journalId) < oldest);
        if (old.length > 0)
          engine.commit((transaction) => {
            for (const row of old) {
              transaction.run(
                'DELETE FROM device_message_ids WHERE deviceId = ? AND messageId = ? AND digest = ?',
                ...[String(row.deviceId), String(row.messageId), String(row.digest)],
              );
            }
          });
        forgotten += old.length;
        const last = rows.length === idSlice ? rows.at(-1) : undefined;
        return last && [last.deviceId, last.messageId, last.digest];
      });
    }
    return forgotten;
  }

  /** Waits until no analyzer is sending. */
  private async whenQuiet<T>(work: () => T): Promise<T> {
    while (!this.spareTime.isQuiet && !this.closed) await pause(pauseMs);
    return this.spareTime.take(work);
  }
}

/** The lowest id of a moment: all made before are less. */
function lowestIdOf(milliseconds: number): string {
  const time = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
