import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { fillWithDefaultSettings, getRxReplicationMetaInstanceSchema, type RxJsonSchema } from 'rxdb';
import { writeBackup } from './backup.ts';
import type { EngineTransaction } from './contract.ts';
import { storageError } from './errors.ts';
import { type EngineParts, openParts } from './open.ts';
import { parseDocument } from './reads.ts';
import type { DocumentTable, StoredDocument, StoredSchema } from './tables.ts';
import { insertDocument } from './writes.ts';

/**
 * Turns a document of one schema version into the next: gets it without `_meta` and `_deleted`, answers what to store, or
 * null to drop it. Synchronous, since all of a database migrates in one transaction.
 */
export type MigrationStrategy = (document: Record<string, unknown>) => object | null;

export interface MigrationTarget {
  readonly version: number;
  /** The collection's schema as it is given to RxDB. */
  readonly schema: RxJsonSchema<never> | RxJsonSchema<{ id: string }> | object | undefined;
  /** By the version they lead to: 1 turns version 0 into version 1. */
  readonly strategies?: Readonly<Record<number, MigrationStrategy>>;
}

export interface MigratedCollection {
  readonly collection: string;
  readonly from: number;
  readonly to: number;
  /** Documents in the new version; how many of them are not what they were; and how many a strategy dropped. */
  readonly documents: number;
  readonly changed: number;
  readonly dropped: number;
}

/** A collection whose documents stay as they are and whose indexes are no longer the ones of the schema it had. */
export interface ReindexedCollection {
  readonly collection: string;
  readonly milliseconds: number;
}

export interface MigrationReport {
  readonly migrated: readonly MigratedCollection[];
  readonly reindexed: readonly ReindexedCollection[];
  /** Where the database as it was is kept; undefined when there was nothing to migrate. */
  readonly backup: string | undefined;
}

export interface MigrationOptions {
  readonly backupFolder: string;
  /**
   * Makes anew what `derive` hooks keep of a migrated or reindexed collection, since both happen below them. Runs inside the
   * migration's transaction; `table` is the SQL table that holds the documents now.
   */
  readonly rederive?: (transaction: EngineTransaction, collection: string, table: string) => void;
}

const BATCH = 500;
const INTERNAL_STORE = '_rxdb_internal';

/**
 * Brings the collections of a database file to the program's schemas, before RxDB opens it; RxDB then finds them as if they had
 * never been others. One transaction: a failure leaves the database as it was.
 *
 * A collection of an older version is backed up first and rewritten by its strategies. Revisions, write times and
 * attachments are kept; a document that a strategy changed gets a new sequence number, so that followers see it. A
 * collection of the same version with another schema (fields, indexes) keeps its documents: indexes that are missing are made,
 * those no longer named dropped.
 *
 * @throws StorageError `version` when a collection is of a newer version than the program's, and others as at open.
 * @throws Error when a strategy is missing, throws, or answers a promise.
 */
export function migrateCollections(
  file: string,
  targets: Readonly<Record<string, MigrationTarget>>,
  { backupFolder, rederive }: MigrationOptions,
): MigrationReport {
  if (!existsSync(file)) return { migrated: [], reindexed: [], backup: undefined };
  const parts = openParts(file);
  try {
    const outdated = findOutdated(parts, targets);
    const reshaped = findReshaped(parts, targets);
    if (outdated.length + reshaped.length === 0) return { migrated: [], reindexed: [], backup: undefined };
    const lowest = Math.min(...outdated.map(({ table }) => table.version));
    const backup = outdated.length > 0 ? writeBackup(parts, backupFolder, lowest) : undefined;
    return parts.transactions.commit((transaction) => {
      parts.transactions.keepSequence();
      const reindexed = reshaped.map((one) => reindexCollection(parts, one));
      const migrated = outdated.map((one) => migrateCollection(parts, one));
      // New indexes mostly come with new ways to look things up: what is derived follows both.
      for (const { collection } of [...reindexed, ...migrated]) {
        rederive?.(transaction, collection, parts.catalogue.require(collection).name);
      }
      return { migrated, reindexed, backup };
    });
  } finally {
    parts.close();
  }
}

