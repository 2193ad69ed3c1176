import type { FieldError } from '../kernel/errors.ts';

/** A national id as typed; stored with `value` normalised (reference: national id of UserDetails). */
export interface NationalId {
  country: string;
  type: string;
  value: string;
}

/** What is wrong with a normalised value. */
export type NationalIdProblem = 'format' | 'checkDigit' | 'neverIssued';

/** One kind of identity document and how to tell a mistyped number of it. */
export interface NationalIdRule {
  /** ISO 3166 alpha-2, or `*` for a kind that every country issues. */
  readonly country: string;
  readonly type: string;
  readonly name: string;
  /** A made-up number of the right form, to show beside the field. */
  readonly example: string;
  /** Gets the value in capitals without spaces and punctuation. */
  readonly check: (value: string) => NationalIdProblem | null;
}

/**
 * The kinds known out of the box. Sources: UIDAI "A UID Numbering Scheme" (Aadhaar); Income Tax Department, structure
 * of PAN; SSA "Social Security Number Randomization" and POMS RM 10201.035 (SSN); Permendagri 74/2015 (NIK); ICP, card
 * number with Luhn digit (Emirates ID); Receita Federal (CPF); ICAO Doc 9303 (passport).
 */
export const nationalIdRules: readonly NationalIdRule[] = [
  { country: 'IN', type: 'aadhaar', name: 'Aadhaar', example: '2345 6789 0124', check: checkAadhaar },
  { country: 'IN', type: 'pan', name: 'PAN', example: 'ABCPD1234E', check: checkPan },
  { country: 'US', type: 'ssn', name: 'Social Security number', example: '219-09-1234', check: checkSsn },
  { country: 'ID', type: 'nik', name: 'NIK', example: '3273 0101 1280 0002', check: checkNik },
  { country: 'AE', type: 'emiratesId', name: 'Emirates ID', example: '784-1987-1234567-1', check: checkEmiratesId },
  { country: 'BR', type: 'cpf', name: 'CPF', example: '529.982.247-25', check: checkCpf },
  { country: '*', type: 'passport', name: 'Passport', example: 'K1234567', check: checkPassport },
  {
    country: '*',
    type: 'passportMrz',
    name: 'Passport, machine-readable line',
    example: 'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    check: checkPassportMrz,
  },
  { country: '*', type: 'other', name: 'Other id', example: 'AB-123456', check: checkOther },
];

/** The rule for a kind: the country's own first, then the one for every country. */
export function findNationalIdRule(
  country: string,
  type: string,
  rules: readonly NationalIdRule[] = nationalIdRules,
): NationalIdRule | undefined {
  const ofType = rules.filter((rule) => rule.type === type);
  return ofType.find((rule) => rule.country === country) ?? ofType.find((rule) => rule.country === '*');
}

/**
 * What a number is found by: the number itself; for a machine-readable line the document number in it, so that a scanned and
 * a typed passport meet.
 */
export function nationalIdKey({ type, value }: Pick<NationalId, 'type' | 'value'>): string {
  return type === 'passportMrz' ? value.slice(0, 9).replaceAll('<', '') : value;
}

/** The stored form: capitals, without spaces and the punctuation people put between groups. */
export function normaliseNationalId(value: string): string {
  return value.replace(/[\s./-]/g, '').toUpperCase();
}

const problems: Record<NationalIdProblem, { message: string; remedy: (rule: NationalIdRule) => string }> = {
  format: {
    message: 'does not have the right number or kind of characters',
    remedy: (rule) => `Enter it like ${rule.example}`,
  },
  checkDigit: {
    message: 'has a check digit that does not fit: one character is wrong or two are swapped',
    remedy: () => 'Compare it with the card, character by character',
  },
  neverIssued: {
    message: 'is one that was never issued to a person',
    remedy: () => 'Ask for the card and enter the number on it',
  },
};

/**
 * All that is wrong with a national id; empty when nothing is. `field` is the path of the id in the input; errors stand
 * at its `country`, `type` or `value`. A lab adds kinds by passing `rules`. Reference: validate_national_id.
 */
export function validateNationalId(
  id: NationalId,
  field = 'nationalId',
  rules: readonly NationalIdRule[] = nationalIdRules,
): FieldError[] {
  if (!/^[A-Z]{2}$/.test(id.country)) {
    const remedy = 'Choose the country that issued it';
    return [{ field: `${field}.country`, code: 'nationalId.country', message: 'The country is missing', remedy }];
  }
  const rule = findNationalIdRule(id.country, id.type, rules);
  if (!rule) {
    const message = `No rule for "${id.type}" of ${id.country}`;
    const remedy = 'Choose one of the kinds listed for the country, or passport';
    return [{ field: `${field}.type`, code: 'nationalId.unknownType', message, remedy }];
  }
  const problem = rule.check(normaliseNationalId(id.value));
  if (problem === null) return [];
  const { message, remedy } = problems[problem];
  const code = `nationalId.${problem}`;
  return [{ field: `${field}.value`, code, message: `${rule.name} ${message}`, remedy: remedy(rule) }];
}

