import { Worker } from 'node:worker_threads';
import type { DocumentInput } from '../../../shared/documents/schema.ts';
import type { RenderAnswer, RenderRequest } from './worker.ts';

/** Makes PDFs away from the core's own thread. */
export interface DocumentRenderer {
  /**
   * The PDF of a document; requests are made one after another. Rejects with DocumentError when the input is wrong, when
   * the worker died twice over this document, when it took longer than allowed, or when the renderer was closed.
   */
  render(input: DocumentInput): Promise<Uint8Array>;
  /** Rejects what waits and stops the worker. */
  close(): Promise<void>;
}

/** Why a document could not be made. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export interface RendererOptions {
  /** Milliseconds that one document may take; 60 000 without it. */
  readonly timeoutMs?: number;
  /** Milliseconds without work after which the worker and its memory are given back; 60 000 without it. */
  readonly idleMs?: number;
  /** Another worker file, for tests of what happens when it dies. */
  readonly workerUrl?: URL;
}

interface Job {
  readonly id: number;
  readonly input: DocumentInput;
  /** How often a worker died while it made this document. */
  deaths: number;
  readonly resolve: (pdf: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Megabytes of JavaScript heap. A document that needs more ends its worker, not the core; the small young generation keeps
 * the worker's resident memory a third lower at the same speed.
 */
const workerLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32 };

/**
 * A worker thread that is started by the first document, started again when it dies, and stopped when nothing has come for
 * a while. It holds one document at a time, so that a death is laid to the document that was being made, and the others wait.
 */
export function createDocumentRenderer(options: RendererOptions = {}): DocumentRenderer {
  const { timeoutMs = 60_000, idleMs = 60_000, workerUrl = ownWorker() } = options;
  const queue: Job[] = [];
  let current: Job | undefined;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let nextId = 1;
  let closed = false;

  function startWorker(): Worker {
    const started = new Worker(workerUrl, { resourceLimits: workerLimits });
    let lastError: Error | undefined;
    started.on('message', (answer: RenderAnswer) => {
      if (worker === started) finish(answer);
    });
    started.on('error', (error) => {
      lastError = error instanceof Error ? error : new Error(String(error));
    });
    started.on('exit', (code) => {
      if (worker === started) died(lastError?.message ?? `exit code ${code}`);
    });
    return started;
  }

  function next(): void {
    if (current !== undefined || closed) return;
    clearTimeout(timer);
    current = queue.shift();
    if (current === undefined) {
      worker?.unref();
      timer = setTimeout(stopWorker, idleMs).unref();
      return;
    }
    worker ??= startWorker();
    worker.ref();
    const job = current;
    timer = setTimeout(() => expire(job), timeoutMs);
    try {
      worker.postMessage({ id: job.id, input: job.input } satisfies RenderRequest);
    } catch (cause) {
      finish({ id: job.id, error: `The document is not plain data: ${String(cause)}` });
    }
  }

  function finish(answer: RenderAnswer): void {
    const job = current;
    if (job?.id !== answer.id) return;
    current = undefined;
    if ('pdf' in answer) job.resolve(answer.pdf);
    else job.reject(new DocumentError(answer.error));
    next();
  }

  function died(reason: string): void {
    worker = undefined;
    const job = current;
    current = undefined;
    if (job !== undefined) {
      job.deaths++;
      if (job.deaths > 1) job.reject(new DocumentError(`The document could not be made: ${reason}`));
      else queue.unshift(job);
    }
    next();
  }

  function expire(job: Job): void {
    current = undefined;
    stopWorker();
    job.reject(new DocumentError(`The document was not ready after ${timeoutMs} ms`));
    next();
  }

  function stopWorker(): Promise<number> | undefined {
    const stopping = worker;
    worker = undefined;
    return stopping?.terminate();
  }

  return {
    render(input) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new DocumentError('The document renderer is closed'));
        queue.push({ id: nextId++, input, deaths: 0, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const job of [current, ...queue.splice(0)]) {
        job?.reject(new DocumentError('The document renderer was closed'));
      }
      current = undefined;
      await stopWorker();
    },
  };
}

/** The worker beside this file: its source in tests, its bundle in the app. */
function ownWorker(): URL {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './documents-worker.js';
  return new URL(file, import.meta.url);
}
