import { patientSchema } from '../../../shared/patients/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Patients (reference: UserDetails). */
export const patientsCollection: CollectionDefinition<'patients'> = {
  name: 'patients',
  schema: patientSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'createdAt'],
    ['labId', 'fullName'],
  ],
  lookupKeys: (patient) => [
    patient.number,
    ...(patient.phone ? phoneKeys(patient.phone) : []),
    ...patient.otherPhones.flatMap(phoneKeys),
    ...patient.nationalIds.map((id) => id.value),
  ],
  allowIndividualInstanceCaching: true,
  replicates: () => true,
};

/** People type a number with or without its country code: both begin a key. */
function phoneKeys(e164: string): string[] {
  const digits = e164.replace(/\D/g, '');
  return [digits, digits.slice(-10), digits.slice(-8)];
}
