import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import type { FieldError } from '../kernel/errors.ts';
import type { AgeUnit } from './age.ts';
import type { RegisterPatient } from './register.ts';
import type { Sex } from './schema.ts';

/** What a column of a file may hold. */
export const importFields = [
  'fullName',
  'firstName',
  'lastName',
  'sex',
  'dateOfBirth',
  'age',
  'phone',
  'otherPhone',
  'email',
  'address',
  'nationalId',
  'otherNumber',
  'note',
  'warning',
] as const;
export type ImportField = (typeof importFields)[number];

/** How days are written in the file; dates of a spreadsheet's own are understood whatever is chosen. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof dateOrders)[number];

export const importSettingsSchema = z.strictObject({
  /** For each column of the file the field it holds, or null: it is not imported. */
  columns: z.array(z.enum(importFields).nullable()).max(200),
  dateOrder: z.enum(dateOrders),
  /** The kind of the national ids; without it the column is not read. */
  nationalIdType: z.string().min(1).max(40),
  /** Rows that look like a patient who is there already: leave them out, or register them all the same. */
  duplicates: z.enum(['skip', 'import']),
});
export type ImportSettings = z.infer<typeof importSettingsSchema>;

export const checkImportSchema = z.strictObject({ id: idSchema, settings: importSettingsSchema });

/** Titles that people give to columns, folded; the first field that fits wins. */
const titles: readonly (readonly [ImportField, RegExp])[] = [
  ['firstName', /^(first|given|fore) ?name/],
  ['lastName', /^(last|family|sur) ?name|^surname/],
  [
    'otherNumber',
    /^(patient|mr|mrn|uhid|hospital|reg(istration)?|external|old|legacy)? ?(id|no|number|mrn|uhid|code)$|^mrn|^uhid/,
  ],
  ['nationalId', /national|aadhaar|aadhar|^pan$|ssn|passport|emirates|cpf|^nik$|identity/],
  ['fullName', /^(full|patient|patients)? ?name|^name|^patient$/],
  ['sex', /^(sex|gender)/],
  ['dateOfBirth', /birth|^dob|^d o b/],
  ['age', /^age/],
  ['otherPhone', /(other|alternate|second|home|landline).*(phone|mobile|contact|number)|^phone ?2/],
  ['phone', /phone|mobile|cell|contact|^tel/],
  ['email', /^e ?mail|mail/],
  ['address', /address|street|residence/],
  ['warning', /warning|alert|allerg/],
  ['note', /^note|remark|comment/],
];

/** A first guess of what the columns hold, by their titles; each field once. */
export function guessColumns(header: readonly string[]): (ImportField | null)[] {
  const taken = new Set<ImportField>();
  return header.map((title) => {
    const folded = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const found = titles.find(([field, pattern]) => !taken.has(field) && pattern.test(folded))?.[0] ?? null;
    if (found) taken.add(found);
    return found;
  });
}

/** The order of day, month and year that fits the sample; `dmy` where several do. */
export function guessDateOrder(sample: readonly string[]): DateOrder {
  const dates = sample.map((text) => text.trim()).filter(Boolean);
  const fits = (order: DateOrder) => dates.filter((text) => readDay(text, order) !== undefined).length;
  const [best = 'dmy'] = [...dateOrders].toSorted((a, b) => fits(b) - fits(a));
  return best;
}

/**
 * A row as what reception would have typed, or why its cells cannot be read. The rules of registration come after it.
 * @param country of the national ids, ISO 3166 alpha-2
 */
