import type { SequencedDocument, SqlRow } from './contract.ts';
import { decodeText, encodeText } from './encoding.ts';
import { parseStored } from './errors.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

/** The document of a row, new with every call. */
export function parseDocument(row: SqlRow): StoredDocument {
  return parseStored(row.data) as StoredDocument;
}

/** Documents by primary key in the order of the ids, always one statement. Missing ones are left out. */
export function findByIds(
  statements: Statements,
  table: DocumentTable,
  ids: readonly string[],
  withDeleted: boolean,
): StoredDocument[] {
  const living = withDeleted ? '' : ' AND deleted = 0';
  if (ids.length === 1 && ids[0] !== undefined) {
    const row = statements.get(`SELECT data FROM ${table.name} WHERE id = ?${living}`, [encodeText(ids[0])]);
    return row === undefined ? [] : [parseDocument(row)];
  }
  if (ids.length === 0) return [];
  const encoded = ids.map(encodeText);
  const sql = `SELECT id, data FROM ${table.name} WHERE id IN (SELECT value FROM json_each(?))${living}`;
  const byId = new Map(statements.all(sql, [JSON.stringify(encoded)]).map((row) => [row.id as string, row]));
  const documents: StoredDocument[] = [];
  for (const id of encoded) {
    const row = byId.get(id);
    if (row !== undefined) documents.push(parseDocument(row));
  }
  return documents;
}

/** Latest state of the documents written after a sequence number, in the order they were written. */
export function changesSince(
  statements: Statements,
  tables: readonly DocumentTable[],
  after: number,
  limit: number,
): SequencedDocument[] {
  if (tables.length === 0) return [];
  const parts = tables.map(
    (table, index) => `SELECT seq, ${index} AS source, id, deleted, data FROM ${table.name} WHERE seq > ?`,
  );
  const sql = `${parts.join(' UNION ALL ')} ORDER BY seq LIMIT ?`;
  const rows = statements.all(sql, [...tables.map(() => after), limit]);
  return rows.map((row) => ({
    collection: tables[row.source as number]?.collection ?? '',
    id: decodeText(row.id as string),
    sequence: row.seq as number,
    deleted: row.deleted === 1,
    document: parseDocument(row),
  }));
}
