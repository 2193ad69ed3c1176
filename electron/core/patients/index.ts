export { patientsCollection } from './collection.ts';
export { createImportRouter } from './import-router.ts';
export { PatientImports } from './imports.ts';
export { lateDocuments } from './late-documents.ts';
export { ageText, type PatientRow, patientRow } from './queries.ts';
export { registerPatient } from './register.ts';
export { createPatientsRouter } from './router.ts';
