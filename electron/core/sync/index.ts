export { createSyncRouter } from './router.ts';
export { createSync, type Sync, type SyncOptions } from './sync.ts';
