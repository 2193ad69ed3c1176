import type { FieldError } from '../../../shared/kernel/errors.ts';
import { ageAt, type CivilMoment } from '../../../shared/patients/age.ts';
import { readContact } from '../../../shared/patients/contact.ts';
import { adultYears } from '../../../shared/patients/guardian.ts';
import type { Relative } from '../../../shared/patients/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';

const nobodyAgreed = { sms: false, whatsapp: false, email: false };

/**
 * Relatives of a patient: each is another patient or a named person, not the patient, not merged into another; a guardian is
 * of age as far as that is known. One statement.
 * @param patientId the patient itself, where it exists already
 * @returns the errors, and the relatives with their phones in E.164
 */
export function checkFamily(
  reads: ScopedReads,
  family: readonly Relative[],
  { patientId, now, country }: { patientId: string | undefined; now: CivilMoment; country: string },
): { errors: FieldError[]; family: Relative[] } {
  if (family.length === 0) return { errors: [], family: [] };
  const others = reads.mapOf(
    'patients',
    family.map((relative) => relative.patientId),
  );
  const errors: FieldError[] = [];
  const checked = family.map((relative, index): Relative => {
    const field = `family.${index}`;
    const add = (part: string, code: string, message: string, remedy: string) =>
      errors.push({ field: `${field}.${part}`, code, message, remedy });
    const other = relative.patientId === undefined ? undefined : others.get(relative.patientId);
    if ((relative.patientId === undefined) === (relative.name === undefined)) {
      add('name', 'family.who', 'Who this is is missing', 'Choose a patient or enter a name.');
    } else if (relative.patientId !== undefined && relative.patientId === patientId) {
      add('patientId', 'family.self', 'This is the patient itself', 'Choose somebody else.');
    } else if (relative.patientId !== undefined && !other) {
      add('patientId', 'family.missing', 'There is no such patient', 'Choose one from the list.');
    } else if (other?.mergedInto) {
      add('patientId', 'family.merged', `${other.fullName} was merged into another patient`, 'Choose that patient.');
    }
    const isGuardian = relative.guardian || relative.relation === 'guardian';
    const age = other?.birth && ageAt(other.birth, now);
    if (isGuardian && age && age.years < adultYears) {
      add('guardian', 'family.minorGuardian', `${other.fullName} is not of age`, 'Choose an adult as guardian.');
    }
    return { ...relative, phone: readPhone(relative.phone, `${field}.phone`, country, errors) };
  });
  return { errors, family: checked };
}

function readPhone(
  typed: string | undefined,
  field: string,
  country: string,
  errors: FieldError[],
): string | undefined {
  const result = readContact({ phone: typed, otherPhones: [], consent: nobodyAgreed }, country);
  if ('contact' in result) return result.contact.phone;
  errors.push(...result.errors.map((error) => ({ ...error, field })));
  return undefined;
}
