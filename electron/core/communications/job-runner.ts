import type { Job } from '../../../shared/communications/job.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Kernel } from '../kernel/index.ts';
import { DeliveryError, type JobHandler, toDeliveryError } from './delivery.ts';
import { type AttachmentsOf, emailHandler } from './email-handler.ts';
import { dueJobs, lease, nextDueAt, type RecordOptions, recordDone, recordFailure, renewLease } from './job-records.ts';

export interface JobRunnerOptions {
  readonly attachmentsOf: AttachmentsOf;
  /** What delivers each channel; e-mail by default. */
  readonly handlers?: Partial<Record<Job['channel'], JobHandler>>;
  /** Deliveries at the same time, default 4. */
  readonly concurrency?: number;
  /** A job of a crashed process is taken up again after this long, default 30 000 ms. */
  readonly leaseMs?: number;
  /** One delivery takes at most this long, default 300 000 ms. */
  readonly timeoutMs?: number;
  /** The first pause of a channel that cannot deliver at all, doubled up to 60 000 ms; default 2 000 ms. */
  readonly firstPauseMs?: number;
  readonly random?: () => number;
}

export interface JobRunner {
  start(): Promise<void>;
  /** Stops taking jobs and ends deliveries in hand; one that did not finish waits for the next start. */
  close(): Promise<void>;
  /** For the status bar: messages on their way, and dead letters. */
  counts(): { waiting: number; failed: number };
  /** Looks for work now, e.g. after a person retried a message or saved the mail server. */
  wake(): void;
}

interface Channel {
  /** Failures of the channel in a row. */
  failures: number;
  /** `performance.now()` from which on it is tried again; the clock on the wall may jump. */
  pausedUntil: number;
}

interface Moment {
  /** The clock on the wall, which may jump. */
  readonly wall: number;
  /** `performance.now()`. */
  readonly monotonic: number;
}

/** Nothing sleeps longer than this, so that a clock set forward is noticed. */
const longestSleepMs = 60_000;
const longestPauseMs = 60_000;
const closingPatienceMs = 5_000;

/** The runner of the outbox (reference: Fusion worker). */
export function createJobRunner(kernel: Kernel, options: JobRunnerOptions): JobRunner {
  return new OutboxRunner(kernel, options);
}

class OutboxRunner implements JobRunner {
  private readonly kernel: Kernel;
  private readonly handlers: Partial<Record<Job['channel'], JobHandler>>;
  private readonly concurrency: number;
  private readonly timeoutMs: number;
  private readonly firstPauseMs: number;
  private readonly recording: RecordOptions;
  private readonly running = new Map<string, Promise<void>>();
  private readonly channels = new Map<Job['channel'], Channel>();
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private woken = false;
  private started = false;

  constructor(kernel: Kernel, options: JobRunnerOptions) {
    this.kernel = kernel;
    this.handlers = options.handlers ?? { email: emailHandler(kernel, options.attachmentsOf) };
    this.concurrency = options.concurrency ?? 4;
    this.timeoutMs = options.timeoutMs ?? 300_000;
    this.firstPauseMs = options.firstPauseMs ?? 2_000;
    this.recording = { leaseMs: options.leaseMs ?? 30_000, random: options.random ?? Math.random };
  }

