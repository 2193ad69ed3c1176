import type { MangoQuerySelector } from 'rxdb';
import { nextDay, startOfDay } from '../../../../shared/billing/days.ts';
import type { AnalyzerMessage, JournalDocument } from '../../../../shared/devices/journal.ts';
import type { ReplayInput, ReplayState } from '../../../../shared/devices/replay.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import type { Page, PageInput } from '../../../../shared/kernel/page.ts';
import {
  conflict,
  type Kernel,
  keysetPage,
  LabError,
  notFound,
  type ScopedReads,
  type Session,
} from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import type { DeviceService } from '../device-service.ts';
import { StretchOf } from '../inbox/spare-time.ts';
import { replayMessages } from './message-reader.ts';
import { heldMessages } from './waiting-messages.ts';

/** How many messages one commit reads again; each commit waits for its turn behind the analyzers. */
const slice = { busy: 4, least: 25, most: 200 };
/** Runs whose end is remembered, for the screen that started them. */
const mostRemembered = 20;

/** What is read again, with its days as instants. */
export interface Range {
  readonly deviceId: string;
  readonly onlyFailed: boolean;
  /** Inclusive. */
  readonly since: string;
  /** Exclusive. */
  readonly until: string;
}

interface Run {
  state: ReplayState;
  isCancelled: boolean;
}

/** Reads ranges of messages again in the background, one range of a device at a time. */
export class Replays {
  private readonly kernel: Kernel;
  private readonly service: DeviceService;
  private readonly runs = new Map<string, Run>();

  constructor(kernel: Kernel, service: DeviceService) {
    this.kernel = kernel;
    this.service = service;
  }

  /**
   * Starts reading again what a device sent in a range of time, the oldest first; results that nobody decided on are
   * replaced. Throws `busy` while another range of it runs.
   */
  async start(session: Session, input: ReplayInput): Promise<ReplayState> {
    const reads = this.kernel.reads();
    const range = rangeOf(reads, input);
    const { deviceId } = range;
    const device = reads.need('setup', deviceId);
    if (device.kind !== 'device') throw conflict('setup', deviceId);
    const held =
      input.onlyFailed && input.withHeld ? (await heldMessages(this.kernel, deviceId, range)).map(({ id }) => id) : [];
    const total = (await this.count(range)) + held.length;
    // Looked at behind the count, so that of two that start at once one is refused.
    if ([...this.runs.values()].some(({ state }) => state.deviceId === deviceId && !state.ended)) {
      const message = 'Messages of this analyzer are being read again already.';
      throw new LabError({ kind: 'busy', message, remedy: 'Wait until that is done, or cancel it.' });
    }
    this.kernel.change(session, (work) =>
      work.record('device.replayed', {
        values: { messages: total, device: device.name },
        subject: { collection: 'setup', id: device.id },
      }),
    );
    const counts = { total, done: 0, results: 0, failed: 0 };
    const run: Run = {
      state: { id: newId(), deviceId, ...counts, ended: false, cancelled: false },
      isCancelled: false,
    };
    this.forgetOld();
    this.runs.set(run.state.id, run);
    void this.work(run, range, held);
    return run.state;
  }

  /** How far a range is. */
  state(id: string): ReplayState {
    return this.need(id).state;
  }

  /** Stops before the next messages; what was read again stays so. */
  cancel(id: string): ReplayState {
    const run = this.need(id);
    run.isCancelled = true;
    return run.state;
  }

  /** @param held messages with held results, where these are asked for besides the ones that could not be read */
  private async work(run: Run, range: Range, held: readonly string[]): Promise<void> {
    const set = (change: Partial<ReplayState>) => {
      run.state = { ...run.state, ...change };
    };
    try {
      const stretch = new StretchOf(this.service.spareTime, slice);
      let cursor: string | undefined;
      do {
        const page = await this.service.spareTime.take(() => this.readSlice(run, range, cursor, stretch));
        cursor = page.nextCursor;
        await this.kernel.database.checkpoints.room();
      } while (cursor !== undefined && !run.isCancelled && !this.service.isClosed);
      let isCut = cursor !== undefined;
      for (let at = 0; at < held.length && !isCut; ) {
        const ids = await this.service.spareTime.take(() =>
          this.readHeld(run, held.slice(at, at + stretch.size), stretch),
        );
        at += ids.length;
        await this.kernel.database.checkpoints.room();
        isCut = (run.isCancelled || this.service.isClosed) && at < held.length;
      }
      set({ cancelled: isCut });
    } catch (error) {
      this.kernel.log.error({ err: error, deviceId: range.deviceId }, 'messages could not be read again');
      set({ error: error instanceof Error ? error.message : String(error) });
    } finally {
      set({ ended: true });
    }
  }

