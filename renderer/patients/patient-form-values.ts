import { ageAt, civilMoment, formatAge, readBirth } from '../../shared/patients/age.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import type { RegisterPatient } from '../../shared/patients/register.ts';
import type { Patient, Sex } from '../../shared/patients/schema.ts';
import type { Format } from '../app/format.ts';
import { words } from '../words/index.ts';
import { birthText, readBirthText } from './birth-text.ts';

/** The form of a patient: all text as typed. */
export interface PatientValues {
  fullName: string;
  sex: Sex | '';
  birth: string;
  phone: string;
  otherPhones: string[];
  email: string;
  consent: Patient['consent'];
  address: string;
  nationalIds: { country: string; type: string; value: string }[];
  note: string;
}

/** A form with nothing in it. Nobody has agreed to anything before being asked. */
export const emptyPatient: PatientValues = {
  fullName: '',
  sex: '',
  birth: '',
  phone: '',
  otherPhones: [],
  email: '',
  consent: { sms: false, whatsapp: false, email: false },
  address: '',
  nationalIds: [],
  note: '',
};

/** The form of a registered patient. */
export function valuesOf(patient: Patient, locale: string): PatientValues {
  return {
    fullName: patient.fullName,
    sex: patient.sex,
    birth: patient.birth ? birthText(patient.birth.date, patient.birth.precision, locale) : '',
    phone: patient.phone ? formatPhone(patient.phone) : '',
    otherPhones: patient.otherPhones,
    email: patient.email ?? '',
    consent: patient.consent,
    address: patient.address ?? '',
    nationalIds: patient.nationalIds.map(({ country, type, value }) => ({ country, type, value })),
    note: patient.note ?? '',
  };
}

/** Only what the core cannot say: whether the birth can be read at all, and that a sex was chosen. */
export function problemsOf(
  values: PatientValues,
  locale: string,
): Partial<Record<'birth' | 'sex' | 'fullName', string>> {
  return {
    ...(values.fullName.trim() === '' ? { fullName: words.patients.nameRequired } : {}),
    ...(values.sex === '' ? { sex: words.patients.sexRequired } : {}),
    ...(values.birth.trim() === ''
      ? { birth: words.patients.birthRequired }
      : readBirthText(values.birth, locale)
        ? {}
        : { birth: words.patients.birthUnreadable }),
  };
}

/** What the API takes. Empty fields are left out. */
export function inputOf(values: PatientValues, locale: string): RegisterPatient {
  const text = (value: string) => value.trim() || undefined;
  return {
    fullName: values.fullName.trim(),
    sex: values.sex === '' ? 'unknown' : values.sex,
    ...readBirthText(values.birth, locale),
    phone: text(values.phone),
    otherPhones: values.otherPhones,
    email: text(values.email),
    consent: values.consent,
    address: text(values.address),
    nationalIds: values.nationalIds.filter((id) => id.value.trim() !== ''),
    insurances: [],
    note: text(values.note),
  };
}

/** The form's field for an error of the API: there is one field for everything about the birth. */
export function fieldOf(apiField: string): string {
  return /^(dateOfBirth|timeOfBirth|age)\b/.test(apiField) || apiField === 'birth' ? 'birth' : apiField;
}

/** How the typed birth is understood: `34 y, born about 24 Nov 1991`; undefined where the rules refuse it. */
export function birthMeaning(typed: string, format: Format): string | undefined {
  const input = readBirthText(typed, format.locale);
  if (!input) return undefined;
  const now = civilMoment(new Date(), format.timeZone);
  const read = readBirth(input, now);
  if ('errors' in read) return undefined;
  const age = ageAt(read.birth, now);
  const day = format.day(read.birth.date);
  const born = read.birth.precision === 'exact' ? words.patients.born(day) : words.patients.bornAbout(day);
  return age ? `${formatAge(age)}, ${born}` : born;
}
