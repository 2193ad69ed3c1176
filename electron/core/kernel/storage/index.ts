export type * from './contract.ts';
export { openSqliteEngine } from './engine.ts';
export { StorageError, type StorageErrorCode } from './errors.ts';
export {
  type MigratedCollection,
  type MigrationReport,
  type MigrationStrategy,
  type MigrationTarget,
  migrateCollections,
} from './migration.ts';
