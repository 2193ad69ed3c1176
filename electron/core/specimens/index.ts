export { cancelSpecimens } from './cancel.ts';
export { changeTests, type TestChange } from './change-tests.ts';
export { collectSpecimens, receiveSpecimens } from './collect-and-receive.ts';
export { specimensCollection } from './collection.ts';
export { patientIdsByText } from './find-patients.ts';
export { newSpecimen } from './new-specimens.ts';
export { createSpecimensRouter, type SpecimensServices } from './router.ts';
