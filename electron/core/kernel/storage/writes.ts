import type { SQLInputValue } from 'node:sqlite';
import {
  type BulkWriteRow,
  categorizeBulkWriteRows,
  type EventBulk,
  type RxDocumentData,
  type RxStorageChangeEvent,
  type RxStorageInstance,
  type RxStorageWriteError,
} from 'rxdb';
import { writeAttachments } from './attachments.ts';
import type { Catalogue } from './catalogue.ts';
import { columnValue } from './column-values.ts';
import { encodeText } from './encoding.ts';
import { findByIds } from './reads.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

/** Where a reader of changes stands: everything up to this sequence number is known to it. */
export interface SequenceCheckpoint {
  readonly sequence: number;
}

export type StoredEventBulk = EventBulk<RxStorageChangeEvent<StoredDocument>, SequenceCheckpoint>;
export type StoredRow = BulkWriteRow<Record<string, unknown>>;

export interface WrittenDocument {
  readonly previous: StoredDocument | undefined;
  readonly document: StoredDocument;
  readonly sequence: number;
}

export interface WriteOutcome {
  readonly errors: RxStorageWriteError<Record<string, unknown>>[];
  /** What was written, in the order of the rows inserted, then of the rows updated. */
  readonly written: readonly WrittenDocument[];
  readonly eventBulk: StoredEventBulk;
}

/** The database's one counter of written rows. */
export interface SequenceCounter {
  next(): number;
  /** Takes back the number given last, which no row has: what is in memory must never be ahead of the file. */
  takeBack(): void;
}

/** Writes rows of one table by RxDB's rules. Ids must be distinct. Needs an open transaction. */
export function writeRows(
  statements: Statements,
  catalogue: Catalogue,
  table: DocumentTable,
  counter: SequenceCounter,
  rows: StoredRow[],
  context: string,
): WriteOutcome {
  // A row that names no state before it is new, nearly always: it is inserted without a look first, and the table's own
  // check of the primary key says whether it was. With attachments the error depends on what is stored.
  const onlyNew = rows.every(({ previous, document }) => previous === undefined && !hasAny(document._attachments));
  const existing = onlyNew ? new Map<string, KnownRevision>() : findRevisions(statements, table, rows);
  const categorized = categorize(table, existing, rows, context);
  const written: WrittenDocument[] = [];
  const taken: StoredRow[] = [];
  for (const row of categorized.bulkInsertDocs) {
    const { document } = row;
    const sequence = counter.next();
    if (insertDocument(statements, catalogue, table, document, sequence)) {
      written.push({ previous: undefined, document, sequence });
    } else {
      counter.takeBack();
      taken.push(row);
    }
  }
  if (taken.length > 0) {
    categorized.errors.push(...categorize(table, findRevisions(statements, table, taken), taken, context).errors);
  }
  for (const { document, previous } of categorized.bulkUpdateDocs) {
    const sequence = counter.next();
    const values = rowValues(catalogue, table, document, sequence);
    values.push(existing.get(idOf(table, document))?.seq ?? 0);
    statements.run(table.updateSql, values);
    written.push({ previous, document, sequence });
  }
  const eventBulk = categorized.eventBulk as StoredEventBulk;
  if (categorized.errors.length > 0) {
    completeErrors(statements, table, categorized.errors);
    dropEventsOfErrors(eventBulk, categorized.errors);
  }
  if (table.hasAttachments) {
    const refused = new Set(categorized.errors.map(({ documentId }) => documentId));
    writeAttachments(statements, table, categorized, refused);
  }
  return { errors: categorized.errors, written, eventBulk };
}

function hasAny(attachments: object | undefined): boolean {
  for (const _ in attachments) return true;
  return false;
}