  private async readSlice(
    run: Run,
    range: Range,
    cursor: string | undefined,
    stretch: StretchOf,
  ): Promise<{ nextCursor?: string | undefined }> {
    const page = messagesIn(this.kernel.reads(), range, { cursor, limit: stretch.size });
    await this.readMessages(run, page.rows, stretch);
    return { nextCursor: page.nextCursor };
  }

  private async readHeld(run: Run, ids: readonly string[], stretch: StretchOf): Promise<readonly string[]> {
    const messages = [...this.kernel.reads().mapOf('journal', ids).values()] as Stored<AnalyzerMessage>[];
    // What is about to be read for the first time is left to its turn.
    await this.readMessages(
      run,
      messages.filter(({ outcome }) => outcome.state === 'parsed'),
      stretch,
    );
    return ids;
  }

  /** Reads messages again in one unit of work. */
  private async readMessages(
    run: Run,
    messages: readonly Stored<AnalyzerMessage>[],
    stretch: StretchOf,
  ): Promise<void> {
    const started = performance.now();
    const outcomes = await replayMessages(
      this.kernel,
      messages.map((message) => ({ message, archived: false })),
    );
    stretch.took(performance.now() - started, messages.length);
    const { done, results, failed } = run.state;
    run.state = {
      ...run.state,
      done: done + messages.length,
      results: results + outcomes.results,
      failed: failed + outcomes.failed,
    };
  }

  /** How many messages a range holds, counted on the read worker: it may be a year of them. */
  async count({ deviceId, since, until, onlyFailed }: Range): Promise<number> {
    const [row] = await this.kernel.readWorker.all(
      `SELECT count(*) AS total FROM ${this.kernel.database.engine.tableOf('journal')}
      WHERE deleted = 0 AND labId = ? AND deviceId = ? AND at >= ? AND at < ?
        AND json_extract(data, '$.direction') = 'in'
        AND json_extract(data, '$.outcome.state') IN (${onlyFailed ? "'failed'" : "'parsed', 'failed'"})`,
      ...[this.kernel.needIdentity().labId, deviceId, since, until],
    );
    return Number(row?.total ?? 0);
  }

  private need(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw notFound('journal', id);
    return run;
  }

  private forgetOld(): void {
    for (const [id, { state }] of this.runs) {
      if (this.runs.size < mostRemembered) return;
      if (state.ended) this.runs.delete(id);
    }
  }
}

/** A range as it was asked for, in the laboratory's time zone. */
export function rangeOf(reads: ScopedReads, { from, to, deviceId, onlyFailed }: ReplayInput): Range {
  const { timeZone } = centreOf(reads);
  return { deviceId, onlyFailed, since: startOfDay(from, timeZone), until: startOfDay(nextDay(to), timeZone) };
}

/** A page of the messages that a range reads again, the oldest first. */
export function messagesIn(reads: ScopedReads, range: Range, page: PageInput): Page<Stored<AnalyzerMessage>> {
  return keysetPage(reads, 'journal', selectorOf(range), 'at', page, 'asc');
}

/**
 * What was read before, or could not be: not what came twice or was cut off, and not what is about to be read for the first
 * time, which would then be saved twice.
 */
function selectorOf({ deviceId, since, until, onlyFailed }: Range): MangoQuerySelector<JournalDocument> {
  return {
    deviceId: { $eq: deviceId },
    at: { $gte: since, $lt: until },
    direction: { $eq: 'in' },
    'outcome.state': onlyFailed ? { $eq: 'failed' } : { $in: ['parsed', 'failed'] },
  };
}
