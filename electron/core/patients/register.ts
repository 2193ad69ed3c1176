import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { ChangePatient, RegisterPatient } from '../../../shared/patients/register.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import {
  type Change,
  conflict,
  invalid,
  type Kernel,
  refuseIfInvalid,
  requirePermission,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { changesText } from './changes-text.ts';
import { validateStrictCheck } from './strict-check.ts';
import { type CheckedPatient, checkPatient, surroundingsOf } from './validate.ts';

/**
 * Registers a patient (reference: registration.py). All input errors are returned at once, each with its field; the
 * patient, its number and the activity entry are one commit.
 */
export function registerPatient(kernel: Kernel, session: Session, input: RegisterPatient): Stored<Patient> {
  validatePatientAction(session);
  return kernel.change(session, (work) => {
    const checked = checkPatient(work, input, surroundingsOf(work, new Date(work.now)));
    refuseIfInvalid(checked.errors);
    const patient = work.insert(
      'patients',
      newPatient(patientNumber(kernel.station().prefix, work.nextNumber('patient')), input, checked),
    );
    work.record('patient.created', {
      values: { name: patient.fullName, number: patient.number },
      subject: { collection: 'patients', id: patient.id },
      patientId: patient.id,
    });
    return patient;
  });
}

/** How people read a patient's number: the station that gave it and its count. */
export function patientNumber(prefix: string, count: number): string {
  return `${prefix}-P${String(count).padStart(6, '0')}`;
}

/** The document of a checked registration. */
export function newPatient(
  number: string,
  input: RegisterPatient,
  { birth, contact, nationalIds, family }: CheckedPatient,
): NewDocument<Patient> {
  if (!contact) throw new Error('contact rules gave neither a contact nor an error');
  return {
    number,
    fullName: input.fullName,
    sex: input.sex,
    birth,
    ...contact,
    address: input.address,
    nationalIds,
    insurances: input.insurances,
    idProofs: [],
    note: input.note,
    warning: input.warning,
    family: family.length > 0 ? family : undefined,
    allowedTests: input.allowedTests,
    otherNumbers: input.otherNumbers,
  };
}

/** Changes a patient as it was read at `revision`; a newer state on disk is a conflict, nothing is written. */
export function updatePatient(
  kernel: Kernel,
  session: Session,
  input: { id: string; revision: string; change: ChangePatient },
): Stored<Patient> {
  return kernel.change(session, (work) => {
    const current = work.need('patients', input.id);
    if (current._rev !== input.revision) throw conflict('patients', input.id);
    refuseIfMerged(current);
    const { change, errors } = changeOf(work, current, input.change);
    const fields = (Object.keys(change) as (keyof Patient)[]).filter(
      (field) => JSON.stringify(current[field]) !== JSON.stringify(change[field]),
    );
    refuseIfInvalid([...errors, ...validateStrictCheck(session, current, fields)]);
    if (fields.length === 0) return current;
    const patient = work.update('patients', current, change);
    work.record('patient.updated', {
      values: { name: patient.fullName, number: patient.number, fields: changesText(current, patient, fields) },
      subject: { collection: 'patients', id: patient.id },
      patientId: patient.id,
    });
    return patient;
  });
}

/** Reference: validate_patient_action, whose flag is `userAddNewPatientFlag`. */
export function validatePatientAction(session: Session): void {
  requirePermission(session, 'patient.create');
}

/** A merged patient is history: what is to be changed stands on the one it was merged into. */
export function refuseIfMerged(patient: Patient): void {
  if (!patient.mergedInto) return;
  const message = `${patient.fullName} (${patient.number}) was merged into another patient`;
  throw invalid('id', 'patient.merged', message, 'Change that patient, or take the merge back.');
}

/** The stored fields that a change sets, with the same rules as registration on what the patient would be. */
function changeOf(
  work: Work,
  current: Stored<Patient>,
  change: ChangePatient,
): { change: Change<Patient>; errors: FieldError[] } {
  const { dateOfBirth, timeOfBirth, age, ...rest } = change;
  const bornAnew = dateOfBirth !== undefined || age !== undefined;
  /** What is left out stays, null clears. */
  const after = <T>(changed: T | null | undefined, before: T | undefined): T | undefined =>
    changed === undefined ? before : (changed ?? undefined);
  const input: RegisterPatient = {
    fullName: rest.fullName ?? current.fullName,
    sex: rest.sex ?? current.sex,
    ...(bornAnew ? { dateOfBirth, timeOfBirth, age } : {}),
    phone: after(rest.phone, current.phone),
    otherPhones: rest.otherPhones ?? current.otherPhones,
    email: after(rest.email, current.email),
    consent: rest.consent ?? current.consent,
    address: after(rest.address, current.address),
    nationalIds: rest.nationalIds ?? current.nationalIds,
    insurances: rest.insurances ?? current.insurances,
    note: after(rest.note, current.note),
    warning: after(rest.warning, current.warning),
    family: rest.family ?? current.family,
    allowedTests: after(rest.allowedTests, current.allowedTests),
    otherNumbers: rest.otherNumbers ?? current.otherNumbers,
  };
  const surroundings = surroundingsOf(work, new Date(work.now));
  const checked = checkPatient(work, input, { ...surroundings, current, keepBirth: !bornAnew });
  const { errors, birth, contact, nationalIds, family } = checked;
  const fields = {
    fullName: input.fullName,
    sex: input.sex,
    birth: bornAnew ? birth : current.birth,
    phone: contact?.phone,
    otherPhones: contact?.otherPhones ?? [],
    email: contact?.email,
    consent: input.consent,
    address: input.address,
    nationalIds,
    insurances: input.insurances,
    note: input.note,
    warning: input.warning,
    family: family.length > 0 ? family : undefined,
    allowedTests: input.allowedTests,
    otherNumbers: input.otherNumbers,
  };
  return { errors, change: fields };
}
