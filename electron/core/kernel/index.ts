export { type ActivityEntry, activityHash } from './activity-chain.ts';
export {
  type Access,
  assertAccessDeclared,
  loggedIn,
  openToAll,
  permitted,
  type RequestContext,
  router,
  toApiError,
} from './api.ts';
export { type Clock, isoNow, systemClock } from './clock.ts';
export { type Database, openDatabase } from './database.ts';
export type { AnyCollectionDefinition, CollectionDefinition, CollectionName, Documents } from './documents.ts';
export { conflict, forbidden, invalid, LabError, notFound, refuseIfInvalid } from './errors.ts';
export { lockFolder } from './folder-lock.ts';
export type { Follower, FollowerState } from './followers.ts';
export type { CacheStatistics } from './instance-cache.ts';
export { type Identity, Kernel } from './kernel.ts';
export { lookupKey } from './lookups.ts';
export { keysetPage, keysetUnion, readCursor, writeCursor } from './paging.ts';
export { hashPassword, verifyPassword } from './passwords.ts';
export { ReadWorker } from './read-worker-client.ts';
export type { Find, ScopedReads } from './reads.ts';
export { sessionOfStaff } from './resolve-session.ts';
export { fileSecrets, type SecretCodec, type SecretStore } from './secrets.ts';
export { requirePermission, type Session } from './sessions.ts';
export type { SqlIndex } from './sql-indexes.ts';
export {
  type EngineTransaction,
  type SequencedDocument,
  type StatementCounter,
  StorageError,
} from './storage/index.ts';
export type { Change, NewJob, Work } from './unit-of-work.ts';
export { workerFile } from './worker-file.ts';
