export { patientsCollection } from './collection.ts';
export { ageText, type PatientRow, patientRow } from './queries.ts';
export { registerPatient, updatePatient } from './register.ts';
export { createPatientsRouter } from './router.ts';
