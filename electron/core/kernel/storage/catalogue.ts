import { isDeepStrictEqual } from 'node:util';
import { fillColumns } from './column-values.ts';
import { parseStored, StorageError, storageError } from './errors.ts';
import type { Statements } from './statements.ts';
import { createTableSql, type DocumentTable, describeTable, type StoredSchema } from './tables.ts';

/** Version of the engine's own tables and encodings. A file of a higher one is refused. */
export const ENGINE_FORMAT = 1;

const CATALOGUE_SQL = `
  CREATE TABLE engine_meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE engine_collections (
    collection TEXT NOT NULL, version INTEGER NOT NULL, schema TEXT NOT NULL, irregular TEXT NOT NULL,
    PRIMARY KEY (collection, version)) WITHOUT ROWID;
  PRAGMA user_version = ${ENGINE_FORMAT};
`;

/** Knows the document tables of a file and keeps their columns and indexes in step with the schemas. */
export class Catalogue {
  readonly #statements: Statements;
  readonly #file: string;
  readonly #readOnly: boolean;
  /** Tables by collection, oldest version first. */
  readonly #tables = new Map<string, DocumentTable[]>();

  /** Reads what the file holds; creates the engine's own tables in a new one. */
  constructor(statements: Statements, file: string, readOnly: boolean) {
    this.#statements = statements;
    this.#file = file;
    this.#readOnly = readOnly;
    this.#ensureFormat();
    this.reload();
  }

  /** The table of a collection at one version, or at its newest. */
  find(collection: string, version?: number): DocumentTable | undefined {
    const found = this.#lookUp(collection, version);
    if (found !== undefined || !this.#readOnly) return found;
    this.reload();
    return this.#lookUp(collection, version);
  }

  /** The newest table of a collection. Throws when the file has none. */
  require(collection: string): DocumentTable {
    const table = this.find(collection);
    if (table === undefined) throw new Error(`The database has no collection "${collection}".`);
    return table;
  }

  all(): DocumentTable[] {
    return [...this.#tables.values()].flat();
  }

  /** The table for a schema if it is there and in step with it. */
  current(collection: string, schema: StoredSchema): DocumentTable | undefined {
    const known = this.find(collection, schema.version);
    return known !== undefined && isDeepStrictEqual(known.schema, schema) ? known : undefined;
  }

  /** The table for a schema, created or brought in step with its indexes. Needs an open transaction. */
  ensure(collection: string, schema: StoredSchema): DocumentTable {
    const current = this.current(collection, schema);
    if (current !== undefined) return current;
    const known = this.find(collection, schema.version);
    const table = describeTable(collection, schema, known?.irregular);
    if (known === undefined) this.#statements.exec(createTableSql(table));
    else this.#addColumns(known, table);
    this.#syncIndexes(table);
    this.#statements.run('INSERT OR REPLACE INTO engine_collections VALUES (?, ?, ?, ?)', [
      collection,
      table.version,
      JSON.stringify(schema),
      JSON.stringify([...table.irregular]),
    ]);
    this.#remember(table);
    return table;
  }

