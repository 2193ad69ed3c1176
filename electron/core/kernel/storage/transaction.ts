import type { SQLInputValue } from 'node:sqlite';
import type { BulkWriteRow, RxStorageWriteError } from 'rxdb';
import { Subject } from 'rxjs';
import type { Catalogue } from './catalogue.ts';
import type {
  CommitOptions,
  CommitSummary,
  CommittedChange,
  EngineLogger,
  EngineTransaction,
  SqlRow,
  WriteDerivation,
} from './contract.ts';
import { asStorageError, storageError } from './errors.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable } from './tables.ts';
import {
  idOf,
  type SequenceCounter,
  type StoredEventBulk,
  type StoredRow,
  type WrittenDocument,
  writeRows,
} from './writes.ts';

/** What one open transaction has written and not yet told. */
interface Staged {
  readonly changes: CommittedChange[];
  readonly events: { readonly stream: Subject<StoredEventBulk>; readonly bulk: StoredEventBulk }[];
}

interface OpenTransaction extends Staged {
  readonly handle: EngineTransaction;
  /** What a nested body threw. The whole transaction is lost then, even where an outer body caught it. */
  failure: { readonly error: unknown } | undefined;
  hasPurged: boolean;
}

/**
 * The one writer of a database file: BEGIN IMMEDIATE … COMMIT around synchronous bodies, the sequence numbers they hand out,
 * and what is told to whom after COMMIT.
 */
export class Transactions {
  readonly #statements: Statements;
  readonly #catalogue: Catalogue;
  readonly #file: string;
  readonly #logger: EngineLogger;
  readonly #readOnly: boolean;
  readonly #afterCommit: () => void;
  readonly #derivations = new Map<string, WriteDerivation[]>();
  readonly #listeners = new Set<(summary: CommitSummary) => void>();
  readonly #streams = new Map<string, Subject<StoredEventBulk>>();
  readonly #untold: (Staged & { readonly sequence: number })[] = [];
  /** Gives the numbers of the rows written; only inside a transaction, whose roll-back takes them back. */
  readonly counter: SequenceCounter = {
    next: () => ++this.#sequence,
    takeBack: () => {
      this.#sequence--;
    },
  };
  /** How many transactions ended here, with a commit or without: what was read before may be otherwise now. */
  commits = 0;
  #telling = false;
  #open: OpenTransaction | undefined;
  #sequence: number;