interface Outdated {
  readonly table: DocumentTable;
  readonly target: MigrationTarget;
}

function findOutdated(
  { catalogue, file }: EngineParts,
  targets: Readonly<Record<string, MigrationTarget>>,
): Outdated[] {
  const outdated: Outdated[] = [];
  for (const [collection, target] of Object.entries(targets)) {
    const table = catalogue.find(collection);
    if (table === undefined || table.version === target.version) continue;
    if (table.version > target.version) {
      const detail = `"${collection}" is of version ${table.version}, this program knows up to ${target.version}`;
      throw storageError('version', file, undefined, detail);
    }
    for (let version = table.version + 1; version <= target.version; version++) {
      if (target.strategies?.[version] === undefined) {
        throw new Error(`Collection "${collection}" has no migration to version ${version}.`);
      }
    }
    outdated.push({ table, target });
  }
  return outdated;
}

interface Reshaped {
  readonly table: DocumentTable;
  readonly schema: StoredSchema;
}

/** Collections of the right version with another schema than the program's. */
function findReshaped({ catalogue }: EngineParts, targets: Readonly<Record<string, MigrationTarget>>): Reshaped[] {
  return Object.entries(targets).flatMap(([collection, target]) => {
    const table = catalogue.find(collection);
    if (table === undefined || table.version !== target.version) return [];
    const schema = filledSchema(target);
    return isDeepStrictEqual(table.schema, schema) ? [] : [{ table, schema }];
  });
}

function reindexCollection(parts: EngineParts, { table, schema }: Reshaped): ReindexedCollection {
  const start = performance.now();
  parts.catalogue.ensure(table.collection, schema);
  noteSchema(parts, table, schema);
  return { collection: table.collection, milliseconds: Math.round(performance.now() - start) };
}

/** Makes RxDB's own note of the collection name the new schema, which it would refuse as a change without a version. */
function noteSchema({ statements, catalogue }: EngineParts, table: DocumentTable, schema: StoredSchema): void {
  const internal = catalogue.find(INTERNAL_STORE);
  if (internal === undefined) return;
  const id = `collection|${table.collection}-${table.version}`;
  const row = statements.get(`SELECT data FROM ${internal.name} WHERE id = ?`, [id]);
  if (row === undefined) return;
  const note = parseDocument(row) as StoredDocument & { data: object };
  // RxDB compares the schemas themselves where the hashes differ.
  const data = { ...note.data, schema, schemaHash: '' };
  statements.run(`UPDATE ${internal.name} SET data = ? WHERE id = ?`, [JSON.stringify({ ...note, data }), id]);
}

/** As RxDB hands it to the storage, and as it stands in the catalogue. */
function filledSchema({ schema }: MigrationTarget): StoredSchema {
  const copy = JSON.parse(JSON.stringify(schema)) as RxJsonSchema<unknown>;
  return JSON.parse(JSON.stringify(fillWithDefaultSettings(copy))) as StoredSchema;
}

function migrateCollection(parts: EngineParts, { table, target }: Outdated): MigratedCollection {
  const schema = filledSchema(target);
  const migrate = (document: StoredDocument) => migrateDocument(table, target, document);
  for (const connected of connectedTables(parts, table)) {
    const metaSchema = getRxReplicationMetaInstanceSchema(schema, false) as unknown as StoredSchema;
    rewriteTable(parts, connected, metaSchema, (meta) => {
      if (meta.isCheckpoint === '1' || typeof meta.docData !== 'object' || meta.docData === null) return meta;
      const docData = migrate(meta.docData as StoredDocument);
      return docData === null ? null : { ...meta, docData };
    });
  }
  const counts = rewriteTable(parts, table, schema, migrate);
  forgetOldVersions(parts, table);
  return { collection: table.collection, from: table.version, to: target.version, ...counts };
}