export function readRow(
  cells: readonly string[],
  { columns, dateOrder, nationalIdType }: ImportSettings,
  country: string,
): { input: RegisterPatient; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const cell = (field: ImportField): string | undefined => {
    const at = columns.indexOf(field);
    // Our own lists put an apostrophe before what a spreadsheet would take for a formula.
    return at < 0 ? undefined : cells[at]?.trim().replace(/^'(?=[=+\-@])/, '') || undefined;
  };
  const bad = (field: string, code: string, message: string, remedy: string) => {
    errors.push({ field, code, message, remedy });
    return undefined;
  };
  const long = (field: 'fullName' | 'address' | 'note' | 'warning' | 'otherNumber', most: number, value?: string) => {
    if (value === undefined || value.length <= most) return value;
    return bad(field, 'cell.tooLong', `The text has ${value.length} characters; ${most} is the most`, 'Shorten it.');
  };
  const name = cell('fullName') ?? [cell('firstName'), cell('lastName')].filter(Boolean).join(' ');
  const fullName = long('fullName', 200, name) ?? '';
  if (name === '') bad('fullName', 'name.missing', 'The name is missing', 'Enter it.');
  const sexText = cell('sex');
  const sex = readSex(sexText);
  if (!sex) bad('sex', 'sex.unreadable', `"${sexText}" is no sex`, 'Enter M, F, other or unknown.');
  const dateText = cell('dateOfBirth');
  const dateOfBirth = dateText === undefined ? undefined : readDay(dateText, dateOrder);
  if (dateText !== undefined && dateOfBirth === undefined) {
    bad('dateOfBirth', 'date.unreadable', `"${dateText}" is no day`, 'Enter it like 1990-05-17.');
  }
  const ageText = dateText === undefined ? cell('age') : undefined;
  const age = ageText === undefined ? undefined : readAge(ageText);
  if (ageText !== undefined && !age)
    bad('age', 'age.unreadable', `"${ageText}" is no age`, 'Enter it like 34 or 8 months.');
  const nationalId = cell('nationalId');
  const otherNumber = long('otherNumber', 40, cell('otherNumber'));
  return {
    errors,
    input: {
      fullName,
      sex: sex ?? 'unknown',
      dateOfBirth,
      age,
      phone: cell('phone')?.slice(0, 60),
      otherPhones: [cell('otherPhone')].flatMap((phone) => (phone ? [phone.slice(0, 60)] : [])),
      email: cell('email')?.slice(0, 320),
      // Nobody was asked: nothing is sent to people who only stood in a file.
      consent: { sms: false, whatsapp: false, email: false },
      address: long('address', 500, cell('address')),
      nationalIds: nationalId ? [{ country, type: nationalIdType, value: nationalId.slice(0, 60) }] : [],
      insurances: [],
      note: long('note', 2000, cell('note')),
      warning: long('warning', 300, cell('warning')),
      otherNumbers: otherNumber ? [otherNumber] : undefined,
    },
  };
}

/** Errors of a birth that was given but cannot be read are told once, not also as missing. */
export function withoutRepeated(cellErrors: readonly FieldError[], ruleErrors: readonly FieldError[]): FieldError[] {
  const birth = new Set(['dateOfBirth', 'age']);
  const birthTold = cellErrors.some(({ field }) => birth.has(field));
  return [
    ...cellErrors,
    ...ruleErrors.filter(({ field, code }) => !(birthTold && birth.has(field) && code === 'age.required')),
  ];
}

const sexes: readonly (readonly [Sex, RegExp])[] = [
  ['male', /^(m|male|man|boy|1)$/],
  ['female', /^(f|female|woman|girl|w|2)$/],
  ['other', /^(o|other|x|trans.*|3|9)$/],
  ['unknown', /^(u|unknown|0|-|n\/?a)$/],
];

/** Undefined for what is none; nothing at all is unknown. Digits as in ISO 5218. */
function readSex(text: string | undefined): Sex | undefined {
  if (text === undefined) return 'unknown';
  return sexes.find(([, pattern]) => pattern.test(text.toLowerCase()))?.[0];
}

const units: readonly (readonly [AgeUnit, RegExp])[] = [
  ['years', /^(|y|yr|yrs|year|years)$/],
  ['months', /^(m|mo|mon|mth|mths|month|months)$/],
  ['weeks', /^(w|wk|wks|week|weeks)$/],
  ['days', /^(d|day|days)$/],
];

function readAge(text: string): { value: number; unit: AgeUnit } | undefined {
  const parts = /^(\d{1,3})\s*([a-z]*)\.?$/.exec(text.toLowerCase());
  const unit = parts && units.find(([, pattern]) => pattern.test(parts[2] ?? ''))?.[0];
  return parts && unit ? { value: Number(parts[1]), unit } : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `YYYY-MM-DD` of a day as files write it; a time of day after it is passed over. Undefined for what is no day. */
function readDay(text: string, order: DateOrder): string | undefined {
  if (/^\d{4}$/.test(text)) return text;
  const [first = '', second = '', third = '', ...rest] = text
    .toLowerCase()
    .replace(/[t ]\d{1,2}:.*$/, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  if (rest.length > 0 || third === '') return undefined;
  const yearFirst = first.length === 4;
  const [year, month, day] =
    yearFirst || order === 'ymd'
      ? [first, second, third]
      : order === 'mdy' && !/\p{L}/u.test(second)
        ? [third, first, second]
        : [third, second, first];
  const monthNumber = /^\p{L}+$/u.test(month) ? months.indexOf(month.slice(0, 3)) + 1 : Number(month);
  const fullYear = year.length === 2 ? pastCentury(Number(year)) : Number(year);
  const dayNumber = Number(day);
  const date = new Date(Date.UTC(fullYear, monthNumber - 1, dayNumber));
  const exists =
    date.getUTCFullYear() === fullYear && date.getUTCMonth() === monthNumber - 1 && date.getUTCDate() === dayNumber;
  return exists && fullYear >= 1850 ? date.toISOString().slice(0, 10) : undefined;
}

/** Births lie in the past: two digits above this year's are of the century before. */
function pastCentury(year: number): number {
  const now = new Date().getUTCFullYear();
  const century = now - (now % 100);
  return year + century > now ? year + century - 100 : year + century;
}

/** Where an import stands. `stopped` waits for a person to go on; what was imported stays. */
export const importStates = ['reading', 'read', 'checking', 'checked', 'running', 'stopped', 'done', 'failed'] as const;
export type ImportState = (typeof importStates)[number];

/** An import as its screen shows it. */
export interface ImportStatus {
  readonly id: string;
  readonly fileName: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly state: ImportState;
  readonly error?: string;
  readonly header: readonly string[];
  /** The first rows, for choosing what the columns hold. */
  readonly sample: readonly (readonly string[])[];
  readonly settings: ImportSettings;
  /** Rows of the file without its header. */
  readonly rows: number;
  /** Of them: looked at, with errors, like somebody who is there already, imported. */
  readonly checked: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly imported: number;
}

/** A row that was not imported, with all that is wrong with it. */
export interface RefusedRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
  readonly errors: readonly FieldError[];
}
