import { nameAndYearKey, relativeKey } from '../../../shared/patients/name-key.ts';
import { nationalIdKey } from '../../../shared/patients/national-id.ts';
import { type Patient, patientSchema } from '../../../shared/patients/schema.ts';
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
    ['labId', 'sex', 'createdAt'],
  ],
  lookupKeys: lookupKeysOf,
  lookupKeysVersion: 1,
  allowIndividualInstanceCaching: true,
  replicates: () => true,
};

/**
 * What finds a patient at once: numbers, phones, national ids, name with year of birth, and whom the family names. A merged
 * patient has no keys: it is found through the one it was merged into, which has its keys too.
 */
function lookupKeysOf(patient: Patient): string[] {
  if (patient.mergedInto) return [];
  return [
    ...ownKeys(patient),
    ...(patient.birth ? [nameAndYearKey(patient.fullName, patient.birth.date.slice(0, 4))] : []),
    ...(patient.family ?? []).flatMap(({ patientId }) => (patientId ? [relativeKey(patientId)] : [])),
    ...(patient.formerly ?? []).flatMap(({ keys }) => keys),
  ];
}

/** What people type or scan to find a patient. */
export function ownKeys(patient: Patient): string[] {
  return [
    patient.number,
    ...(patient.phone ? phoneKeys(patient.phone) : []),
    ...patient.otherPhones.flatMap(phoneKeys),
    ...patient.nationalIds.map(nationalIdKey),
    ...(patient.otherNumbers ?? []),
  ];
}

/** People type a number with or without its country code: both begin a key. */
function phoneKeys(e164: string): string[] {
  const digits = e164.replace(/\D/g, '');
  return [digits, digits.slice(-10), digits.slice(-8)];
}
