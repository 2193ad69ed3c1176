import type {
  BulkWriteRow,
  EventBulk,
  PreparedQuery,
  RxDocumentData,
  RxJsonSchema,
  RxStorage,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageCountResult,
  RxStorageInstance,
  RxStorageInstanceCreationParams,
  RxStorageQueryResult,
} from 'rxdb';
import { ensureRxStorageInstanceParamsAreCorrect, RXDB_VERSION } from 'rxdb';
import type { Observable } from 'rxjs';
import { readAttachment, readAttachmentContents } from './attachments.ts';
import type { Catalogue } from './catalogue.ts';
import { asStorageError } from './errors.ts';
import type { EngineParts } from './open.ts';
import { countMatches, findCachedMatches, findMatches, type StoredQuery } from './query.ts';
import { changesSince, findByIds } from './reads.ts';
import type { DocumentTable, StoredSchema } from './tables.ts';
import type { SequenceCheckpoint, StoredRow } from './writes.ts';

/** Rows that one call of cleanup purges, so that it never holds the thread for long. */
const CLEANUP_BATCH = 1000;

/** One collection of a database as RxDB sees it. Answers are either the caller's own or frozen. */
export class SqliteStorageInstance<T>
  implements RxStorageInstance<T, EngineParts, Record<string, unknown>, SequenceCheckpoint>
{
  readonly databaseName: string;
  readonly collectionName: string;
  readonly schema: Readonly<RxJsonSchema<RxDocumentData<T>>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly internals: EngineParts;
  readonly #table: DocumentTable;
  #state: 'open' | 'closed' | 'removed' = 'open';

  constructor(parts: EngineParts, table: DocumentTable, params: RxStorageInstanceCreationParams<T, unknown>) {
    this.internals = parts;
    this.databaseName = params.databaseName;
    this.collectionName = params.collectionName;
    this.schema = params.schema;
    this.options = params.options as Record<string, unknown>;
    this.#table = table;
  }

  async bulkWrite(rows: BulkWriteRow<T>[], context: string): Promise<RxStorageBulkWriteResponse<T>> {
    this.#ensureOpen();
    const { transactions } = this.internals;
    if (this.#table.hasAttachments) await readAttachmentContents(rows);
    const stored = rows as unknown as StoredRow[];
    const error = transactions.commit(() => transactions.bulkWrite(this.#table, stored, context));
    return { error } as unknown as RxStorageBulkWriteResponse<T>;
  }

  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<T>[]> {
    return this.#read(() => findByIds(this.internals.statements, this.#table, ids, withDeleted)) as RxDocumentData<T>[];
  }

  async query(prepared: PreparedQuery<T>): Promise<RxStorageQueryResult<T>> {
    const query = prepared.query as unknown as StoredQuery;
    const { statements, transactions, documents: cache, readOnly } = this.internals;
    const documents = this.#read(() =>
      transactions.isOpen
        ? findMatches(statements, this.#table, query)
        : findCachedMatches(statements, this.#table, query, cache, readOnly ? undefined : transactions.commits),
    );
    return { documents: documents as RxDocumentData<T>[] };
  }

  async count(prepared: PreparedQuery<T>): Promise<RxStorageCountResult> {
    const query = prepared.query as unknown as StoredQuery;
    return { count: this.#read(() => countMatches(this.internals.statements, this.#table, query)), mode: 'fast' };
  }

  async getAttachmentData(documentId: string, attachmentId: string, digest: string): Promise<Blob> {
    return this.#read(() => readAttachment(this.internals.statements, this.#table, documentId, attachmentId, digest));
  }

  async getChangedDocumentsSince(
    limit: number,
    checkpoint?: SequenceCheckpoint,
  ): Promise<{ documents: RxDocumentData<T>[]; checkpoint: SequenceCheckpoint }> {
    const after = checkpoint?.sequence ?? 0;
    const changes = this.#read(() => changesSince(this.internals.statements, [this.#table], after, limit));
    return {
      documents: changes.map(({ document }) => document) as RxDocumentData<T>[],
      checkpoint: { sequence: changes.at(-1)?.sequence ?? after },
    };
  }

  changeStream(): Observable<EventBulk<RxStorageChangeEvent<T>, SequenceCheckpoint>> {
    this.#ensureOpen();
    const events = this.internals.transactions.streamOf(this.#table).asObservable();
    return events as unknown as Observable<EventBulk<RxStorageChangeEvent<T>, SequenceCheckpoint>>;
  }

  async cleanup(minimumDeletedTime: number): Promise<boolean> {
    this.#ensureOpen();
    const { statements, transactions } = this.internals;
    const { name, attachmentsName, hasAttachments } = this.#table;
    const purged = transactions.commit(() => {
      transactions.keepSequence();
      const doomed = `SELECT seq FROM ${name} WHERE deleted = 1 AND lwt <= ? ORDER BY lwt LIMIT ${CLEANUP_BATCH}`;
      const sequences = statements.all(doomed, [Date.now() - minimumDeletedTime]).map(({ seq }) => seq);
      const list = JSON.stringify(sequences);
      if (hasAttachments) {
        const ids = `SELECT id FROM ${name} WHERE seq IN (SELECT value FROM json_each(?))`;
        statements.run(`DELETE FROM ${attachmentsName} WHERE id IN (${ids})`, [list]);
      }
      return statements.run(`DELETE FROM ${name} WHERE seq IN (SELECT value FROM json_each(?))`, [list]);
    });
    return purged < CLEANUP_BATCH;
  }

  async remove(): Promise<void> {
    this.#ensureOpen();
    const { catalogue, transactions } = this.internals;
    transactions.commit(() => {
      transactions.keepSequence();
      catalogue.drop(this.#table);
    });
    this.#state = 'removed';
  }

  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed';
  }

  #read<R>(act: () => R): R {
    this.#ensureOpen();
    try {
      return act();
    } catch (error) {
      throw asStorageError(error, this.internals.file);
    }
  }

  #ensureOpen(): void {
    if (this.#state === 'open') return;
    throw new Error(`The storage of collection "${this.collectionName}" is ${this.#state} already.`);
  }
}

/** The `RxStorage` of one engine, to hand to `createRxDatabase({ storage, multiInstance: false })`. */
export function createRxStorage(parts: EngineParts): RxStorage<unknown, unknown> {
  return {
    name: 'aliquot-sqlite',
    rxdbVersion: RXDB_VERSION,
    createStorageInstance: async <T>(params: RxStorageInstanceCreationParams<T, unknown>) => {
      ensureRxStorageInstanceParamsAreCorrect(params);
      if (params.multiInstance) {
        throw new Error(
          'This storage serves one process only; create the database with multiInstance: false and share it through the API.',
        );
      }
      const { catalogue, transactions } = parts;
      const schema = JSON.parse(JSON.stringify(params.schema)) as StoredSchema;
      const claimed = ownsFile(catalogue, params.databaseName);
      const current = claimed ? catalogue.current(params.collectionName, schema) : undefined;
      const table =
        current ??
        transactions.commit(() => {
          if (!claimed) catalogue.writeMeta('database', params.databaseName);
          return catalogue.ensure(params.collectionName, schema);
        });
      return new SqliteStorageInstance<T>(parts, table, params);
    },
  };
}

/** Whether the file is this database's already. One RxDB database a file, since tables are named after collections alone. */
function ownsFile(catalogue: Catalogue, name: string): boolean {
  const owner = catalogue.readMeta('database');
  if (owner === undefined || owner === name) return owner === name;
  throw new Error(`The file holds the database "${owner}"; a second database "${name}" needs a file of its own.`);
}
