import { longestDelayMs, retryDelayMs } from '../../../shared/communications/backoff.ts';
import type { Job } from '../../../shared/communications/job.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Kernel, ScopedReads, Work } from '../kernel/index.ts';
import type { DeliveryError } from './delivery.ts';
import { channelWords } from './send.ts';

/** RFC 5321 §4.5.4.1: a sender goes on trying for at least four to five days. */
const patienceMs = 5 * 86_400_000;

/** What the queue's bookkeeping needs of the runner. */
export interface RecordOptions {
  /** How long a running job belongs to its runner before it is taken up again, in milliseconds. */
  readonly leaseMs: number;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
}

/** Names the core in the activity log for what no person did. */
const actor = 'Message queue';

/**
 * Jobs whose time has come, the longest due first. A time further away than any delay or lease can be means that the
 * clock was set back since it was written: such a job is due now.
 */
export function dueJobs(
  reads: ScopedReads,
  now: number,
  { channels, limit, leaseMs }: { channels: readonly Job['channel'][]; limit: number; leaseMs: number },
): Stored<Job>[] {
  if (channels.length === 0 || limit <= 0) return [];
  const iso = (time: number) => new Date(time).toISOString();
  const find = (state: Job['state'], nextAttemptAt: { $lte?: string; $gt?: string }) =>
    reads.find('jobs', {
      selector: { state: { $eq: state }, nextAttemptAt, channel: { $in: [...channels] } },
      sort: [{ nextAttemptAt: 'asc' }],
      limit,
    });
  const due = [
    ...find('queued', { $gt: '' }),
    ...find('waiting', { $lte: iso(now) }),
    ...find('waiting', { $gt: iso(now + longestDelayMs) }),
    ...find('running', { $lte: iso(now) }),
    ...find('running', { $gt: iso(now + 2 * leaseMs) }),
  ];
  return due.sort((a, b) => (a.nextAttemptAt < b.nextAttemptAt ? -1 : 1)).slice(0, limit);
}

