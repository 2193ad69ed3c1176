export { demoCatalogue, demoOrganisationPrices } from './catalogue.ts';
export { type DemoCodeMapEntry, demoCodeMaps } from './code-maps.ts';
export {
  type DemoStaff,
  demoBranch,
  demoCentre,
  demoDoctors,
  demoInsuranceGroup,
  demoInsurer,
  demoOrganisations,
  demoOutsourceLab,
  demoStaff,
  demoStation,
} from './laboratory.ts';
export { type DemoPatient, demoPatients } from './patients.ts';
