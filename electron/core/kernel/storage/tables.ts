import { createHash } from 'node:crypto';
import { getPrimaryFieldOfPrimaryKey, type RxDocumentData, type RxJsonSchema } from 'rxdb';
import { type ColumnReader, columnReader } from './encoding.ts';

/** A stored document of whatever collection. */
export type StoredDocument = RxDocumentData<Record<string, unknown>>;
export type StoredSchema = RxJsonSchema<StoredDocument>;

/** A path of the documents that has a column of its own, because an index of the schema names it. */
export interface PathColumn {
  readonly path: string;
  readonly name: string;
  /** The name as it stands in SQL, quoted. */
  readonly column: string;
  readonly read: ColumnReader;
}

export interface TableIndex {
  readonly name: string;
  readonly sql: string;
}

/** The table of one collection at one schema version: its shape, and the statements that write it. */
export interface DocumentTable {
  readonly collection: string;
  readonly version: number;
  readonly schema: StoredSchema;
  readonly primaryPath: string;
  readonly hasAttachments: boolean;
  /** SQL names, safe without quotes. */
  readonly name: string;
  readonly attachmentsName: string;
  readonly columns: readonly PathColumn[];
  readonly indexes: readonly TableIndex[];
  /** Column of every path that can be compared in SQL, the columns that every table has included. `_deleted` is not here. */
  readonly columnByPath: ReadonlyMap<string, string>;
  /** Paths whose column does not tell the whole value of some row (an array or object against the schema). Only grows. */
  readonly irregular: Set<string>;
  readonly insertSql: string;
  readonly updateSql: string;
}

/** Columns that every document table has; a path column of the same name gets a prefix. */
const FIXED_COLUMNS = new Set(['seq', 'id', 'deleted', 'lwt', 'rev', 'data']);

/** Describes the table of a schema. Pure: the same schema gives the same names every time. */
export function describeTable(collection: string, schema: StoredSchema, irregular = new Set<string>()): DocumentTable {
  const name = tableName(collection, schema.version);
  const primaryPath = getPrimaryFieldOfPrimaryKey(schema.primaryKey) as string;
  const fixed = new Map([
    [primaryPath, 'id'],
    ['_meta.lwt', 'lwt'],
    ['_rev', 'rev'],
  ]);
  const indexedPaths = indexPaths(schema);
  const columns = pathColumns(indexedPaths.flat().filter((path) => path !== '_deleted' && !fixed.has(path)));
  const columnByPath = new Map([...fixed, ...columns.map(({ path, column }) => [path, column] as const)]);
  const written = ['seq', 'deleted', 'lwt', 'rev', ...columns.map(({ column }) => column), 'data'];
  return {
    collection,
    version: schema.version,
    schema,
    primaryPath,
    hasAttachments: schema.attachments !== undefined,
    name,
    attachmentsName: `${name}_attachments`,
    columns,
    indexes: [
      tombstoneIndex(name),
      ...indexedPaths.flatMap((paths) => pathIndex(name, paths, primaryPath, columnByPath)),
    ],
    columnByPath,
    irregular,
    insertSql: `INSERT INTO ${name} (${written.join(', ')}, id) VALUES (${written.map(() => '?').join(', ')}, ?)
      ON CONFLICT (id) DO NOTHING`,
    updateSql: `UPDATE ${name} SET ${written.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`,
  };
}

/**
 * The statements that create a table's documents and attachments, without its indexes. Compared columns have no type, so that
 * SQLite never converts one type to another. `seq` is the row's address: what an index finds is known by its version at once,
 * and what was written last stands at the end.
 */
export function createTableSql(table: DocumentTable): string {
  const columns = table.columns.map(({ column }) => `${column}, `).join('');
  const documents = `CREATE TABLE ${table.name} (
    seq INTEGER PRIMARY KEY, id NOT NULL UNIQUE, deleted INTEGER NOT NULL, lwt NOT NULL, rev NOT NULL,
    ${columns}data TEXT NOT NULL);`;
  const attachments = `CREATE TABLE IF NOT EXISTS ${table.attachmentsName} (
    id TEXT NOT NULL, attachment TEXT NOT NULL, digest TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (id, attachment));`;
  return table.hasAttachments ? `${documents}\n${attachments}` : documents;
}

/** Letters, digits and underscores only; a name that had to be changed gets a hash, so that no two names meet. */
function tableName(collection: string, version: number): string {
  const plain = collection.toLowerCase().replace(/[^a-z0-9_]/g, '_');
  return plain === collection
    ? `docs_${plain}_v${version}`
    : `docs_${plain.slice(0, 40)}_${shortHash(collection)}_v${version}`;
}

function indexPaths(schema: StoredSchema): string[][] {
  return (schema.indexes ?? []).map((index) => (typeof index === 'string' ? [index] : [...index]) as string[]);
}

function pathColumns(paths: readonly string[]): PathColumn[] {
  const taken = new Set(FIXED_COLUMNS);
  const columns: PathColumn[] = [];
  for (const path of new Set(paths)) {
    // SQLite does not tell the case of column names apart.
    let name = path;
    while (taken.has(name.toLowerCase())) name = `$${name}`;
    taken.add(name.toLowerCase());
    columns.push({ path, name, column: quoteName(name), read: columnReader(path) });
  }
  return columns;
}

/** Lets cleanup find what may be purged without reading what is alive. */
function tombstoneIndex(table: string): TableIndex {
  return indexOf(table, `ON ${table} (lwt) WHERE deleted = 1`);
}

/**
 * RxDB prefixes every index with `_deleted` since its queries ask for the living; a partial index says the same and is
 * smaller. Indexes that only repeat the primary key, or order by write time for RxDB's default checkpoint, have no use here.
 */
function pathIndex(
  table: string,
  paths: readonly string[],
  primaryPath: string,
  columnByPath: ReadonlyMap<string, string>,
): TableIndex[] {
  const living = paths[0] === '_deleted';
  const rest = living ? paths.slice(1) : paths;
  if (rest[0] === primaryPath || (rest.length === 2 && rest[0] === '_meta.lwt')) return [];
  const columns = rest.map((path) => (path === '_deleted' ? 'deleted' : (columnByPath.get(path) ?? quoteName(path))));
  return [indexOf(table, `ON ${table} (${columns.join(', ')})${living ? ' WHERE deleted = 0' : ''}`)];
}

function indexOf(table: string, definition: string): TableIndex {
  const name = `ix_${table}_${shortHash(definition)}`;
  return { name, sql: `CREATE INDEX ${name} ${definition}` };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