/** When the next job will be due, in milliseconds since 1970; undefined when none waits. */
export function nextDueAt(reads: ScopedReads): number | undefined {
  const times = (['waiting', 'running'] as const).flatMap((state) => {
    const first = reads.first('jobs', { selector: { state: { $eq: state } }, sort: [{ nextAttemptAt: 'asc' }] });
    return first ? [Date.parse(first.nextAttemptAt)] : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * Gives jobs to the runner, in one commit. A job that was running before was cut off (the process was killed, the power
 * went): that attempt is over, and a job that did so too often is given up instead, since it may be what kills the core.
 */
export function lease(kernel: Kernel, jobs: readonly Stored<Job>[], { leaseMs }: RecordOptions): Stored<Job>[] {
  if (jobs.length === 0) return [];
  const until = new Date(kernel.clock.now() + leaseMs).toISOString();
  return kernel.change(kernel.systemSession(actor), (work) => {
    const started: Stored<Job>[] = [];
    for (const job of work.getMany(
      'jobs',
      jobs.map(({ id }) => id),
    )) {
      if (job.state !== 'queued' && job.state !== 'waiting' && job.state !== 'running') continue;
      const attempts =
        job.state === 'running' ? withError(job.attempts, 'interrupted before it was finished') : job.attempts;
      if (attempts.length >= job.maxAttempts) {
        giveUp(work, job, attempts);
        continue;
      }
      const change = { state: 'running' as const, leaseUntil: until, nextAttemptAt: until };
      started.push(work.update('jobs', job, { ...change, attempts: [...attempts, { at: work.now }] }));
    }
    return started;
  });
}

/** Keeps a job that takes long. */
export function renewLease(kernel: Kernel, id: string, { leaseMs }: RecordOptions): void {
  const until = new Date(kernel.clock.now() + leaseMs).toISOString();
  kernel.change(kernel.systemSession(actor), (work) => {
    const job = work.get('jobs', id);
    if (job?.state === 'running') work.update('jobs', job, { leaseUntil: until, nextAttemptAt: until });
  });
}

/** The job is done. */
export function recordDone(kernel: Kernel, id: string): void {
  kernel.change(kernel.systemSession(actor), (work) => {
    const job = work.get('jobs', id);
    if (job?.state !== 'running') return;
    work.update('jobs', job, { state: 'done', doneAt: work.now, leaseUntil: undefined });
    recordActivity(work, 'message.sent', job);
  });
}

/**
 * The attempt failed. A permanent failure or the last attempt makes the job a dead letter, in sight until a person retries
 * or cancels it. A failure of the whole channel repeated with the same words is kept as one attempt: a week without a
 * network is not a reason to give a message up before the sender's patience ends.
 * @param pauseMs how long the channel pauses, for a failure of the channel
 */
export function recordFailure(
  kernel: Kernel,
  id: string,
  error: DeliveryError,
  options: RecordOptions & { pauseMs: number },
): void {
  kernel.change(kernel.systemSession(actor), (work) => {
    const current = work.get('jobs', id);
    if (current?.state !== 'running') return;
    const job = error.payload
      ? work.update('jobs', current, { payload: { ...current.payload, ...error.payload } as Job['payload'] })
      : current;
    const failed = withError(job.attempts, error.message);
    const now = kernel.clock.now();
    if (error.kind === 'channel') {
      const attempts = withoutRepetition(failed);
      if (now - Date.parse(job.createdAt) > patienceMs) giveUp(work, job, attempts);
      else wait(work, job, attempts, now + options.pauseMs);
      return;
    }
    if (error.kind === 'permanent' || failed.length >= job.maxAttempts) giveUp(work, job, failed);
    else wait(work, job, failed, now + retryDelayMs(failed.length, options.random()));
  });
}

const retriesByHand = 8;
const attemptsKept = 20;

/** A person queues a dead or waiting message again: it is due at once and gets a new set of attempts. */
export function retryJob(work: Work, job: Stored<Job>): Stored<Job> {
  const attempts = job.attempts.slice(-attemptsKept);
  const retried = work.update('jobs', job, {
    state: 'queued',
    nextAttemptAt: work.now,
    attempts,
    maxAttempts: attempts.length + retriesByHand,
  });
  recordActivity(work, 'message.retried', retried);
  return retried;
}

/** A person takes a message back that was not sent yet. */
export function cancelJob(work: Work, job: Stored<Job>): Stored<Job> {
  const attempts = [...job.attempts, { at: work.now, error: 'cancelled' }].slice(-attemptsKept);
  const cancelled = work.update('jobs', job, { state: 'cancelled', attempts });
  recordActivity(work, 'message.dead', cancelled);
  return cancelled;
}

function wait(work: Work, job: Stored<Job>, attempts: Job['attempts'], until: number): void {
  const nextAttemptAt = new Date(until).toISOString();
  work.update('jobs', job, { state: 'waiting', attempts, nextAttemptAt, leaseUntil: undefined });
}

function giveUp(work: Work, job: Stored<Job>, attempts: Job['attempts']): void {
  const dead = work.update('jobs', job, { state: 'dead', attempts, leaseUntil: undefined });
  recordActivity(work, 'message.dead', dead);
}

function withError(attempts: Job['attempts'], error: string): Job['attempts'] {
  return attempts.map((attempt, index) =>
    index === attempts.length - 1 ? { ...attempt, error: error.slice(0, 1000) } : attempt,
  );
}

function withoutRepetition(attempts: Job['attempts']): Job['attempts'] {
  const last = attempts.at(-1);
  return last && attempts.at(-2)?.error === last.error ? [...attempts.slice(0, -2), last] : attempts;
}

function recordActivity(
  work: Work,
  action: 'message.sent' | 'message.dead' | 'message.retried',
  job: Stored<Job>,
): void {
  work.record(action, {
    values: {
      channel: channelWords[job.channel],
      title: job.title,
      attempts: job.attempts.length,
      error: job.attempts.at(-1)?.error ?? null,
    },
    subject: { collection: 'jobs', id: job.id },
    patientId: job.subject?.collection === 'patients' ? job.subject.id : undefined,
  });
}