/** Writes every document anew into the table of another schema, and drops the table it came from. */
function rewriteTable(
  { statements, catalogue, transactions }: EngineParts,
  from: DocumentTable,
  schema: StoredSchema,
  rewrite: (document: StoredDocument) => StoredDocument | null,
): { documents: number; changed: number; dropped: number } {
  const to = catalogue.ensure(from.collection, schema);
  const counts = { documents: 0, changed: 0, dropped: 0 };
  const read = `SELECT seq, data FROM ${from.name} WHERE seq > ? ORDER BY seq LIMIT ${BATCH}`;
  for (let rows = statements.all(read, [0]); rows.length > 0; rows = statements.all(read, [rows.at(-1)?.seq ?? 0])) {
    for (const row of rows) {
      const { seq, data } = row;
      const document = rewrite(parseDocument(row));
      if (document === null) {
        counts.dropped++;
        continue;
      }
      const same = JSON.stringify(document) === data || isDeepStrictEqual(document, parseDocument(row));
      insertDocument(statements, catalogue, to, document, same ? (seq as number) : transactions.counter.next());
      counts.documents++;
      if (!same) counts.changed++;
    }
  }
  if (from.hasAttachments && to.hasAttachments) {
    const columns = 'id, attachment, digest, data';
    const kept = `WHERE id IN (SELECT id FROM ${to.name})`;
    statements.exec(`INSERT INTO ${to.attachmentsName} SELECT ${columns} FROM ${from.attachmentsName} ${kept}`);
  }
  catalogue.drop(from);
  return counts;
}

function migrateDocument(table: DocumentTable, target: MigrationTarget, stored: StoredDocument): StoredDocument | null {
  const { _meta, _deleted, ...rest } = stored;
  let document: Record<string, unknown> = rest;
  for (let version = table.version + 1; version <= target.version; version++) {
    const attachments = document._attachments;
    const next = runStrategy(table, target, version, document) as Record<string, unknown> | null;
    if (next === null) return null;
    document = next;
    if (document._attachments === undefined && attachments !== undefined) document._attachments = attachments;
  }
  const meta = _meta === undefined ? {} : { _meta };
  return { ...document, ...meta, _deleted } as StoredDocument;
}

function runStrategy(
  table: DocumentTable,
  target: MigrationTarget,
  version: number,
  document: Record<string, unknown>,
): unknown {
  const where = `The migration of "${table.collection}" to version ${version} failed at document "${document[table.primaryPath]}"`;
  let next: unknown;
  try {
    next = target.strategies?.[version]?.(document);
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (typeof next !== 'object' || (next !== null && 'then' in next)) {
    throw new TypeError(`${where}: a strategy answers a document or null, synchronously.`);
  }
  return next;
}

/** Tables in which RxDB's replications remember what head office has of a collection; RxDB lists them with the collection. */
function connectedTables({ statements, catalogue }: EngineParts, table: DocumentTable): DocumentTable[] {
  const internal = catalogue.find(INTERNAL_STORE);
  if (internal === undefined) return [];
  const id = `collection|${table.collection}-${table.version}`;
  const row = statements.get(`SELECT data FROM ${internal.name} WHERE id = ? AND deleted = 0`, [id]);
  if (row === undefined) return [];
  const meta = parseDocument(row) as unknown as { data?: { connectedStorages?: { collectionName: string }[] } };
  const names = meta.data?.connectedStorages ?? [];
  return names.flatMap(({ collectionName }) => catalogue.find(collectionName, table.version) ?? []);
}

/** Removes RxDB's notes on the collection in versions that are gone; it writes a new one when the collection is opened. */
function forgetOldVersions({ statements, catalogue }: EngineParts, table: DocumentTable): void {
  const internal = catalogue.find(INTERNAL_STORE);
  if (internal === undefined) return;
  for (let version = 0; version <= table.version; version++) {
    statements.run(`DELETE FROM ${internal.name} WHERE id = ?`, [`collection|${table.collection}-${version}`]);
  }
}
