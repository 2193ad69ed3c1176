export { patientsCollection } from './collection.ts';
export { ageText, type PatientRow, patientRow } from './queries.ts';
export { registerPatient } from './register.ts';
export { createPatientsRouter } from './router.ts';
