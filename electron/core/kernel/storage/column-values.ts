import type { SQLInputValue } from 'node:sqlite';
import { IRREGULAR } from './encoding.ts';
import { parseDocument } from './reads.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, PathColumn, StoredDocument } from './tables.ts';

/** Where it is noted that a column no longer tells all of its path. */
export interface ColumnNotes {
  markIrregular(table: DocumentTable, path: string): void;
}

/** What a row keeps of one path of its document; a value that a column cannot tell whole is noted and left out. */
export function columnValue(
  notes: ColumnNotes,
  table: DocumentTable,
  column: PathColumn,
  document: StoredDocument,
): SQLInputValue {
  const value = column.read(document);
  if (value !== IRREGULAR) return value;
  notes.markIrregular(table, column.path);
  return null;
}

const FILL_BATCH = 500;

/** Computes columns for the rows that are already there. Needs an open transaction. */
export function fillColumns(
  statements: Statements,
  notes: ColumnNotes,
  table: DocumentTable,
  columns: readonly PathColumn[],
): void {
  const assignments = columns.map(({ column }) => `${column} = ?`).join(', ');
  const update = `UPDATE ${table.name} SET ${assignments} WHERE seq = ?`;
  for (let after = 0; ; ) {
    const rows = statements.all(`SELECT seq, data FROM ${table.name} WHERE seq > ? ORDER BY seq LIMIT ${FILL_BATCH}`, [
      after,
    ]);
    for (const row of rows) {
      const document = parseDocument(row);
      const values = columns.map((column) => columnValue(notes, table, column, document));
      after = row.seq as number;
      statements.run(update, [...values, after]);
    }
    if (rows.length < FILL_BATCH) return;
  }
}
