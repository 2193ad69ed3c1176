import type { SQLInputValue } from 'node:sqlite';
import type { BulkWriteRow, PreparedQuery, RxDocumentData, RxStorage, RxStorageWriteError } from 'rxdb';

/** One committed write of one document, as followers and caches see it. */
export interface CommittedChange {
  readonly collection: string;
  readonly id: string;
  /** Position in the order of all commits of this database; unique per written row. */
  readonly sequence: number;
  readonly deleted: boolean;
}

/** What one COMMIT wrote. `changes` is in write order. Handed to listeners synchronously, after COMMIT. */
export interface CommitSummary {
  readonly changes: readonly CommittedChange[];
  /** The highest sequence number of this commit. */
  readonly sequence: number;
}

/** A document with the sequence number of its latest write. */
export interface SequencedDocument {
  readonly collection: string;
  readonly id: string;
  readonly sequence: number;
  readonly deleted: boolean;
  readonly document: RxDocumentData<Record<string, unknown>>;
}

/** A row of a plain SQL read. */
export type SqlRow = Record<string, SQLInputValue>;

/** Counts what reached SQLite; the current request's counter is found through AsyncLocalStorage. */
export interface StatementCounter {
  statements: number;
  rows: number;
}

/** The open transaction: the only way to write. Valid until the body returns. */
export interface EngineTransaction {
  /**
   * Writes rows of one collection by RxDB's rules (revision check against `previous`). Conflicts are returned, not
   * thrown, as in RxStorageInstance.bulkWrite; the caller decides whether to roll back by throwing.
   */
  bulkWrite<T>(collection: string, rows: BulkWriteRow<T>[], context: string): RxStorageWriteError<T>[];
  /**
   * Takes documents out of the file without leaving a tombstone, and tells nobody. Only for documents that are kept elsewhere by
   * then, or that nothing names: other stations keep theirs.
   */
  purge(collection: string, ids: readonly string[]): void;
  /** Runs a statement on a table that is nobody's documents (counters, checkpoints, lookup keys). */
  run(sql: string, ...parameters: SQLInputValue[]): void;
  all(sql: string, ...parameters: SQLInputValue[]): SqlRow[];
}

/**
 * Runs inside the transaction for every document written to a collection, by whoever wrote it (use case, RxDB,
 * replication), so that rows derived from documents (lookup keys) can never be out of step with them.
 */
export type WriteDerivation = (
  transaction: EngineTransaction,
  written: readonly { previous: RxDocumentData<unknown> | undefined; document: RxDocumentData<unknown> }[],
) => void;

/** Where the engine reports what nobody can be told by a throw. pino's loggers fit. */
export interface EngineLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** When a commit waits for the disk. */
export interface CommitOptions {
  /**
   * `later`: what is committed survives the end of the program at once, a power cut only after `flushed()` or any other commit
   * after it. For long work in many small commits, whose flushes would each hold the thread.
   */
  readonly flush?: 'later';
}

export interface EngineOptions {
  /** Reads beside the owner, for worker threads and tools; the file must exist. Whatever would write is refused. */
  readonly readOnly?: boolean;
  /** Silent when left out. */
  readonly logger?: EngineLogger;
  /**
   * Called after every COMMIT, whatever it wrote. Whoever gives it also keeps the write-ahead log short; the engine then does so
   * within a commit only where the log became very long.
   */
  readonly afterCommit?: () => void;
}

/** The storage engine of one SQLite file; the only owner of its write connection. */
export interface SqliteEngine {
  readonly file: string;
  /** Hand this to `createRxDatabase({ storage })`. */
  readonly rxStorage: RxStorage<unknown, unknown>;
  /**
   * Runs `body` inside BEGIN IMMEDIATE … COMMIT. A throw rolls back all of it. Change events of every collection are
   * emitted after COMMIT. A nested call joins the open transaction. A body that returns a promise is refused.
   */
  commit<T>(body: (transaction: EngineTransaction) => T, options?: CommitOptions): T;
  /** Documents by primary key, in the order of `ids`; missing and (unless asked) deleted ones are left out. Sees the open transaction. */
  findByIds<T>(collection: string, ids: readonly string[], withDeleted?: boolean): RxDocumentData<T>[];
  /** Runs a query prepared by RxDB's `prepareQuery`. Sees the open transaction. */
  query<T>(collection: string, prepared: PreparedQuery<T>): RxDocumentData<T>[];
  count<T>(collection: string, prepared: PreparedQuery<T>): number;
  /** Plain SQL read, prepared and cached. Only SELECT. Sees the open transaction. */
  all(sql: string, ...parameters: SQLInputValue[]): SqlRow[];
  /** The SQL table that holds a collection's documents: columns id, seq, deleted, lwt, rev, data (whole JSON) and one column a path that occurs in an index. */
  tableOf(collection: string): string;
  /** Creates tables that are nobody's documents, once, at open. */
  ensureTables(ddl: string): void;
  derive(collection: string, derivation: WriteDerivation): void;
  /** Latest state of documents written after `after`, in sequence order, over the collections named. */
  changesSince(after: number, limit: number, collections: readonly string[]): SequencedDocument[];
  lastSequence(): number;
  /** True while the body of `commit` runs. */
  readonly inTransaction: boolean;
  /** True while `commit` runs and documents were written in it, or removed: what is read may yet be rolled back. */
  readonly hasUncommitted: boolean;
  /** Called synchronously after each COMMIT, before change events are emitted. A listener that throws is logged, never undoes the commit. Returns the way to stop. */
  onCommit(listener: (summary: CommitSummary) => void): () => void;
  /** Runs `body` with a fresh counter; statements run in it, also after awaits, are counted there. */
  counted<T>(counter: StatementCounter, body: () => T): T;
  /** Resolves when all that was committed before the call is on disk. The thread does not wait for it. */
  flushed(): Promise<void>;
  /** Pages in the write-ahead log, and how many of them are in the database file already. */
  logLength(): { readonly pages: number; readonly moved: number };
  close(): void;
}