  /** Drops a table and its documents. Needs an open transaction. */
  drop(table: DocumentTable): void {
    this.#statements.exec(`DROP TABLE IF EXISTS ${table.name}; DROP TABLE IF EXISTS ${table.attachmentsName};`);
    this.#statements.run('DELETE FROM engine_collections WHERE collection = ? AND version = ?', [
      table.collection,
      table.version,
    ]);
    this.#forget(table);
  }

  /** Notes that a column no longer tells all of its path; queries on that path go through RxDB's matcher from now on. */
  markIrregular(table: DocumentTable, path: string): void {
    if (table.irregular.has(path)) return;
    table.irregular.add(path);
    this.#statements.run('UPDATE engine_collections SET irregular = ? WHERE collection = ? AND version = ?', [
      JSON.stringify([...table.irregular]),
      table.collection,
      table.version,
    ]);
  }

  /** Learns what another connection noted since; a read-only engine calls it before it trusts a column. */
  refreshIrregular(table: DocumentTable): void {
    const row = this.#statements.get('SELECT irregular FROM engine_collections WHERE collection = ? AND version = ?', [
      table.collection,
      table.version,
    ]);
    if (row === undefined) return;
    for (const path of parseStored(row.irregular) as string[]) table.irregular.add(path);
  }

  /** Reads the tables anew, for instance after a roll-back that undid some. */
  reload(): void {
    const rows = this.#statements.all(
      'SELECT collection, schema, irregular FROM engine_collections ORDER BY collection, version',
      [],
    );
    this.#tables.clear();
    for (const row of rows) {
      const irregular = new Set(parseStored(row.irregular) as string[]);
      this.#remember(describeTable(String(row.collection), parseStored(row.schema) as StoredSchema, irregular));
    }
  }

  readMeta(key: string): string | number | undefined {
    return this.#statements.get('SELECT value FROM engine_meta WHERE key = ?', [key])?.value as
      | string
      | number
      | undefined;
  }

  writeMeta(key: string, value: string | number): void {
    this.#statements.run('INSERT OR REPLACE INTO engine_meta VALUES (?, ?)', [key, value]);
  }

  #ensureFormat(): void {
    const format = Number(this.#statements.get('PRAGMA user_version', [])?.user_version);
    if (format > ENGINE_FORMAT) {
      throw storageError('version', this.#file, undefined, `storage format ${format}, known up to ${ENGINE_FORMAT}`);
    }
    if (format === ENGINE_FORMAT) return;
    if (Number(this.#statements.get('SELECT count(*) AS n FROM sqlite_schema', [])?.n) > 0) {
      const what = `The file is a database, but not one of this program: ${this.#file}.`;
      throw new StorageError(
        'damaged',
        what,
        'Choose another data folder, or restore this one from the latest backup.',
      );
    }
    if (this.#readOnly) throw storageError('damaged', this.#file, undefined, 'the file is empty');
    this.#statements.exec(`BEGIN IMMEDIATE; ${CATALOGUE_SQL} COMMIT;`);
  }

  #lookUp(collection: string, version: number | undefined): DocumentTable | undefined {
    const tables = this.#tables.get(collection);
    return version === undefined ? tables?.at(-1) : tables?.find((table) => table.version === version);
  }

  #remember(table: DocumentTable): void {
    this.#forget(table);
    const tables = [...(this.#tables.get(table.collection) ?? []), table];
    this.#tables.set(
      table.collection,
      tables.sort((a, b) => a.version - b.version),
    );
  }

  #forget(table: DocumentTable): void {
    const rest = (this.#tables.get(table.collection) ?? []).filter(({ version }) => version !== table.version);
    if (rest.length > 0) this.#tables.set(table.collection, rest);
    else this.#tables.delete(table.collection);
  }

  #addColumns(known: DocumentTable, table: DocumentTable): void {
    const rows = this.#statements.all(`SELECT lower(name) AS name FROM pragma_table_info('${table.name}')`, []);
    const existing = new Set(rows.map(({ name }) => String(name)));
    const added = table.columns.filter(
      ({ path, column }) => !known.columns.some((before) => before.path === path && before.column === column),
    );
    for (const { column, name } of added) {
      if (!existing.has(name.toLowerCase())) this.#statements.exec(`ALTER TABLE ${table.name} ADD COLUMN ${column}`);
    }
    if (added.length > 0) fillColumns(this.#statements, this, table, added);
  }

  #syncIndexes(table: DocumentTable): void {
    const missing = new Map(table.indexes.map(({ name, sql }) => [name, sql]));
    const stored = this.#statements.all(
      `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND name LIKE 'ix\\_%' ESCAPE '\\'`,
      [table.name],
    );
    for (const { name } of stored) {
      if (!missing.delete(String(name))) this.#statements.exec(`DROP INDEX ${String(name)}`);
    }
    for (const sql of missing.values()) this.#statements.exec(sql);
  }
}
