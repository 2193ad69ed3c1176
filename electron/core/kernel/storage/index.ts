export type * from './contract.ts';
export { openSqliteEngine } from './engine.ts';
export { asStorageError, StorageError, type StorageErrorCode, storageError } from './errors.ts';
export {
  type MigratedCollection,
  type MigrationOptions,
  type MigrationReport,
  type MigrationStrategy,
  type MigrationTarget,
  migrateCollections,
  type ReindexedCollection,
} from './migration.ts';
