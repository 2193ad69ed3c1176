import type { FieldError } from '../../../shared/kernel/errors.ts';
import {
  guessColumns,
  guessDateOrder,
  type ImportSettings,
  type ImportState,
  type ImportStatus,
  type RefusedRow,
} from '../../../shared/patients/import.ts';
import type { EngineTransaction, Kernel } from '../kernel/index.ts';

/*
 * Imports live in two plain tables of this station: the import with its counts, and every row of its file with what became of
 * it. A row is marked in the very transaction that registers its patient, so that after a crash none is imported twice.
 */
const ddl = `
CREATE TABLE IF NOT EXISTS patient_imports (
  id TEXT PRIMARY KEY, labId TEXT NOT NULL, fileName TEXT NOT NULL, uploadId TEXT NOT NULL, kind TEXT NOT NULL,
  createdAt TEXT NOT NULL, createdBy TEXT NOT NULL, createdByName TEXT NOT NULL, state TEXT NOT NULL, error TEXT,
  header TEXT NOT NULL, settings TEXT NOT NULL,
  rows INTEGER NOT NULL, checked INTEGER NOT NULL, refused INTEGER NOT NULL, duplicates INTEGER NOT NULL,
  imported INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS patient_import_rows (
  importId TEXT NOT NULL, row INTEGER NOT NULL, cells TEXT NOT NULL, state TEXT NOT NULL, errors TEXT,
  PRIMARY KEY (importId, row)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS patient_import_rows_by_state ON patient_import_rows (importId, state, row)`;

/** What became of a row. */
export type RowState = 'new' | 'good' | 'refused' | 'duplicate' | 'imported';

export interface ImportRow {
  readonly row: number;
  readonly cells: string[];
}

/** An import with what only the core needs. */
export interface StoredImport extends ImportStatus {
  readonly labId: string;
  readonly uploadId: string;
  readonly kind: 'csv' | 'xlsx';
  readonly actorId: string;
}

/** Rows that are forgotten in one commit. */
const deletedAtOnce = 500;

type Counts = Partial<Pick<ImportStatus, 'rows' | 'checked' | 'refused' | 'duplicates' | 'imported'>>;

