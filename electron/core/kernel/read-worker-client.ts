import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { workerFile } from './worker-file.ts';

export type ReadRequest =
  | { id: number; kind: 'all'; sql: string; parameters: SQLInputValue[] }
  | { id: number; kind: 'backup'; target: string };

export type ReadReply = { id: number; rows: Record<string, SQLOutputValue>[] } | { id: number; error: string };

type Question = ReadRequest extends infer R ? (R extends ReadRequest ? Omit<R, 'id'> : never) : never;

/** The core's side of the read worker. The thread starts with the first question and again after a crash. */
export class ReadWorker {
  private readonly file: string;
  private worker: Worker | undefined;
  private nextId = 1;
  private readonly waiting = new Map<
    number,
    { resolve: (rows: Record<string, SQLOutputValue>[]) => void; reject: (error: Error) => void }
  >();

  /** @param file the database file */
  constructor(file: string) {
    this.file = file;
  }

  /** Runs a SELECT that may take long; resolves with its rows. */
  all(sql: string, ...parameters: SQLInputValue[]): Promise<Record<string, SQLOutputValue>[]> {
    return this.ask({ kind: 'all', sql, parameters });
  }

  /** Writes a consistent copy of the database to a file that does not exist yet. */
  async backup(target: string): Promise<void> {
    await this.ask({ kind: 'backup', target });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private ask(question: Question): Promise<Record<string, SQLOutputValue>[]> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const worker = this.running();
      // An idle worker keeps no program running; one that is asked does.
      worker.ref();
      worker.postMessage({ ...question, id });
    });
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(workerFile(import.meta.url, './read-worker.ts', 'read'), {
      workerData: { file: this.file },
    });
    worker.on('message', (reply: ReadReply) => {
      const waiting = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (this.waiting.size === 0) worker.unref();
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.rows);
    });
    worker.on('error', (error) => this.failAll(error));
    worker.on('exit', () => {
      this.worker = undefined;
      this.failAll(new Error('The read worker stopped'));
    });
    this.worker = worker;
    return worker;
  }

  private failAll(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }
}
