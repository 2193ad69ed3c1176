import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import { ageAt, civilMoment, formatAge } from '../../../shared/patients/age.ts';
import type { Birth, Patient, Sex } from '../../../shared/patients/schema.ts';
import { keysetPage, type ScopedReads } from '../kernel/index.ts';

/** A patient as lists show it. */
export interface PatientRow {
  id: string;
  number: string;
  fullName: string;
  sex: Sex;
  ageText: string;
  phone?: string;
  createdAt: string;
}

/** How lists and labels tell the age: `34 y`, `8 mo`, `5 d`; empty when unknown. */
export function ageText(birth: Birth | undefined, at: Date, timeZone: string): string {
  const age = birth && ageAt(birth, civilMoment(at, timeZone));
  return age ? formatAge(age) : '';
}

/** A page of patients, the newest first. */
export function listPatients(reads: ScopedReads, page: PageInput, now: Date, timeZone: string): Page<PatientRow> {
  const { rows, nextCursor } = keysetPage(reads, 'patients', {}, 'createdAt', page);
  return { rows: rows.map((patient) => patientRow(patient, now, timeZone)), nextCursor };
}

/** A patient as a row of a list. */
export function patientRow(patient: Stored<Patient>, now: Date, timeZone: string): PatientRow {
  const { id, number, fullName, sex, birth, phone, createdAt } = patient;
  return { id, number, fullName, sex, ageText: ageText(birth, now, timeZone), phone, createdAt };
}

/**
 * Patients that may be the one being typed: same phone, same national id, or same name with the same date of birth. Four
 * statements at most, each by an index.
 */
export function similarPatients(
  reads: ScopedReads,
  typed: { fullName?: string; phone?: string; dateOfBirth?: string; nationalId?: string },
): Stored<Patient>[] {
  const keys = [typed.phone, typed.nationalId].filter((key): key is string => !!key && key.length >= 5);
  const found = new Map<string, Stored<Patient>>();
  for (const patients of reads.byKeys('patients', keys).values()) {
    for (const patient of patients) found.set(patient.id, patient);
  }
  if (typed.fullName && typed.fullName.length >= 3) {
    const sameName = reads.find('patients', { selector: { fullName: { $eq: typed.fullName } }, limit: 20 });
    for (const patient of sameName) {
      if (!typed.dateOfBirth || !patient.birth || patient.birth.date.startsWith(typed.dateOfBirth)) {
        found.set(patient.id, patient);
      }
    }
  }
  return [...found.values()].filter((patient) => !patient.mergedInto).slice(0, 10);
}
