import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type BirthMoment, civilMoment, readBirth } from '../../../shared/patients/age.ts';
import { type Contact, readContact } from '../../../shared/patients/contact.ts';
import { validateNationalId } from '../../../shared/patients/national-id.ts';
import type { ChangePatient, RegisterPatient } from '../../../shared/patients/register.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import {
  type Change,
  conflict,
  type Kernel,
  refuseIfInvalid,
  requirePermission,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { validateInsurance } from './insurance.ts';
import { validateStrictCheck } from './strict-check.ts';

/** Input as the rules left it: either errors, or what can be stored. */
interface Checked {
  errors: FieldError[];
  birth: BirthMoment | undefined;
  contact: Contact | undefined;
}

/**
 * Registers a patient (reference: registration.py). All input errors are returned at once, each with its field; the
 * patient, its number and the activity entry are one commit.
 */
export function registerPatient(kernel: Kernel, session: Session, input: RegisterPatient): Stored<Patient> {
  validatePatientAction(session);
  return kernel.change(session, (work) => {
    const { errors, birth, contact } = validate(work, input);
    refuseIfInvalid(errors);
    if (!contact) throw new Error('contact rules gave neither a contact nor an error');
    const patient = work.insert('patients', {
      number: `${kernel.station().prefix}-P${String(work.nextNumber('patient')).padStart(6, '0')}`,
      fullName: input.fullName,
      sex: input.sex,
      birth,
      ...contact,
      address: input.address,
      nationalIds: input.nationalIds,
      insurances: input.insurances,
      idProofs: [],
      note: input.note,
    });
    work.record('patient.created', {
      values: { name: patient.fullName, number: patient.number },
      subject: { collection: 'patients', id: patient.id },
      patientId: patient.id,
    });
    return patient;
  });
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
    const change = changeOf(work, current, input.change);
    const fields = Object.keys(change).filter((name) => {
      const field = name as keyof Patient;
      return JSON.stringify(current[field]) !== JSON.stringify(change[field]);
    });
    refuseIfInvalid(validateStrictCheck(session, current, fields));
    if (fields.length === 0) return current;
    const patient = work.update('patients', current, change);
    work.record('patient.updated', {
      values: { name: patient.fullName, number: patient.number, fields: fields.join(', ') },
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

/** Reference: UserDetails.validate, the master validation: every rule runs, all errors come together. */
function validate(work: Work, input: RegisterPatient): Checked {
  const centre = centreOf(work);
  const now = civilMoment(new Date(work.now), centre.timeZone);
  const birth = readBirth(input, now);
  const contact = readContact(input, centre.country);
  const errors = [
    ...('errors' in birth ? birth.errors : []),
    ...('errors' in contact ? contact.errors : []),
    ...input.nationalIds.flatMap((id, index) => validateNationalId(id, `nationalIds.${index}`)),
    ...validateInsurance(work, input.insurances, now),
  ];
  return {
    errors,
    birth: 'birth' in birth ? birth.birth : undefined,
    contact: 'contact' in contact ? contact.contact : undefined,
  };
}

/** The stored fields that a change sets, with the same rules as registration on what the patient would be. */
function changeOf(work: Work, current: Stored<Patient>, change: ChangePatient): Change<Patient> {
  const { dateOfBirth, timeOfBirth, age, ...rest } = change;
  const bornAnew = dateOfBirth !== undefined || age !== undefined;
  const input: RegisterPatient = {
    fullName: rest.fullName ?? current.fullName,
    sex: rest.sex ?? current.sex,
    ...(bornAnew
      ? { dateOfBirth, timeOfBirth, age }
      : { dateOfBirth: current.birth?.date, timeOfBirth: current.birth?.time }),
    phone: rest.phone === undefined ? current.phone : (rest.phone ?? undefined),
    otherPhones: rest.otherPhones ?? current.otherPhones,
    email: rest.email === undefined ? current.email : (rest.email ?? undefined),
    consent: rest.consent ?? current.consent,
    address: rest.address === undefined ? current.address : (rest.address ?? undefined),
    nationalIds: rest.nationalIds ?? current.nationalIds,
    insurances: rest.insurances ?? current.insurances,
    note: rest.note === undefined ? current.note : (rest.note ?? undefined),
  };
  const { errors, birth, contact } = validate(work, input);
  refuseIfInvalid(errors);
  return {
    fullName: input.fullName,
    sex: input.sex,
    birth: bornAnew ? birth : current.birth,
    phone: contact?.phone,
    otherPhones: contact?.otherPhones ?? [],
    email: contact?.email,
    consent: input.consent,
    address: input.address,
    nationalIds: input.nationalIds,
    insurances: input.insurances,
    note: input.note,
  };
}
