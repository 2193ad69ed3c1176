import { ageAt, civilMoment, formatAge, readBirth } from '../../shared/patients/age.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import { isMinorWithoutGuardian } from '../../shared/patients/guardian.ts';
import type { RegisterPatient } from '../../shared/patients/register.ts';
import type { Patient, Relative, Sex } from '../../shared/patients/schema.ts';
import { dayText, readDayText } from '../app/day-text.ts';
import type { Format } from '../app/format.ts';
import { words } from '../words/index.ts';
import { birthText, readBirthText } from './birth-text.ts';

/** The form of a patient: all text as typed. */
export interface PatientValues {
  fullName: string;
  sex: Sex | '';
  birth: string;
  phone: string;
  otherPhones: string;
  email: string;
  consent: Patient['consent'];
  address: string;
  nationalIds: { country: string; type: string; value: string }[];
  note: string;
  warning: string;
  /** Numbers separated by commas, as the other phones are. */
  otherNumbers: string;
  insurances: PolicyValues[];
  family: RelativeValues[];
  /** Ids of tests; none: no limit. */
  allowedTests: string[];
}

/** A policy as typed; days in the order of the lab's locale. */
export interface PolicyValues {
  insurerId: string;
  groupId: string;
  policyNumber: string;
  holderRelation: Patient['insurances'][number]['holderRelation'];
  holderName: string;
  validFrom: string;
  validTo: string;
}

/** A relative: a patient (then with its name, to show), or a name. */
export interface RelativeValues {
  relation: Relative['relation'];
  patientId: string;
  name: string;
  phone: string;
  guardian: boolean;
}

/** A form with nothing in it. Nobody has agreed to anything before being asked. */
export const emptyPatient: PatientValues = {
  fullName: '',
  sex: '',
  birth: '',
  phone: '',
  otherPhones: '',
  email: '',
  consent: { sms: false, whatsapp: false, email: false },
  address: '',
  nationalIds: [],
  note: '',
  warning: '',
  otherNumbers: '',
  insurances: [],
  family: [],
  allowedTests: [],
};

export const emptyPolicy: PolicyValues = {
  insurerId: '',
  groupId: '',
  policyNumber: '',
  holderRelation: 'self',
  holderName: '',
  validFrom: '',
  validTo: '',
};

export const emptyRelative: RelativeValues = {
  relation: 'parent',
  patientId: '',
  name: '',
  phone: '',
  guardian: false,
};

/**
 * The form of a registered patient.
 * @param names of the patients in its family, by id
 */
export function valuesOf(patient: Patient, locale: string, names: ReadonlyMap<string, string>): PatientValues {
  return {
    fullName: patient.fullName,
    sex: patient.sex,
    birth: patient.birth ? birthText(patient.birth.date, patient.birth.precision, locale) : '',
    phone: patient.phone ? formatPhone(patient.phone) : '',
    otherPhones: patient.otherPhones.map(formatPhone).join(', '),
    email: patient.email ?? '',
    consent: patient.consent,
    address: patient.address ?? '',
    nationalIds: patient.nationalIds.map(({ country, type, value }) => ({ country, type, value })),
    note: patient.note ?? '',
    warning: patient.warning ?? '',
    otherNumbers: (patient.otherNumbers ?? []).join(', '),
    insurances: patient.insurances.map((policy) => ({
      insurerId: policy.insurerId,
      groupId: policy.groupId ?? '',
      policyNumber: policy.policyNumber,
      holderRelation: policy.holderRelation,
      holderName: policy.holderName ?? '',
      validFrom: policy.validFrom ? dayText(policy.validFrom, locale) : '',
      validTo: policy.validTo ? dayText(policy.validTo, locale) : '',
    })),
    family: (patient.family ?? []).map(({ relation, patientId = '', name = '', phone, guardian = false }) => ({
      relation,
      patientId,
      name: names.get(patientId) ?? name,
      phone: phone ? formatPhone(phone) : '',
      guardian,
    })),
    allowedTests: patient.allowedTests ?? [],
  };
}

/** Only what the core cannot say: whether the birth can be read at all, and that a sex was chosen. */
export function problemsOf(values: PatientValues, locale: string): Record<string, string> {
  const days = values.insurances.flatMap((policy, index) =>
    (['validFrom', 'validTo'] as const)
      .filter((field) => policy[field].trim() !== '' && dayOf(policy[field], locale) === undefined)
      .map((field) => [`insurances.${index}.${field}`, words.patients.notADay] as const),
  );
  return {
    ...Object.fromEntries(days),
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
    otherPhones: listOf(values.otherPhones),
    email: text(values.email),
    consent: values.consent,
    address: text(values.address),
    nationalIds: values.nationalIds.filter((id) => id.value.trim() !== ''),
    insurances: values.insurances.map((policy) => ({
      insurerId: policy.insurerId,
      groupId: text(policy.groupId),
      policyNumber: policy.policyNumber.trim(),
      holderRelation: policy.holderRelation,
      holderName: policy.holderRelation === 'self' ? undefined : text(policy.holderName),
      validFrom: dayOf(policy.validFrom, locale),
      validTo: dayOf(policy.validTo, locale),
    })),
    note: text(values.note),
    warning: text(values.warning),
    family: values.family.map(({ relation, patientId, name, phone, guardian }) => ({
      relation,
      ...(patientId ? { patientId } : { name: text(name) }),
      phone: text(phone),
      guardian: guardian || undefined,
    })),
    allowedTests: values.allowedTests.length > 0 ? values.allowedTests : undefined,
    otherNumbers: values.otherNumbers.trim() === '' ? undefined : listOf(values.otherNumbers),
  };
}

/** What stands between commas. */
function listOf(text: string): string[] {
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean);
}

function dayOf(text: string, locale: string): string | undefined {
  return readDayText(text, locale, new Date().toISOString().slice(0, 10)) ?? undefined;
}

/** The form's field for an error of the API: there is one field for everything about the birth. */
export function fieldOf(apiField: string): string {
  if (/^(dateOfBirth|timeOfBirth|age)\b/.test(apiField) || apiField === 'birth') return 'birth';
  // One field holds them all.
  return apiField
    .replace(/^(otherPhones|otherNumbers|allowedTests)\.\d+$/, '$1')
    .replace(/^(family\.\d+)\.patientId$/, '$1.name');
}

/** Whether what is typed is a minor for whom nobody is named who consents. */
export function isAlone(values: PatientValues, format: Format): boolean {
  const input = readBirthText(values.birth, format.locale);
  const now = civilMoment(new Date(), format.timeZone);
  const read = input && readBirth(input, now);
  return (
    read !== null &&
    'birth' in read &&
    isMinorWithoutGuardian(
      { birth: read.birth, family: values.family.map(({ relation, guardian }) => ({ relation, guardian })) },
      now,
    )
  );
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
