export { journalCollection } from './collection.ts';
export type { DeviceState } from './connections/device-state.ts';
export { DeviceService, type Traffic } from './device-service.ts';
export { heldByDevice } from './queries.ts';
export { messageReader } from './reading/message-reader.ts';
export { createDevicesRouter } from './router.ts';
