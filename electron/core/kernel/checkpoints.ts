import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { CheckpointRequest } from './checkpoint-worker.ts';
import type { SqliteEngine } from './storage/index.ts';
import { workerFile } from './worker-file.ts';

/** Pages of 4 KiB in the write-ahead log that are worth a pass. */
const worthAPass = 1000;
/** Beyond that, work that can wait does, so that a pass finds the end of the log and the log begins anew. */
const longLog = 3000;
/** Commits between two looks at the log. */
const lookEvery = 16;

/**
 * Keeps the write-ahead log short without the core's thread: SQLite by itself moves a long log into the database file within some
 * commit, which then waits twice for the disk, in the way of everybody. The thread starts with the first log that is long.
 */
export class Checkpoints {
  private readonly engine: SqliteEngine;
  private readonly log: Logger;
  private worker: Worker | undefined;
  private pass: { readonly done: Promise<void>; readonly end: () => void } | undefined;
  private commits = 0;
  private closed = false;

  constructor(engine: SqliteEngine, log: Logger) {
    this.engine = engine;
    this.log = log;
  }

  /** To be told of every commit. */
  committed(): void {
    this.commits++;
    if (this.commits % lookEvery === 0 && !this.pass && this.pending() > worthAPass) this.begin();
  }

  /**
   * Resolves at once while the log is short, otherwise after a pass. For work that goes on and on and nobody waits for: under its
   * commits the log would never be moved whole, and so grow.
   */
  async room(): Promise<void> {
    if (this.pending() <= longLog) return;
    if (!this.pass) this.begin();
    await this.pass?.done;
  }

  /** Ends the thread; before the engine is closed, which moves what is left. */
  async close(): Promise<void> {
    this.closed = true;
    const { worker } = this;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('end' satisfies CheckpointRequest);
    await ended;
  }

  private pending(): number {
    const { pages, moved } = this.engine.logLength();
    return pages - moved;
  }

  private begin(): void {
    if (this.closed) return;
    let end = () => {};
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.pass = { done, end };
    const worker = this.running();
    worker.ref();
    worker.postMessage('move' satisfies CheckpointRequest);
  }

  private ended(): void {
    const { pass } = this;
    this.pass = undefined;
    pass?.end();
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const workerData = { file: this.engine.file };
    // It makes nothing that would have to be kept: SQLite does the work.
    const worker = new Worker(workerFile(import.meta.url, './checkpoint-worker.ts', 'checkpoint'), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    worker.on('message', ({ error }: { error?: string }) => {
      // While it is waited for its end it has to keep the process, which would else be over before that.
      if (!this.closed) worker.unref();
      if (error) this.log.warn({ error }, 'the write-ahead log could not be moved, it is tried again');
      this.ended();
    });
    worker.on('error', (error) => this.log.warn({ err: error }, 'the thread of the write-ahead log ended'));
    worker.on('exit', () => {
      this.worker = undefined;
      this.ended();
    });
    this.worker = worker;
    return worker;
  }
}