  async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    this.kernel.followers.add({
      name: 'job-runner',
      collections: ['jobs', 'setup'],
      from: 'now',
      handle: (changes) => {
        const mailServerChanged = changes.some(({ document }) => document.kind === 'mailServer');
        if (mailServerChanged) this.channels.delete('email');
        this.wake();
      },
    });
    this.wake();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.ending.abort(new DeliveryError('channel', 'Aliquot was closed before it was sent'));
    const allDone = Promise.all(this.running.values()).then(() => undefined);
    const patience = new Promise<void>((resolve) => setTimeout(resolve, closingPatienceMs).unref());
    await Promise.race([allDone, patience]);
  }

  counts(): { waiting: number; failed: number } {
    if (!this.kernel.identity) return { waiting: 0, failed: 0 };
    const count = (state: Job['state']) => this.kernel.reads().count('jobs', { selector: { state: { $eq: state } } });
    return { waiting: count('queued') + count('waiting') + count('running'), failed: count('dead') };
  }

  wake(): void {
    if (this.woken || !this.started || this.ending.signal.aborted) return;
    this.woken = true;
    setImmediate(() => {
      this.woken = false;
      this.takeDue();
    });
  }

  private takeDue(): void {
    if (this.ending.signal.aborted) return;
    // One moment for the whole look: what becomes due while it goes on is waited for, not overlooked.
    const moment = { wall: this.kernel.clock.now(), monotonic: performance.now() };
    try {
      for (const job of this.leaseDue(moment)) this.begin(job);
      this.sleep(moment);
    } catch (error) {
      // A full disk, for instance: nothing was leased, so nothing is lost by looking again later.
      this.kernel.log.error({ err: error }, 'job runner could not take jobs, will retry');
      this.sleepFor(longestPauseMs);
    }
  }

  private leaseDue(moment: Moment): Stored<Job>[] {
    const free = this.concurrency - this.running.size;
    const { leaseMs } = this.recording;
    const reads = this.kernel.reads();
    // What runs here is not due again, even if the clock jumped over its lease.
    const limit = free <= 0 ? 0 : free + this.running.size;
    const due = dueJobs(reads, moment.wall, { channels: this.openChannels(moment), limit, leaseMs });
    const probing = new Set<Job['channel']>();
    const taken = due.filter(({ id, channel }) => {
      if (this.running.has(id)) return false;
      if (!this.channels.get(channel)?.failures) return true;
      // A channel that failed is tried with one job before the others follow.
      if (probing.has(channel)) return false;
      probing.add(channel);
      return true;
    });
    return lease(this.kernel, taken.slice(0, free), this.recording);
  }

  private openChannels({ monotonic }: Moment): Job['channel'][] {
    const names = Object.keys(this.handlers) as Job['channel'][];
    return names.filter((name) => (this.channels.get(name)?.pausedUntil ?? 0) <= monotonic);
  }

  private begin(job: Stored<Job>): void {
    const run = this.deliver(job)
      .catch((error: unknown) => {
        // The outcome could not be written: the lease ends by itself, and the job is taken up again.
        this.kernel.log.error({ job: job.id, err: error }, 'the outcome of a job could not be recorded');
      })
      .finally(() => {
        this.running.delete(job.id);
        this.wake();
      });
    this.running.set(job.id, run);
  }

  private async deliver(job: Stored<Job>): Promise<void> {
    const { kernel, recording } = this;
    const renewal = setInterval(() => this.renew(job.id), recording.leaseMs / 3);
    try {
      await this.handled(job);
    } catch (error) {
      const failure = toDeliveryError(error);
      const pauseMs = failure.kind === 'channel' ? this.pause(job.channel) : 0;
      kernel.log.warn({ job: job.id, channel: job.channel, kind: failure.kind }, 'delivery failed');
      recordFailure(kernel, job.id, failure, { ...recording, pauseMs });
      return;
    } finally {
      clearInterval(renewal);
    }
    this.channels.delete(job.channel);
    recordDone(kernel, job.id);
  }

  /** The handler's work, ended by the time-out and by closing whether the handler heeds the signal or not. */
  private async handled(job: Stored<Job>): Promise<void> {
    const handler = this.handlers[job.channel];
    if (!handler) throw new DeliveryError('permanent', `Nothing here delivers by ${job.channel}`);
    const tooLong = new AbortController();
    const timer = setTimeout(
      () => tooLong.abort(new DeliveryError('temporary', `not finished within ${this.timeoutMs / 1000} s`)),
      this.timeoutMs,
    );
    const signal = AbortSignal.any([this.ending.signal, tooLong.signal]);
    const ended = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([handler(job, signal), ended]);
    } finally {
      clearTimeout(timer);
    }
  }

  private renew(id: string): void {
    try {
      renewLease(this.kernel, id, this.recording);
    } catch (error) {
      this.kernel.log.warn({ job: id, err: error }, 'a lease could not be renewed');
    }
  }

  /** Stops a channel for a while, longer each time in a row; returns for how long. */
  private pause(name: Job['channel']): number {
    const failures = (this.channels.get(name)?.failures ?? 0) + 1;
    const pauseMs = Math.min(longestPauseMs, this.firstPauseMs * 2 ** (failures - 1));
    this.channels.set(name, { failures, pausedUntil: performance.now() + pauseMs });
    return pauseMs;
  }

  /** Until the next job is due, or a channel's pause ends. */
  private sleep({ wall, monotonic }: Moment): void {
    const next = nextDueAt(this.kernel.reads());
    const pauses = [...this.channels.values()].map(({ pausedUntil }) => pausedUntil - monotonic);
    const waits = [...pauses, ...(next === undefined ? [] : [next - wall])];
    this.sleepFor(Math.min(longestSleepMs, ...waits.filter((wait) => wait > 0)));
  }

  private sleepFor(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake(), Math.max(milliseconds, 10));
    this.timer.unref();
  }
}
