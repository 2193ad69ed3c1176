export { journalCollection } from './collection.ts';
export { DeviceService, type DeviceState } from './device-service.ts';
export { messageReader } from './message-reader.ts';
export { heldByDevice } from './queries.ts';
export { createDevicesRouter } from './router.ts';