  constructor(
    statements: Statements,
    catalogue: Catalogue,
    file: string,
    { logger, readOnly, afterCommit }: { logger: EngineLogger; readOnly: boolean; afterCommit: () => void },
  ) {
    this.#statements = statements;
    this.#catalogue = catalogue;
    this.#file = file;
    this.#logger = logger;
    this.#readOnly = readOnly;
    this.#afterCommit = afterCommit;
    this.#sequence = this.storedSequence();
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get hasUncommitted(): boolean {
    return this.#open !== undefined && (this.#open.changes.length > 0 || this.#open.hasPurged);
  }

  get sequence(): number {
    return this.#sequence;
  }

  derive(collection: string, derivation: WriteDerivation): void {
    this.#derivations.set(collection, [...(this.#derivations.get(collection) ?? []), derivation]);
  }

  onCommit(listener: (summary: CommitSummary) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The change events of one table, shared by all storage instances on it. */
  streamOf(table: DocumentTable): Subject<StoredEventBulk> {
    let stream = this.#streams.get(table.name);
    if (stream === undefined) {
      stream = new Subject();
      this.#streams.set(table.name, stream);
    }
    return stream;
  }

  commit<T>(body: (transaction: EngineTransaction) => T, { flush }: CommitOptions = {}): T {
    if (this.#open !== undefined) return this.#join(this.#open, body);
    // In WAL mode this decides only whether COMMIT waits for the disk; the order in the log is the same.
    if (flush === 'later') this.#statements.exec('PRAGMA synchronous = NORMAL');
    const handle = this.#handle();
    const transaction: OpenTransaction = { changes: [], events: [], failure: undefined, hasPurged: false, handle };
    let result: T;
    try {
      result = this.#commit(transaction, body);
    } finally {
      if (flush === 'later') this.#statements.exec('PRAGMA synchronous = FULL');
    }
    this.#guard(this.#afterCommit);
    this.#tell(transaction);
    return result;
  }

  #commit<T>(transaction: OpenTransaction, body: (transaction: EngineTransaction) => T): T {
    this.#begin();
    const before = this.#sequence;
    this.#open = transaction;
    try {
      const result = refusePromise(body(transaction.handle));
      if (transaction.failure !== undefined) throw transaction.failure.error;
      this.#statements.run('COMMIT', []);
      return result;
    } catch (error) {
      this.#rollBack(before);
      throw asStorageError(error, this.#file);
    } finally {
      this.#open = undefined;
      this.commits++;
    }
  }

  /** Writes rows to a table inside the open transaction; see `EngineTransaction.bulkWrite`. */
  bulkWrite(table: DocumentTable, rows: StoredRow[], context: string): RxStorageWriteError<Record<string, unknown>>[] {
    const open = this.#open;
    if (open === undefined) throw new Error('Documents are written only inside commit().');
    const errors: RxStorageWriteError<Record<string, unknown>>[] = [];
    for (const batch of distinctBatches(table, rows)) {
      const outcome = writeRows(this.#statements, this.#catalogue, table, this.counter, batch, context);
      errors.push(...outcome.errors);
      if (outcome.written.length > 0) this.#stage(open, table, outcome.written, outcome.eventBulk);
    }
    return errors;
  }

  /** Before rows disappear that may hold the highest number: numbers are never given twice, followers rely on that. */
  keepSequence(): void {
    this.#catalogue.writeMeta('sequence', this.#sequence);
  }

  /** The last number that the file knows. */
  storedSequence(): number {
    const tables = this.#catalogue.all().map(({ name }) => `SELECT max(seq) AS seq FROM ${name}`);
    const highest = tables.map((sql) => Number(this.#statements.get(sql, [])?.seq ?? 0));
    return Math.max(Number(this.#catalogue.readMeta('sequence') ?? 0), ...highest);
  }

  #join<T>(open: OpenTransaction, body: (transaction: EngineTransaction) => T): T {
    try {
      return refusePromise(body(open.handle));
    } catch (error) {
      open.failure ??= { error };
      throw error;
    }
  }

  #begin(): void {
    if (this.#readOnly) throw storageError('readonly', this.#file, undefined, 'it was opened for reading only');
    try {
      this.#statements.run('BEGIN IMMEDIATE', []);
    } catch (error) {
      throw asStorageError(error, this.#file);
    }
  }

  #rollBack(sequence: number): void {
    this.#sequence = sequence;
    try {
      // A full disk or a failing device may already have ended the transaction.
      if (this.#statements.database.isTransaction) this.#statements.run('ROLLBACK', []);
      this.#catalogue.reload();
    } catch (error) {
      this.#logger.error({ err: error, file: this.#file }, 'roll-back failed');
    }
  }

  #stage(
    open: OpenTransaction,
    table: DocumentTable,
    written: readonly WrittenDocument[],
    bulk: StoredEventBulk,
  ): void {
    const { collection } = table;
    for (const { document, sequence } of written) {
      open.changes.push({ collection, id: idOf(table, document), sequence, deleted: document._deleted });
    }
    if (bulk.events.length > 0) {
      bulk.checkpoint = { sequence: this.#sequence };
      open.events.push({ stream: this.streamOf(table), bulk });
    }
    for (const derivation of this.#derivations.get(collection) ?? []) derivation(open.handle, written);
  }

  /**
   * Tells listeners and change streams in the order of the commits. A listener that commits again is heard: its commit is
   * told when the telling of the one before is over.
   */
  #tell(staged: Staged): void {
    if (staged.changes.length === 0) return;
    this.#untold.push({ ...staged, sequence: this.#sequence });
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
        for (const listener of [...this.#listeners]) this.#guard(() => listener(next));
        for (const { stream, bulk } of next.events) this.#guard(() => stream.next(bulk));
      }
    } finally {
      this.#telling = false;
    }
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error({ err: error }, 'a listener failed after a commit');
    }
  }

  #purge({ name, hasAttachments, attachmentsName }: DocumentTable, ids: readonly string[]): void {
    const doomed = 'IN (SELECT value FROM json_each(?))';
    const list = JSON.stringify(ids);
    this.keepSequence();
    if (this.#open) this.#open.hasPurged = true;
    if (hasAttachments) this.#statements.run(`DELETE FROM ${attachmentsName} WHERE id ${doomed}`, [list]);
    this.#statements.run(`DELETE FROM ${name} WHERE id ${doomed}`, [list]);
  }

  /** The only way to write, good while its transaction is open. */
  #handle(): EngineTransaction {
    const whileOpen = <T>(act: () => T): T => {
      if (this.#open?.handle !== handle) throw new Error('The transaction is over; its handle must not be kept.');
      return act();
    };
    const handle: EngineTransaction = {
      bulkWrite: <T>(collection: string, rows: BulkWriteRow<T>[], context: string) =>
        whileOpen(() =>
          this.bulkWrite(this.#catalogue.require(collection), rows as unknown as StoredRow[], context),
        ) as unknown as RxStorageWriteError<T>[],
      purge: (collection: string, ids: readonly string[]): void =>
        whileOpen(() => this.#purge(this.#catalogue.require(collection), ids)),
      run: (sql: string, ...parameters: SQLInputValue[]): void => {
        whileOpen(() => this.#statements.run(sql, parameters));
      },
      all: (sql: string, ...parameters: SQLInputValue[]): SqlRow[] =>
        whileOpen(() => this.#statements.all(sql, parameters)),
    };
    return handle;
  }
}

/** A promise out of a transaction's body means that something in it would run after COMMIT. */
function refusePromise<T>(result: T): T {
  if (typeof (result as { then?: unknown } | undefined | null)?.then !== 'function') return result;
  Promise.resolve(result).catch(() => undefined);
  throw new TypeError('The body of commit() must be synchronous, but it returned a promise; nothing was committed.');
}

/** Rows in groups without the same id twice, since each row is checked against what was stored before its group. */
function distinctBatches(table: DocumentTable, rows: StoredRow[]): StoredRow[][] {
  if (rows.length < 2) return rows.length === 0 ? [] : [rows];
  const batches: StoredRow[][] = [[]];
  let ids = new Set<string>();
  for (const row of rows) {
    const id = idOf(table, row.document);
    if (ids.has(id)) {
      batches.push([]);
      ids = new Set();
    }
    ids.add(id);
    batches.at(-1)?.push(row);
  }
  return batches;
}
