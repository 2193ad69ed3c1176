import { closeSync, existsSync, fdatasync, openSync } from 'node:fs';
import type { SQLInputValue } from 'node:sqlite';
import type { PreparedQuery, RxDocumentData } from 'rxdb';
import type { EngineOptions, SqliteEngine, SqlRow } from './contract.ts';
import { asStorageError } from './errors.ts';
import { createRxStorage } from './instance.ts';
import { type EngineParts, openParts } from './open.ts';
import { countMatches, findMatches, type StoredQuery } from './query.ts';
import { changesSince, findByIds } from './reads.ts';
import type { DocumentTable } from './tables.ts';

/**
 * Opens, or creates, the storage engine of one SQLite file. The owner may write and there is one of it; engines with
 * `readOnly` read beside it, in the same process or another.
 *
 * @throws StorageError when the file cannot be used: locked, damaged, of a newer version, not writable, failing device.
 */
export function openSqliteEngine(file: string, options: EngineOptions = {}): SqliteEngine {
  return new Engine(openParts(file, options));
}

class Engine implements SqliteEngine {
  readonly file: string;
  readonly rxStorage: SqliteEngine['rxStorage'];
  readonly #parts: EngineParts;
  #log: number | undefined;

  constructor(parts: EngineParts) {
    this.file = parts.file;
    this.#parts = parts;
    this.rxStorage = createRxStorage(parts);
  }

  get inTransaction(): boolean {
    return this.#parts.transactions.isOpen;
  }

  get hasUncommitted(): boolean {
    return this.#parts.transactions.hasUncommitted;
  }

  commit: SqliteEngine['commit'] = (body, options) => this.#parts.transactions.commit(body, options);

  findByIds<T>(collection: string, ids: readonly string[], withDeleted = false): RxDocumentData<T>[] {
    return this.#read(collection, (table) =>
      findByIds(this.#parts.statements, table, ids, withDeleted),
    ) as RxDocumentData<T>[];
  }

  query<T>(collection: string, prepared: PreparedQuery<T>): RxDocumentData<T>[] {
    const query = prepared.query as unknown as StoredQuery;
    return this.#read(collection, (table) => findMatches(this.#parts.statements, table, query)) as RxDocumentData<T>[];
  }

  count<T>(collection: string, prepared: PreparedQuery<T>): number {
    const query = prepared.query as unknown as StoredQuery;
    return this.#read(collection, (table) => countMatches(this.#parts.statements, table, query));
  }

  all(sql: string, ...parameters: SQLInputValue[]): SqlRow[] {
    if (!isRead(sql)) throw new Error('Only SELECT reads; what writes belongs into commit().');
    return this.#guard(() => this.#parts.statements.all(sql, parameters));
  }

  tableOf(collection: string): string {
    return this.#parts.catalogue.require(collection).name;
  }

  ensureTables(ddl: string): void {
    this.commit(() => this.#parts.statements.exec(ddl));
  }

  derive: SqliteEngine['derive'] = (collection, derivation) => this.#parts.transactions.derive(collection, derivation);

  changesSince: SqliteEngine['changesSince'] = (after, limit, collections) => {
    const tables = collections.flatMap((collection) => this.#parts.catalogue.find(collection) ?? []);
    return this.#guard(() => changesSince(this.#parts.statements, tables, after, limit));
  };

  lastSequence(): number {
    const { readOnly, transactions } = this.#parts;
    return readOnly ? this.#guard(() => transactions.storedSequence()) : transactions.sequence;
  }

  onCommit: SqliteEngine['onCommit'] = (listener) => this.#parts.transactions.onCommit(listener);

  counted: SqliteEngine['counted'] = (counter, body) => this.#parts.statements.counted(counter, body);

  flushed(): Promise<void> {
    const log = `${this.file}-wal`;
    // Without a log all is in the database file.
    if (this.#log === undefined && !existsSync(log)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // Nobody locks the log itself, so a second descriptor of it does no harm.
      this.#log ??= this.#guard(() => openSync(log, 'r+'));
      fdatasync(this.#log, (error) => (error ? reject(asStorageError(error, this.file)) : resolve()));
    });
  }

  logLength(): { pages: number; moved: number } {
    const [row] = this.#guard(() => this.#parts.statements.all('PRAGMA wal_checkpoint(NOOP)', []));
    return { pages: Math.max(0, Number(row?.log)), moved: Math.max(0, Number(row?.checkpointed)) };
  }

  close(): void {
    if (this.inTransaction) throw new Error('The engine cannot be closed inside a transaction.');
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
    this.#parts.close();
  }

  #read<R>(collection: string, act: (table: DocumentTable) => R): R {
    const { catalogue, readOnly } = this.#parts;
    return this.#guard(() => {
      const table = catalogue.require(collection);
      if (readOnly) catalogue.refreshIrregular(table);
      return act(table);
    });
  }

  #guard<R>(act: () => R): R {
    try {
      return act();
    } catch (error) {
      throw asStorageError(error, this.file);
    }
  }
}

/** A statement that begins as a read and has no word in it that writes; `WITH` may introduce either. */
function isRead(sql: string): boolean {
  if (/^\s*(SELECT|VALUES|EXPLAIN)\b/i.test(sql)) return true;
  return /^\s*WITH\b/i.test(sql) && !/\b(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql);
}
