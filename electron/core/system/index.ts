export type { Health } from './health.ts';
export { LiveChanges } from './live.ts';
export { createLiveRouter, createSystemRouter, type SystemServices } from './router.ts';
export { ThreadWatch } from './thread-watch.ts';
