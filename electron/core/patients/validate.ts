import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type BirthMoment, type CivilMoment, civilMoment, readBirth } from '../../../shared/patients/age.ts';
import { type Contact, readContact } from '../../../shared/patients/contact.ts';
import { normaliseNationalId, validateNationalId } from '../../../shared/patients/national-id.ts';
import type { RegisterPatient } from '../../../shared/patients/register.ts';
import type { Patient, Relative } from '../../../shared/patients/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { checkFamily } from './family.ts';
import { validateInsurance } from './insurance.ts';

/** What the rules need besides the input: read once, also for a whole file of patients. */
export interface Surroundings {
  readonly now: CivilMoment;
  readonly country: string;
  /** The patient as stored, when it is changed. */
  readonly current?: Stored<Patient>;
  /** The birth is not entered anew and stays as it is. */
  readonly keepBirth?: boolean;
}

/** Input as the rules left it: either errors, or what can be stored. */
export interface CheckedPatient {
  readonly errors: FieldError[];
  readonly birth: BirthMoment | undefined;
  readonly contact: Contact | undefined;
  /** Normalised. */
  readonly nationalIds: Patient['nationalIds'];
  readonly family: Relative[];
}

/** The centre's country and its civil time. */
export function surroundingsOf(reads: ScopedReads, now: Date): Surroundings {
  const { timeZone, country } = centreOf(reads);
  return { now: civilMoment(now, timeZone), country };
}

/** Reference: UserDetails.validate, the master validation: every rule runs, all errors come together, each at its field. */
export function checkPatient(reads: ScopedReads, input: RegisterPatient, surroundings: Surroundings): CheckedPatient {
  const { now, country, current, keepBirth } = surroundings;
  const birth = keepBirth ? undefined : readBirth(input, now);
  const contact = readContact(input, country);
  const family = checkFamily(reads, input.family ?? [], { patientId: current?.id, now, country });
  const nationalIds = input.nationalIds.map((id) => ({ ...id, value: normaliseNationalId(id.value) }));
  const errors = [
    ...(birth && 'errors' in birth ? birth.errors : []),
    ...('errors' in contact ? contact.errors : []),
    ...input.nationalIds.flatMap((id, index) => validateNationalId(id, `nationalIds.${index}`)),
    ...repeatedIds(nationalIds),
    ...validateInsurance(reads, input.insurances, now, current?.insurances),
    ...family.errors,
    ...allowedTestErrors(reads, input.allowedTests, current?.allowedTests),
  ];
  return {
    errors,
    birth: birth && 'birth' in birth ? birth.birth : undefined,
    contact: 'contact' in contact ? contact.contact : undefined,
    nationalIds,
    family: family.family,
  };
}

function repeatedIds(ids: Patient['nationalIds']): FieldError[] {
  const keys = ids.map(({ country, type, value }) => `${country} ${type} ${value}`);
  return keys.flatMap((key, index) => {
    if (keys.indexOf(key) === index) return [];
    const message = 'This national id stands twice';
    return [
      { field: `nationalIds.${index}.value`, code: 'nationalId.twice', message, remedy: 'Remove one of the two.' },
    ];
  });
}

/** Tests that a patient is limited to have to be in the catalogue when they are added; those that stood there may go later. */
function allowedTestErrors(
  reads: ScopedReads,
  wanted: readonly string[] | undefined,
  before: readonly string[] | undefined,
): FieldError[] {
  const added = (wanted ?? []).filter((id) => !before?.includes(id));
  if (added.length === 0) return [];
  const tests = reads.mapOf('catalogue', added);
  const unknown = added.filter((id) => {
    const kind = tests.get(id)?.kind;
    return kind !== 'test' && kind !== 'profile';
  });
  if (unknown.length === 0) return [];
  const message = unknown.length === 1 ? 'One test is not in the catalogue' : `${unknown.length} tests are not there`;
  return [{ field: 'allowedTests', code: 'allowedTests.unknown', message, remedy: 'Choose tests of the catalogue.' }];
}
