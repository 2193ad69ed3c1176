import type { AnyCollectionDefinition, CollectionName } from './documents.ts';
import type { EngineTransaction, SqliteEngine } from './storage/index.ts';

/**
 * Exact and prefix search by the short keys people type or scan: numbers, codes, phones, accessions. The keys are rows
 * of one SQL table, derived inside the transaction that writes the document, so that a barcode is found in the moment
 * its order is saved, and replicated documents as well.
 */

/** One form for what people type, print and scan: upper case, only letters and digits. */
export function lookupKey(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const ddl = `
CREATE TABLE IF NOT EXISTS lookup_keys (
  collection TEXT NOT NULL, labId TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (collection, labId, key, id)
) WITHOUT ROWID`;
const versionsDdl =
  'CREATE TABLE IF NOT EXISTS lookup_versions (collection TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID';

/** Creates the table and hooks the derivation of each collection that declares keys. */
export function installLookups(engine: SqliteEngine, definitions: readonly AnyCollectionDefinition[]): void {
  engine.ensureTables(ddl);
  for (const definition of definitions) {
    const keysOf = definition.lookupKeys as ((document: unknown) => readonly string[]) | undefined;
    if (!keysOf) continue;
    engine.derive(definition.name, (transaction, written) => {
      for (const { previous, document } of written) {
        const before = liveKeys(keysOf, previous);
        const after = liveKeys(keysOf, document);
        writeDifference(transaction, definition.name, before, after, document as unknown as KeyedDocument);
      }
    });
  }
}

/** Makes the keys of those collections anew whose derivation is another one than when they were written. */
export function renewLookups(engine: SqliteEngine, definitions: readonly AnyCollectionDefinition[]): void {
  engine.ensureTables(versionsDdl);
  const rows = engine.all('SELECT collection, version FROM lookup_versions');
  const versions = new Map(rows.map((row) => [String(row.collection), Number(row.version)]));
  for (const definition of definitions) {
    const { name, lookupKeysVersion = 0 } = definition;
    if ((versions.get(name) ?? 0) === lookupKeysVersion) continue;
    engine.commit((transaction) => {
      rebuildLookups(transaction, definition, engine.tableOf(name));
      transaction.run('INSERT OR REPLACE INTO lookup_versions VALUES (?, ?)', name, lookupKeysVersion);
    });
  }
}

const rebuildBatch = 2000;

/**
 * Makes a collection's keys anew from the documents in its SQL table, inside the transaction of a migration, which changes
 * them below the derivation.
 */
export function rebuildLookups(
  transaction: EngineTransaction,
  definition: AnyCollectionDefinition,
  table: string,
): void {
  const keysOf = definition.lookupKeys as ((document: unknown) => readonly string[]) | undefined;
  const known = transaction.all("SELECT 1 FROM sqlite_schema WHERE name='lookup_keys'");
  if (known.length > 0) transaction.run('DELETE FROM lookup_keys WHERE collection=?', definition.name);
  if (!keysOf) return;
  if (known.length === 0) transaction.run(ddl);
  const read = `SELECT seq, data FROM ${table} WHERE deleted=0 AND seq>? ORDER BY seq LIMIT ${rebuildBatch}`;
  for (let rows = transaction.all(read, 0); rows.length > 0; rows = transaction.all(read, rows.at(-1)?.seq ?? 0)) {
    for (const { data } of rows) {
      const document = JSON.parse(String(data)) as KeyedDocument;
      writeDifference(transaction, definition.name, new Set(), liveKeys(keysOf, document), document);
    }
  }
}

type KeyedDocument = { id: string; labId: string; _deleted: boolean };

function liveKeys(keysOf: (document: unknown) => readonly string[], document: unknown): Set<string> {
  if (!document || (document as KeyedDocument)._deleted) return new Set();
  return new Set(keysOf(document).map(lookupKey).filter(Boolean));
}

function writeDifference(
  transaction: EngineTransaction,
  collection: CollectionName,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  document: KeyedDocument,
): void {
  const { labId, id } = document;
  for (const key of before) {
    if (after.has(key)) continue;
    transaction.run(
      'DELETE FROM lookup_keys WHERE collection=? AND labId=? AND key=? AND id=?',
      collection,
      labId,
      key,
      id,
    );
  }
  for (const key of after) {
    if (before.has(key)) continue;
    transaction.run('INSERT OR IGNORE INTO lookup_keys VALUES (?, ?, ?, ?)', collection, labId, key, id);
  }
}

/**
 * Ids of the documents that have one of the keys, by key as given, at most `limit` of them. One statement over the primary
 * key, however many keys.
 */
export function findByLookupKeys(
  engine: SqliteEngine,
  collection: CollectionName,
  labId: string,
  keys: readonly string[],
  limit = -1,
): Map<string, string[]> {
  const normalised = new Map<string, string[]>();
  for (const key of keys) {
    const short = lookupKey(key);
    if (!short) continue;
    normalised.set(short, [...(normalised.get(short) ?? []), key]);
  }
  const found = new Map<string, string[]>();
  if (normalised.size === 0) return found;
  const rows = engine.all(
    'SELECT key, id FROM lookup_keys WHERE collection=? AND labId=? AND key IN (SELECT value FROM json_each(?)) LIMIT ?',
    collection,
    labId,
    JSON.stringify([...normalised.keys()]),
    limit,
  );
  for (const row of rows) {
    for (const key of normalised.get(String(row.key)) ?? []) {
      found.set(key, [...(found.get(key) ?? []), String(row.id)]);
    }
  }
  return found;
}

/** Ids of documents with a key that begins with `prefix`, in key order: an exact match comes first. */
export function findByLookupPrefix(
  engine: SqliteEngine,
  collection: CollectionName,
  labId: string,
  prefix: string,
  limit: number,
): string[] {
  const from = lookupKey(prefix);
  if (!from) return [];
  const rows = engine.all(
    'SELECT DISTINCT id FROM lookup_keys WHERE collection=? AND labId=? AND key>=? AND key<? LIMIT ?',
    collection,
    labId,
    from,
    `${from}\u{10FFFF}`,
    limit,
  );
  return rows.map((row) => String(row.id));
}
