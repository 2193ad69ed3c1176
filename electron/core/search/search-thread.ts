import { mkdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LabError, workerFile } from '../kernel/index.ts';
import {
  type FromThread,
  newSnapshotFile,
  snapshotFile,
  type ThreadData,
  type ThreadRequest,
  type ThreadState,
  type WordHits,
  type WordQuery,
} from './protocol.ts';

type Question = ThreadRequest extends infer R ? (R extends ThreadRequest ? Omit<R, 'id'> : never) : never;
type Waiting = { resolve: (found: WordHits | undefined) => void; reject: (error: Error) => void };

/** What the thread needs from the core. */
export interface ThreadOwner {
  /** What to start with, read at every start. */
  start(): ThreadData;
  /** Remembers a snapshot in the database, before it takes the old one's place. */
  remember(token: string): void;
  state(state: ThreadState): void;
  /** The thread ended by itself; it will be started again after `pause` milliseconds. */
  crashed(error: Error, pause: number): void;
}

/** The thread is not there to answer; it is started again by itself. */
export class ThreadGone extends Error {
  override readonly name = 'ThreadGone';
}

const firstPause = 100;
const longestPause = 30_000;
const closingTime = 8_000;
/** The dictionary's share of JavaScript's heap; an index beyond it must not take the core down with it. */
const heapMegabytes = 2048;
/** What is read for the index is soon forgotten: beyond this V8 would keep up to three times 32 MB for it. */
const youngMegabytes = 16;

/** The core's side of the search thread: starts it, starts it again when it ended, and pairs questions with answers. */
export class SearchThread {
  private readonly owner: ThreadOwner;
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  /** Crashes since the thread last answered anything. */
  private crashes = 0;
  private failure: Error | undefined;
  private restart: NodeJS.Timeout | undefined;
  private started: Promise<void>;
  private startedNow: () => void = () => undefined;
  private closing = false;

  constructor(owner: ThreadOwner) {
    this.owner = owner;
    this.started = this.untilStarted();
    this.start();
  }

  /** Resolves when everything up to the sequence number is indexed. Rejects with ThreadGone when the thread ended. */
  async follow(sequence: number): Promise<void> {
    await this.ask({ kind: 'follow', sequence });
  }

  async query(query: WordQuery): Promise<WordHits> {
    const found = await this.ask({ kind: 'query', query });
    return found ?? { hits: {}, complete: false };
  }

  /** Writes a snapshot now. */
  async save(): Promise<void> {
    await this.ask({ kind: 'save' });
  }

  /** Waits until the thread runs, again after a crash; rejects with `busy` after so many milliseconds. */
  async running(limit: number): Promise<void> {
    if (this.worker) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(gone()), limit);
    });
    await Promise.race([this.started, late]).finally(() => clearTimeout(timer));
  }

  /** Lets the thread write its snapshot and end. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.restart);
    this.startedNow();
    const { worker } = this;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
    const timer = setTimeout(() => void worker.terminate(), closingTime);
    await this.ask({ kind: 'close' }).catch(() => undefined);
    await ended;
    clearTimeout(timer);
  }

  private ask(question: Question): Promise<WordHits | undefined> {
    const { worker } = this;
    if (!worker) return Promise.reject(new ThreadGone('The search thread is not running'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...question, id });
    });
  }

  private start(): void {
    const workerData = this.owner.start();
    mkdirSync(workerData.folder, { recursive: true });
    // A snapshot that the thread dies of is worth less than the minute it takes to index again.
    if (this.crashes >= 2) rmSync(join(workerData.folder, snapshotFile), { force: true });
    const worker = new Worker(workerFile(import.meta.url, './worker.ts', 'search'), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.failure = undefined;
    worker.on('message', (message: FromThread) => this.receive(worker, workerData.folder, message));
    worker.on('error', (error) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (code) => this.ended(code));
    this.worker = worker;
    this.startedNow();
  }

  private receive(worker: Worker, folder: string, message: FromThread): void {
    switch (message.kind) {
      case 'state':
        this.owner.state(message.state);
        return;
      case 'written':
        void this.keep(folder, message.token).then((error) => {
          worker.postMessage({ kind: 'kept', token: message.token, error });
        });
        return;
      case 'answer':
        this.answer(message);
        return;
      default:
        message satisfies never;
    }
  }

  private answer({ id, found, error }: Extract<FromThread, { kind: 'answer' }>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error !== undefined) {
      waiting?.reject(new Error(error));
      return;
    }
    this.crashes = 0;
    waiting?.resolve(found);
  }

  /** First remembered, then put in place: whichever of the two snapshots a crash leaves, the database knows it. */
  private async keep(folder: string, token: string): Promise<string | undefined> {
    try {
      this.owner.remember(token);
      await rename(join(folder, newSnapshotFile), join(folder, snapshotFile));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private ended(code: number): void {
    this.worker = undefined;
    this.started = this.untilStarted();
    const error = this.failure ?? new Error(`The search thread ended with code ${code}`);
    for (const { reject } of this.waiting.values()) reject(new ThreadGone(error.message));
    this.waiting.clear();
    if (this.closing) {
      this.startedNow();
      return;
    }
    const pause = Math.min(longestPause, firstPause * 2 ** this.crashes);
    this.crashes++;
    this.owner.crashed(error, pause);
    this.restart = setTimeout(() => this.start(), pause);
    this.restart.unref();
  }

  private untilStarted(): Promise<void> {
    return new Promise((resolve) => {
      this.startedNow = resolve;
    });
  }
}

/** What a person is told who searches while the thread is being started again. */
export function gone(): LabError {
  return new LabError({
    kind: 'busy',
    message: 'The search by words is starting again.',
    remedy: 'Try again in a moment. Numbers, phones and barcodes are found meanwhile.',
  });
}
