export { demoCatalogue } from './catalogue.ts';
export { type DemoCodeMapEntry, demoCodeMaps } from './code-maps.ts';
export {
  type DemoRole,
  type DemoStaff,
  demoBranch,
  demoCentre,
  demoDoctors,
  demoOrganisation,
  demoRoles,
  demoStaff,
  demoStation,
} from './laboratory.ts';
export { type DemoPatient, demoPatients } from './patients.ts';
