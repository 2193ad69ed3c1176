import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  createRxDatabase,
  fillWithDefaultSettings,
  type RxCollection,
  type RxDatabase,
  type RxDocumentData,
  type RxJsonSchema,
} from 'rxdb';
import { installActivityChain } from './activity-chain.ts';
import { forgetBalances, installBalances, refreshBalances } from './balances.ts';
import { Checkpoints } from './checkpoints.ts';
import type { AnyCollectionDefinition, CollectionName, Documents } from './documents.ts';
import { InstanceCache } from './instance-cache.ts';
import { installLookups, rebuildLookups, renewLookups } from './lookups.ts';
import { rxSchemaOf } from './rx-schema.ts';
import { ensureSqlIndexes } from './sql-indexes.ts';
import { migrateCollections, openSqliteEngine, type SqliteEngine } from './storage/index.ts';
import { installUnitOfWork } from './unit-of-work.ts';

/** The open database of a data folder: the engine, RxDB on top of it, and the instance cache. */
export interface Database {
  readonly engine: SqliteEngine;
  readonly rx: RxDatabase;
  readonly collections: Readonly<{ [N in CollectionName]: RxCollection<Documents[N]> }>;
  readonly definitions: readonly AnyCollectionDefinition[];
  readonly schemas: Readonly<Record<CollectionName, RxJsonSchema<RxDocumentData<unknown>>>>;
  readonly cache: InstanceCache;
  readonly checkpoints: Checkpoints;
  /** Part of each revision this process writes. */
  readonly token: string;
  close(): Promise<void>;
}

/**
 * Opens `<folder>/aliquot.sqlite`: migrates older collections (after a backup into `<folder>/backups`), opens the
 * engine and RxDB's collections over it. Throws `StorageError` when the file is damaged, locked, newer than the program
 * or cannot be written.
 */
export async function openDatabase(
  folder: string,
  definitions: readonly AnyCollectionDefinition[],
  log: Logger,
): Promise<Database> {
  const file = join(folder, 'aliquot.sqlite');
  const backupFolder = join(folder, 'backups');
  mkdirSync(backupFolder, { recursive: true });
  const rxSchemas = Object.fromEntries(definitions.map((definition) => [definition.name, rxSchemaOf(definition)]));
  const byName = new Map<string, AnyCollectionDefinition>(definitions.map((one) => [one.name, one]));
  const { migrated, reindexed, backup } = migrateCollections(
    file,
    Object.fromEntries(
      definitions.map((definition) => [
        definition.name,
        { version: definition.version, schema: rxSchemas[definition.name], strategies: definition.migrations },
      ]),
    ),
    {
      backupFolder,
      rederive: (transaction, collection, table) => {
        const definition = byName.get(collection);
        if (!definition) return;
        rebuildLookups(transaction, definition, table);
        forgetBalances(transaction, definition.name);
      },
    },
  );
  for (const one of migrated) log.info({ ...one, backup }, 'collection migrated to a newer version');
  for (const one of reindexed) log.info(one, 'collection brought in step with its indexes');
  const engine = openSqliteEngine(file, { logger: log, afterCommit: () => checkpoints.committed() });
  const checkpoints = new Checkpoints(engine, log);
  installUnitOfWork(engine);
  installActivityChain(engine);
  installLookups(engine, definitions);
  installBalances(engine, definitions);
  const { rx, collections } = await openCollections(engine, rxSchemas);
  ensureSqlIndexes(engine, definitions, log);
  renewLookups(engine, definitions);
  refreshBalances(engine, definitions);
  const cached = definitions.filter((definition) => definition.allowIndividualInstanceCaching);
  const cache = new InstanceCache(
    engine,
    cached.map((definition) => definition.name),
  );
  return {
    engine,
    rx,
    collections,
    definitions,
    schemas: Object.fromEntries(
      definitions.map(({ name }) => [name, fillWithDefaultSettings(rxSchemas[name] as RxJsonSchema<unknown>)]),
    ) as Database['schemas'],
    cache,
    checkpoints,
    token: rx.token,
    async close() {
      cache.close();
      await rx.close();
      await checkpoints.close();
      engine.close();
    },
  };
}

/** RxDB's database and collections over the engine. What was opened is closed again when it fails. */
async function openCollections(
  engine: SqliteEngine,
  schemas: Readonly<Record<string, RxJsonSchema<{ id: string }>>>,
): Promise<Pick<Database, 'rx' | 'collections'>> {
  let rx: RxDatabase | undefined;
  try {
    rx = await createRxDatabase({ name: 'aliquot', storage: engine.rxStorage, multiInstance: false });
    // Documents of older versions were migrated before the engine opened; RxDB has nothing to do.
    const creators = Object.entries(schemas).map(([name, schema]) => [name, { schema, autoMigrate: false }]);
    const collections = await rx.addCollections(
      Object.fromEntries(creators) as Parameters<typeof rx.addCollections>[0],
    );
    return { rx, collections: collections as unknown as Database['collections'] };
  } catch (error) {
    await rx?.close();
    engine.close();
    throw error;
  }
}
