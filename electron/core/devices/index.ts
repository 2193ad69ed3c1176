export { journalCollection } from './collection.ts';
export { DeviceService, type Traffic } from './device-service.ts';
export type { DeviceState } from './device-state.ts';
export { messageReader } from './message-reader.ts';
export { heldByDevice } from './queries.ts';
export { createDevicesRouter } from './router.ts';