function checkAadhaar(value: string): NationalIdProblem | null {
  if (!/^\d{12}$/.test(value)) return 'format';
  if (/^[01]/.test(value)) return 'neverIssued';
  return verhoeffChecksum(value) === 0 ? null : 'checkDigit';
}

/** The fourth letter names the kind of holder; P is a person. */
function checkPan(value: string): NationalIdProblem | null {
  if (!/^[A-Z]{5}\d{4}[A-Z]$/.test(value)) return 'format';
  return value[3] === 'P' ? null : 'neverIssued';
}

/** Two numbers became public in advertisements and were withdrawn. */
const withdrawnSsns = new Set(['078051120', '219099999']);

function checkSsn(value: string): NationalIdProblem | null {
  if (!/^\d{9}$/.test(value)) return 'format';
  const issued = !/^(000|666|9\d\d)/.test(value) && value.slice(3, 5) !== '00' && value.slice(5) !== '0000';
  return issued && !withdrawnSsns.has(value) ? null : 'neverIssued';
}

/** Area (province 11 to 97), day of birth (plus 40 for women), month, year, and a serial number from 1. */
function checkNik(value: string): NationalIdProblem | null {
  if (!/^\d{16}$/.test(value)) return 'format';
  const province = Number(value.slice(0, 2));
  const day = Number(value.slice(6, 8)) % 40;
  const month = Number(value.slice(8, 10));
  const dayExists = Number(value.slice(6, 8)) <= 71 && day >= 1 && day <= daysInMonth(month);
  const issued = province >= 11 && province <= 97 && dayExists && value.slice(12) !== '0000';
  return issued ? null : 'neverIssued';
}

function daysInMonth(month: number): number {
  return [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function checkEmiratesId(value: string): NationalIdProblem | null {
  if (!/^784(19|20)\d{10}$/.test(value)) return 'format';
  return luhnChecksum(value) === 0 ? null : 'checkDigit';
}

function checkCpf(value: string): NationalIdProblem | null {
  if (!/^\d{11}$/.test(value)) return 'format';
  if (/^(\d)\1{10}$/.test(value)) return 'neverIssued';
  return [9, 10].every((length) => cpfDigit(value.slice(0, length)) === Number(value[length])) ? null : 'checkDigit';
}

/** Weights from 2 upwards from the right, modulo 11; 10 and 11 count as 0. */
function cpfDigit(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) sum += Number(digits[index]) * (digits.length + 1 - index);
  const rest = (sum * 10) % 11;
  return rest === 10 ? 0 : rest;
}

/** ICAO Doc 9303 part 4: up to nine letters and digits, here at least five and with a digit among them. */
function checkPassport(value: string): NationalIdProblem | null {
  return /^(?=.*\d)[A-Z0-9]{5,9}$/.test(value) ? null : 'format';
}

/**
 * The second line of a passport's machine-readable zone (ICAO Doc 9303 part 4, TD3): 44 characters with check digits after
 * number, birth and expiry, after the personal number (where there is one), and over all of them.
 */
function checkPassportMrz(value: string): NationalIdProblem | null {
  if (!/^[A-Z0-9<]{9}[0-9][A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[0-9<][0-9]$/.test(value)) return 'format';
  const composite = value.slice(0, 10) + value.slice(13, 20) + value.slice(21, 43);
  const personal = value.slice(28, 42);
  const fits =
    mrzDigit(value.slice(0, 9)) === Number(value[9]) &&
    mrzDigit(value.slice(13, 19)) === Number(value[19]) &&
    mrzDigit(value.slice(21, 27)) === Number(value[27]) &&
    (mrzDigit(personal) === Number(value[42]) || (value[42] === '<' && /^<+$/.test(personal))) &&
    mrzDigit(composite) === Number(value[43]);
  return fits ? null : 'checkDigit';
}

/** Weights 7, 3, 1 from the left, modulo 10; letters count from A = 10, the filler is 0 (ICAO Doc 9303 part 3, 4.9). */
function mrzDigit(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '<';
    const number = character === '<' ? 0 : Number.parseInt(character, 36);
    sum += number * ([7, 3, 1][index % 3] ?? 0);
  }
  return sum % 10;
}

/** What no other rule knows: three to thirty letters and digits, one digit among them. */
function checkOther(value: string): NationalIdProblem | null {
  return /^(?=.*\p{N})[\p{L}\p{N}]{3,30}$/u.test(value) ? null : 'format';
}

/** Luhn sum of digits whose last is the check digit (ISO/IEC 7812-1); 0 when it fits. */
function luhnChecksum(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10;
}

/** The permutation of Verhoeff's scheme; the position's power of it is applied before the digits are multiplied. */
const verhoeffPermutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Product in the dihedral group of order ten: digits 0 to 4 are rotations, 5 to 9 reflections. */
function dihedralProduct(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5;
  return b < 5 ? ((a - b) % 5) + 5 : (a - b + 5) % 5;
}

/** Verhoeff sum of digits whose last is the check digit (Verhoeff 1969); 0 when it fits. */
function verhoeffChecksum(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = Number(digits[digits.length - 1 - index]);
    for (let power = index % 8; power > 0; power--) digit = verhoeffPermutation[digit] ?? 0;
    sum = dihedralProduct(sum, digit);
  }
  return sum;
}
