import type { DirectoryEntry, EntryInput } from '../../../shared/directory/entries.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { readContact } from '../../../shared/patients/contact.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { isEntry } from './queries.ts';

/** What the rules need of the laboratory, for any number of entries. */
export interface Surroundings {
  readonly country: string;
  /** Entries by code, of any kind. */
  readonly byCode: ReadonlyMap<string, readonly Stored<DirectoryEntry>[]>;
  readonly priceLists: ReadonlySet<string>;
  readonly tests: ReadonlySet<string>;
  readonly insurers: ReadonlySet<string>;
}

/** Loads what checking these entries needs, in six statements, however many they are. */
export function surroundingsOf(reads: ScopedReads, country: string, inputs: readonly EntryInput[]): Surroundings {
  const codes = inputs.map(({ code }) => code).filter(Boolean);
  const byCode = [...reads.byKeys('directory', codes)].map(
    ([code, found]) => [code, found.filter(isEntry).filter((entry) => entry.code === code)] as const,
  );
  const named = inputs.flatMap((input) => [...testsOf(input), ...priceListOf(input)]);
  const catalogue = [...reads.byKeys('catalogue', [...new Set(named)]).values()].flat();
  const insurers = reads.mapOf(
    'directory',
    inputs.map((input) => (input.kind === 'insuranceGroup' ? input.insurerId : undefined)),
  );
  return {
    country,
    byCode: new Map(byCode),
    priceLists: new Set(catalogue.filter(({ kind }) => kind === 'priceList').map(({ code }) => code)),
    tests: new Set(catalogue.filter(({ kind }) => kind === 'test' || kind === 'profile').map(({ code }) => code)),
    insurers: new Set([...insurers.values()].filter(({ kind }) => kind === 'insurer').map(({ id }) => id)),
  };
}

/**
 * The entry as it is stored (phones in E.164, empty texts left out), and everything wrong with it.
 * @param id of the entry that is changed; undefined for a new one
 */
export function checkEntry(
  around: Surroundings,
  input: EntryInput,
  id: string | undefined,
): { entry: EntryInput; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const same = around.byCode.get(input.code) ?? [];
  if (same.some((entry) => entry.kind === input.kind && entry.id !== id)) {
    errors.push({
      field: 'code',
      code: 'taken',
      message: `The code ${input.code} is taken`,
      remedy: 'Choose another.',
    });
  }
  for (const code of priceListOf(input)) {
    if (!around.priceLists.has(code)) errors.push(unknown('priceList', `There is no price list ${code}`));
  }
  const tests = testsOf(input);
  const missing = tests.filter((code) => !around.tests.has(code));
  if (missing.length > 0) {
    errors.push(unknown(testFields[input.kind], `Not in the catalogue: ${[...new Set(missing)].join(', ')}`));
  }
  if (input.kind === 'outsourceLab' && new Set(tests).size < tests.length) {
    const twice = tests.filter((code, index) => tests.indexOf(code) < index);
    errors.push({ field: 'tests', code: 'duplicate', message: `Stands twice: ${[...new Set(twice)].join(', ')}` });
  }
  if (input.kind === 'insuranceGroup') {
    if (!around.insurers.has(input.insurerId)) errors.push(unknown('insurerId', 'This insurer does not exist'));
    return { entry: withoutEmpty(input), errors };
  }
  const contact = readContact(
    { phone: input.phone, email: input.email, otherPhones: [], consent: none },
    around.country,
  );
  if ('errors' in contact) return { entry: input, errors: [...errors, ...contact.errors] };
  const { phone, email } = contact.contact;
  return { entry: withoutEmpty({ ...input, phone, email }), errors };
}

const none = { sms: false, whatsapp: false, email: false };

const testFields: Record<EntryInput['kind'], string> = {
  doctor: 'tests',
  organisation: 'allowedTests',
  insurer: 'tests',
  insuranceGroup: 'excludedTests',
  outsourceLab: 'tests',
};

function testsOf(input: EntryInput): string[] {
  switch (input.kind) {
    case 'organisation':
      return input.allowedTests ?? [];
    case 'insuranceGroup':
      return input.excludedTests ?? [];
    case 'outsourceLab':
      return input.tests.map(({ test }) => test);
    case 'doctor':
    case 'insurer':
      return [];
    default:
      return input satisfies never;
  }
}

function priceListOf(input: EntryInput): string[] {
  return 'priceList' in input && input.priceList !== undefined ? [input.priceList] : [];
}

function unknown(field: string, message: string): FieldError {
  return { field, code: 'unknown', message, remedy: 'Choose from the list.' };
}

/** Texts without anything in them, and lists without a member that mean "no limit", are left out. */
function withoutEmpty<E extends EntryInput>(input: E): E {
  const kept = Object.entries(input).filter(([field, value]) => {
    if (value === undefined || (typeof value === 'string' && value.trim() === '' && field !== 'code')) return false;
    return !(Array.isArray(value) && value.length === 0 && field !== 'tests');
  });
  return Object.fromEntries(kept) as E;
}
