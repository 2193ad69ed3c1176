export { arrivedSpecimens } from './arrived-specimens.ts';
export { deviceResultsCollection } from './collection.ts';
export { rematchHeld } from './decide.ts';
export { type Pictures, picturesIn, picturesOf } from './pictures.ts';
export { createResultsRouter } from './router.ts';
export { deviceResultsOf, saveDeviceResults } from './save-device-results.ts';