/** Sorts rows by RxDB's rules into what is to be inserted, updated and refused, given the revisions that are stored. */
function categorize(
  table: DocumentTable,
  existing: ReadonlyMap<string, KnownRevision>,
  rows: StoredRow[],
  context: string,
) {
  return categorizeBulkWriteRows<Record<string, unknown>>(
    { schema: table.schema } as unknown as RxStorageInstance<unknown, unknown, unknown>,
    table.primaryPath,
    existing as unknown as Map<string, StoredDocument>,
    rows,
    context,
  );
}

/**
 * Inserts a document as it is, under a sequence number; answers false, having done nothing, when its primary key is taken.
 * Needs an open transaction.
 */
export function insertDocument(
  statements: Statements,
  catalogue: Catalogue,
  table: DocumentTable,
  document: StoredDocument,
  sequence: number,
): boolean {
  const values = rowValues(catalogue, table, document, sequence);
  values.push(encodeText(idOf(table, document)));
  return statements.run(table.insertSql, values) > 0;
}

interface KnownRevision {
  readonly seq: number;
  readonly _rev: string;
}

/** What a conflict check needs of the stored rows, without reading the documents. */
function findRevisions(statements: Statements, table: DocumentTable, rows: StoredRow[]): Map<string, KnownRevision> {
  const found = new Map<string, KnownRevision>();
  if (rows.length === 1 && rows[0] !== undefined) {
    const id = idOf(table, rows[0].document);
    const row = statements.get(`SELECT seq, rev FROM ${table.name} WHERE id = ?`, [encodeText(id)]);
    if (row !== undefined) found.set(id, { seq: row.seq as number, _rev: row.rev as string });
    return found;
  }
  const idByEncoded = new Map<string, string>();
  for (const { document } of rows) {
    const id = idOf(table, document);
    idByEncoded.set(encodeText(id), id);
  }
  const sql = `SELECT seq, id, rev FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))`;
  for (const row of statements.all(sql, [JSON.stringify([...idByEncoded.keys()])])) {
    const id = idByEncoded.get(row.id as string);
    if (id !== undefined) found.set(id, { seq: row.seq as number, _rev: row.rev as string });
  }
  return found;
}

/** The row of a document in the order of the table's statements: seq, deleted, lwt, rev, path columns, data. */
function rowValues(
  catalogue: Catalogue,
  table: DocumentTable,
  document: StoredDocument,
  sequence: number,
): SQLInputValue[] {
  const values: SQLInputValue[] = [sequence, document._deleted ? 1 : 0, document._meta.lwt, encodeText(document._rev)];
  for (const column of table.columns) values.push(columnValue(catalogue, table, column, document));
  values.push(JSON.stringify(document));
  return values;
}

/** The conflict check ran on revisions alone; an error shows the whole stored document. */
function completeErrors(
  statements: Statements,
  table: DocumentTable,
  errors: RxStorageWriteError<Record<string, unknown>>[],
): void {
  const ids = errors.map(({ documentId }) => documentId);
  const stored = new Map(findByIds(statements, table, ids, true).map((document) => [idOf(table, document), document]));
  for (const error of errors) {
    const documentInDb = stored.get(error.documentId);
    if (documentInDb !== undefined && 'documentInDb' in error) Object.assign(error, { documentInDb });
  }
}

/** RxDB's helper also lists events of rows whose attachments were refused; nobody may hear of what was not written. */
function dropEventsOfErrors(
  eventBulk: StoredEventBulk,
  errors: readonly RxStorageWriteError<Record<string, unknown>>[],
): void {
  const refused = new Set(errors.map(({ documentId }) => documentId));
  eventBulk.events = eventBulk.events.filter(({ documentId }) => !refused.has(documentId));
}

/** The primary key of a document. Throws when it is no text, since nothing could find the document again. */
export function idOf(table: DocumentTable, document: RxDocumentData<unknown>): string {
  const id = (document as Record<string, unknown>)[table.primaryPath];
  if (typeof id !== 'string') {
    throw new TypeError(`A document of ${table.collection} has no text in its primary key "${table.primaryPath}".`);
  }
  return id;
}