/** Reads and writes of the two tables. */
export class ImportTable {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    kernel.database.engine.ensureTables(ddl);
  }

  insert(
    entry: Pick<
      StoredImport,
      'id' | 'labId' | 'fileName' | 'uploadId' | 'kind' | 'createdAt' | 'createdBy' | 'actorId'
    >,
  ) {
    const { id, labId, fileName, uploadId, kind, createdAt, createdBy, actorId } = entry;
    this.run(
      `INSERT INTO patient_imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'reading', NULL, '[]', ?, 0, 0, 0, 0, 0)`,
      ...[id, labId, fileName, uploadId, kind, createdAt, actorId, createdBy, JSON.stringify(noSettings)],
    );
  }

  get(labId: string, id: string): StoredImport | undefined {
    const [row] = this.all('SELECT * FROM patient_imports WHERE id=? AND labId=?', id, labId);
    return row && this.imported(row);
  }

  /** The newest first. */
  list(labId: string, limit: number): StoredImport[] {
    const rows = this.all('SELECT * FROM patient_imports WHERE labId=? ORDER BY createdAt DESC LIMIT ?', labId, limit);
    return rows.map((row) => this.imported(row));
  }

  /** Imports that a stop of the program interrupted. */
  interrupted(): StoredImport[] {
    return this.all(`SELECT * FROM patient_imports WHERE state IN ('reading', 'checking', 'running')`).map((row) =>
      this.imported(row),
    );
  }

  setState(id: string, state: ImportState, error?: string): void {
    this.run('UPDATE patient_imports SET state=?, error=? WHERE id=?', state, error ?? null, id);
  }

  /** Forgets the rows that a reading that was cut off had stored. */
  async clearRows(id: string): Promise<void> {
    this.run('UPDATE patient_imports SET rows=0 WHERE id=?', id);
    await this.deleteRows(id);
  }

  /** Forgets an import at once, and then its rows. */
  async remove(id: string): Promise<void> {
    this.run('DELETE FROM patient_imports WHERE id=?', id);
    await this.deleteRows(id);
  }

  /** Forgets the rows of imports that are not there any more: the program ended before they were all gone. */
  async removeLeftRows(): Promise<void> {
    const left =
      'SELECT importId FROM patient_import_rows WHERE importId NOT IN (SELECT id FROM patient_imports) LIMIT 1';
    for (let [row] = this.all(left); row; [row] = this.all(left)) await this.deleteRows(String(row.importId));
  }

  /** In small commits, between which the thread is given back. */
  private async deleteRows(id: string): Promise<void> {
    const rest =
      'SELECT max(row) AS last FROM (SELECT row FROM patient_import_rows WHERE importId=? ORDER BY row LIMIT ?)';
    for (;;) {
      const [found] = this.all(rest, id, deletedAtOnce);
      if (found?.last === null || found?.last === undefined) return;
      const { last } = found;
      this.commit((transaction) =>
        transaction.run('DELETE FROM patient_import_rows WHERE importId=? AND row<=?', id, last),
      );
      await this.kernel.flushed();
    }
  }

  /** Stores rows as they come from the worker; the first row of all is the header. The caller waits for `flushed`. */
  append(id: string, firstRow: number, rows: readonly string[][]): void {
    this.commit((transaction) => {
      const header = firstRow === 1 ? rows[0] : undefined;
      if (header) transaction.run('UPDATE patient_imports SET header=? WHERE id=?', JSON.stringify(header), id);
      transaction.run(
        `INSERT INTO patient_import_rows SELECT ?, ? + key, value, 'new', NULL FROM json_each(?)`,
        ...[id, header ? 2 : firstRow, JSON.stringify(header ? rows.slice(1) : rows)],
      );
      transaction.run('UPDATE patient_imports SET rows=? WHERE id=?', firstRow + rows.length - 2, id);
    });
  }

  /** The file is read: what its columns hold is guessed. */
  markRead(id: string, nationalIdType: string): void {
    const header = JSON.parse(String(this.all('SELECT header FROM patient_imports WHERE id=?', id)[0]?.header));
    const columns = guessColumns(header as string[]);
    const births = columns.indexOf('dateOfBirth');
    const dates = births < 0 ? [] : this.rows(id, ['new'], 0, 200).map(({ cells }) => cells[births] ?? '');
    const settings = { ...noSettings, columns, dateOrder: guessDateOrder(dates), nationalIdType };
    this.run(`UPDATE patient_imports SET settings=?, state='read' WHERE id=?`, JSON.stringify(settings), id);
  }

  /** Begins a check with these settings: every row counts as new again. */
  beginCheck(id: string, settings: ImportSettings): void {
    this.run(
      `UPDATE patient_imports SET settings=?, state='checking', error=NULL, checked=0, refused=0, duplicates=0 WHERE id=?`,
      JSON.stringify(settings),
      id,
    );
  }

  /** Rows in one of the states after a row, in order. */
  rows(id: string, states: readonly RowState[], after: number, limit: number): ImportRow[] {
    const found = this.all(
      `SELECT row, cells FROM patient_import_rows
       WHERE importId=? AND row>? AND state IN (SELECT value FROM json_each(?)) ORDER BY row LIMIT ?`,
      ...[id, after, JSON.stringify(states), limit],
    );
    return found.map(({ row, cells }) => ({ row: Number(row), cells: JSON.parse(String(cells)) as string[] }));
  }

  /** A page of the rows that are not imported, with their errors. */
  refused(id: string, after: number, limit: number): RefusedRow[] {
    const found = this.all(
      `SELECT row, cells, errors FROM patient_import_rows
       WHERE importId=? AND row>? AND state IN ('refused', 'duplicate') ORDER BY row LIMIT ?`,
      ...[id, after, limit],
    );
    return found.map(({ row, cells, errors }) => ({
      row: Number(row),
      cells: JSON.parse(String(cells)) as string[],
      errors: JSON.parse(String(errors ?? '[]')) as FieldError[],
    }));
  }

  /** Marks rows and adds to the counts. Inside the caller's transaction where there is one. */
  mark(
    id: string,
    rows: readonly { row: number; state: RowState; errors?: readonly FieldError[] }[],
    add: Counts,
  ): void {
    this.commit((transaction) => {
      for (const { row, state, errors } of rows) {
        transaction.run(
          'UPDATE patient_import_rows SET state=?, errors=? WHERE importId=? AND row=?',
          ...[state, errors?.length ? JSON.stringify(errors) : null, id, row],
        );
      }
      const { checked = 0, refused = 0, duplicates = 0, imported = 0 } = add;
      transaction.run(
        `UPDATE patient_imports SET checked=checked+?, refused=refused+?, duplicates=duplicates+?, imported=imported+?
         WHERE id=?`,
        ...[checked, refused, duplicates, imported, id],
      );
    });
  }

  private imported(row: Record<string, unknown>): StoredImport {
    const id = String(row.id);
    return {
      ...{ id, labId: String(row.labId), fileName: String(row.fileName), uploadId: String(row.uploadId) },
      ...{ createdAt: String(row.createdAt), createdBy: String(row.createdByName), actorId: String(row.createdBy) },
      kind: row.kind === 'xlsx' ? 'xlsx' : 'csv',
      state: row.state as ImportState,
      error: row.error === null ? undefined : String(row.error),
      header: JSON.parse(String(row.header)) as string[],
      settings: JSON.parse(String(row.settings)) as ImportSettings,
      sample: this.rows(id, allStates, 0, 5).map(({ cells }) => cells),
      ...{ rows: Number(row.rows), checked: Number(row.checked), refused: Number(row.refused) },
      ...{ duplicates: Number(row.duplicates), imported: Number(row.imported) },
    };
  }

  private all(sql: string, ...parameters: (string | number)[]) {
    return this.kernel.database.engine.all(sql, ...parameters);
  }

  private run(sql: string, ...parameters: (string | number | null)[]): void {
    this.kernel.database.engine.commit((transaction) => transaction.run(sql, ...parameters));
  }

  /** One of many small commits; whoever makes them waits for `flushed` between them. */
  private commit(body: (transaction: EngineTransaction) => void): void {
    this.kernel.database.engine.commit(body, { flush: 'later' });
  }
}

const allStates: readonly RowState[] = ['new', 'good', 'refused', 'duplicate', 'imported'];

const noSettings: ImportSettings = { columns: [], dateOrder: 'dmy', nationalIdType: 'other', duplicates: 'skip' };
