import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { ageAt, civilMoment, formatAge } from '../../../shared/patients/age.ts';
import type { ListPatients } from '../../../shared/patients/list.ts';
import { birthFits, nameAndYearKey } from '../../../shared/patients/name-key.ts';
import { normaliseNationalId } from '../../../shared/patients/national-id.ts';
import type { Birth, Patient, Relative, Sex } from '../../../shared/patients/schema.ts';
import { keysetPage, refuseIfInvalid, type ScopedReads } from '../kernel/index.ts';
import { relativesOf } from './references.ts';

/** A patient as lists show it. */
export interface PatientRow {
  id: string;
  number: string;
  fullName: string;
  sex: Sex;
  ageText: string;
  phone?: string;
  createdAt: string;
  warning?: string;
}

/** How lists and labels tell the age: `34 y`, `8 mo`, `5 d`; empty when unknown. */
export function ageText(birth: Birth | undefined, at: Date, timeZone: string): string {
  const age = birth && ageAt(birth, civilMoment(at, timeZone));
  return age ? formatAge(age) : '';
}

/** A page of patients, the newest first, those that were merged into others left out. */
export function listPatients(reads: ScopedReads, input: ListPatients, now: Date, timeZone: string): Page<PatientRow> {
  const { rows, nextCursor } = pageOfPatients(reads, input, timeZone);
  return { rows: rows.map((patient) => patientRow(patient, now, timeZone)), nextCursor };
}

/** The same page as whole documents, for whoever shows more than a row. One statement. */
export function pageOfPatients(
  reads: ScopedReads,
  { from, to, sex, ...page }: ListPatients,
  timeZone: string,
): Page<Stored<Patient>> {
  const backwards: FieldError = { field: 'to', code: 'range.order', message: 'The range ends before it begins' };
  refuseIfInvalid(from && to && to < from ? [backwards] : []);
  const registered = {
    ...(from ? { $gte: startOfDay(from, timeZone) } : {}),
    ...(to ? { $lt: startOfDay(nextDay(to), timeZone) } : {}),
  };
  const selector = {
    mergedInto: { $exists: false },
    ...(from || to ? { createdAt: registered } : {}),
    ...(sex ? { sex: { $eq: sex } } : {}),
  };
  return keysetPage(reads, 'patients', selector, 'createdAt', page);
}

/** A patient as a row of a list. */
export function patientRow(patient: Stored<Patient>, now: Date, timeZone: string): PatientRow {
  const { id, number, fullName, sex, birth, phone, createdAt, warning } = patient;
  return { id, number, fullName, sex, ageText: ageText(birth, now, timeZone), phone, createdAt, warning };
}

/** What reception has typed so far of somebody new. */
export interface TypedPatient {
  readonly fullName?: string;
  readonly phone?: string;
  /** `YYYY-MM-DD`, or as much as is known. */
  readonly dateOfBirth?: string;
  readonly nationalId?: string;
}

const mostCandidates = 60;
const mostShown = 10;

/**
 * Patients that may be the one being typed: same phone, same national id, or the same name (words in any order, spelling of
 * vowels and doubled letters aside) with a date of birth that fits; without a date, exactly the same name. Three statements at
 * most, each bounded and by an index, whatever the number of patients.
 */
export function similarPatients(reads: ScopedReads, typed: TypedPatient): Stored<Patient>[] {
  const { fullName = '', phone = '', nationalId = '', dateOfBirth } = typed;
  const named = fullName.trim().length >= 3;
  const numbers = [phone, normaliseNationalId(nationalId)].filter((key) => key.length >= 5);
  const years = dateOfBirth && named ? [-1, 0, 1].map((off) => Number(dateOfBirth.slice(0, 4)) + off) : [];
  const names = years.map((year) => nameAndYearKey(fullName, year));
  const found = new Map<string, Stored<Patient>>();
  for (const [key, patients] of reads.byKeys('patients', [...numbers, ...names], mostCandidates)) {
    const byNumber = numbers.includes(key);
    for (const patient of patients) {
      const fits = byNumber || (dateOfBirth && patient.birth && birthFits(patient.birth, dateOfBirth));
      if (fits) found.set(patient.id, patient);
    }
  }
  if (named && !dateOfBirth) {
    const sameName = reads.find('patients', {
      selector: { fullName: { $eq: fullName.trim() } },
      // In the order of the names' index; in any other order all patients would be walked through.
      sort: [{ fullName: 'asc' }, { id: 'asc' }],
      limit: 20,
    });
    for (const patient of sameName) if (!patient.mergedInto) found.set(patient.id, patient);
  }
  return [...found.values()].slice(0, mostShown);
}

/** Somebody of the family as the patient's screen shows it. */
export interface RelativeRow {
  readonly relation: Relative['relation'];
  readonly guardian: boolean;
  readonly patientId?: string;
  readonly name: string;
  readonly phone?: string;
}

/** What the patient's screen shows besides the document: the family with names, insurers, tests and other patients by name. */
export interface PatientSurroundings {
  readonly family: RelativeRow[];
  /** Patients whose family names this one. */
  readonly namedBy: { patientId: string; name: string; relation: Relative['relation'] }[];
  /** Names of insurers and groups, by id. */
  readonly insurers: Record<string, string>;
  /** Code and name of the tests that the patient is limited to, by id. */
  readonly tests: Record<string, { code: string; name: string }>;
  /** Who the patient was merged into. */
  readonly mergedInto?: { id: string; fullName: string; number: string };
}

/** Six statements at most, whatever the patient has. */
export function surroundingsOfPatient(reads: ScopedReads, patient: Stored<Patient>): PatientSurroundings {
  const { family = [], insurances, allowedTests = [], mergedInto } = patient;
  const people = reads.mapOf('patients', [...family.map(({ patientId }) => patientId), mergedInto]);
  const entries = reads.mapOf(
    'directory',
    insurances.flatMap(({ insurerId, groupId }) => [insurerId, groupId]),
  );
  const tests = reads.mapOf('catalogue', allowedTests);
  const into = mergedInto === undefined ? undefined : people.get(mergedInto);
  return {
    family: family.map(({ relation, guardian, patientId, name, phone }) => {
      const other = patientId === undefined ? undefined : people.get(patientId);
      return {
        relation,
        guardian: guardian === true || relation === 'guardian',
        patientId,
        name: other?.fullName ?? name ?? '',
        phone: phone ?? other?.phone,
      };
    }),
    namedBy: relativesOf(reads, patient.id).flatMap((other) =>
      (other.family ?? [])
        .filter(({ patientId }) => patientId === patient.id)
        .map(({ relation }) => ({ patientId: other.id, name: other.fullName, relation })),
    ),
    insurers: Object.fromEntries(
      [...entries.values()].flatMap((entry) => ('name' in entry ? [[entry.id, entry.name]] : [])),
    ),
    tests: Object.fromEntries(
      [...tests.values()].flatMap((test) =>
        test.kind === 'test' || test.kind === 'profile' ? [[test.id, { code: test.code, name: test.name }]] : [],
      ),
    ),
    mergedInto: into && { id: into.id, fullName: into.fullName, number: into.number },
  };
}
