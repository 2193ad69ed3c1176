export { setupCollection } from './collection.ts';
export { createLaboratory, type NewLaboratory } from './create-laboratory.ts';
export { centreOf, journalDaysOf, setupOf, stationDevices, tubeRulesOf } from './queries.ts';
export { createSetupRouter, type SetupServices } from './router.ts';
