import { isValidPhoneNumber } from 'libphonenumber-js/max';
import type { z } from 'zod';
import { normaliseNationalId, validateNationalId } from '../../../shared/patients/national-id.ts';
import type { Birth, patientShape, Sex } from '../../../shared/patients/schema.ts';
import { namingCultures } from './names.ts';
import { type SeededRandom, seededRandom } from './random.ts';

/** A patient of the demo laboratory; the number comes from the station's counter when it is stored. */
export type DemoPatient = Omit<z.infer<typeof patientShape>, 'number'>;

/**
 * Made-up patients, the same for the same seed and day: all naming cultures, ages from newborn to 95 years, phones that
 * libphonenumber accepts, national ids with right check digits, births known to the day, the year, or by a stated age.
 * @param today calendar day that ages are counted from, `YYYY-MM-DD`
 */
export function demoPatients(today: string, count = 200, seed = 20_240_601): DemoPatient[] {
  const random = seededRandom(seed);
  const names = new Set<string>();
  return Array.from({ length: count }, (_, index) => demoPatient(random, today, index, names));
}

/** Ages in days of the first patients, so that every age band has somebody however few are made. */
const firstAges = [0, 1, 5, 25, 90, 400, 95 * 365.25 + 30, 88 * 365.25, 3 * 365.25, 14 * 365.25];

function demoPatient(random: SeededRandom, today: string, index: number, names: Set<string>): DemoPatient {
  const culture = random.weighted(namingCultures);
  const sex = random.chance(0.53) ? 'female' : 'male';
  const ageDays = Math.floor(firstAges[index] ?? adultLeaningAge(random) * 365.25);
  const fullName = freshName(names, () => culture.write(random.pick(culture[sex]), random.pick(culture.family), sex));
  const hasHomePhone = random.chance(0.12);
  const phone = random.chance(0.96) ? mobileNumber(random, hasHomePhone ? culture.homeCountry : 'AE') : undefined;
  const birth = birthOf(random, today, ageDays);
  const email = ageDays > 16 * 365 && random.chance(0.6) ? emailOf(fullName, index) : undefined;
  return {
    fullName,
    sex: index % 67 === 66 ? ('unknown' satisfies Sex) : sex,
    birth,
    ...(phone === undefined ? {} : { phone }),
    otherPhones: random.chance(0.1) ? [mobileNumber(random, 'AE')] : [],
    ...(email === undefined ? {} : { email }),
    consent: {
      sms: phone !== undefined && random.chance(0.8),
      whatsapp: phone !== undefined && random.chance(0.6),
      email: email !== undefined && random.chance(0.9),
    },
    address: `${random.integer(1, 220)} ${random.pick(streets)}, Dubai`,
    nationalIds: nationalIds(random, birth, culture.homeCountry),
    insurances: [],
    idProofs: [],
  };
}

const streets = [
  'Al Wasl Road',
  'Jumeirah Street',
  'Al Rigga Street',
  'Al Khail Road',
  'Marina Walk',
  'Oud Metha Road',
];

/** Years; few children, most between 25 and 70, some up to 95. */
function adultLeaningAge(random: SeededRandom): number {
  if (random.chance(0.12)) return random.next() * 18;
  return Math.min(94.9, 18 + (random.next() + random.next()) * 36 + (random.chance(0.15) ? random.next() * 15 : 0));
}

function freshName(names: Set<string>, write: () => string): string {
  for (let attempt = 0; ; attempt++) {
    const name = write();
    if (!names.has(name) || attempt === 20) {
      names.add(name);
      return name;
    }
  }
}

function birthOf(random: SeededRandom, today: string, ageDays: number): Birth {
  const date = new Date(Date.parse(today) - ageDays * 86_400_000).toISOString().slice(0, 10);
  const years = Math.floor(ageDays / 365.25);
  if (years > 30 && random.chance(0.05)) return { date: `${date.slice(0, 4)}-01-01`, precision: 'year' };
  if (years > 30 && random.chance(0.06)) {
    const stated = `${Number(today.slice(0, 4)) - years}${today.slice(4)}`.replace('02-29', '02-28');
    return { date: stated, precision: 'estimated', statedOn: today };
  }
  return { date, precision: 'exact' };
}

/** What a mobile number begins with after the country code, and how many digits follow. */
const mobilePlans: Record<string, { code: string; starts: readonly string[]; rest: number }> = {
  AE: { code: '971', starts: ['50', '52', '54', '55', '56', '58'], rest: 7 },
  EG: { code: '20', starts: ['10', '11', '12'], rest: 8 },
  IN: { code: '91', starts: ['98', '99', '97', '90'], rest: 8 },
  PK: { code: '92', starts: ['300', '321', '333'], rest: 7 },
  PH: { code: '63', starts: ['917', '918', '927'], rest: 7 },
  ID: { code: '62', starts: ['812', '813', '821'], rest: 8 },
  CN: { code: '86', starts: ['138', '139', '186'], rest: 8 },
  VN: { code: '84', starts: ['90', '91', '98'], rest: 7 },
  JP: { code: '81', starts: ['90', '80'], rest: 8 },
  KR: { code: '82', starts: ['10'], rest: 8 },
  GB: { code: '44', starts: ['7400', '7700', '7911'], rest: 6 },
  FR: { code: '33', starts: ['6', '7'], rest: 8 },
  DE: { code: '49', starts: ['151', '170', '176'], rest: 8 },
  PL: { code: '48', starts: ['501', '602', '693'], rest: 6 },
  CZ: { code: '420', starts: ['602', '721', '777'], rest: 6 },
  IS: { code: '354', starts: ['61', '77', '84'], rest: 5 },
  TR: { code: '90', starts: ['532', '542', '555'], rest: 7 },
  ES: { code: '34', starts: ['6'], rest: 8 },
  BR: { code: '55', starts: ['119', '219'], rest: 8 },
  NG: { code: '234', starts: ['803', '806', '813'], rest: 7 },
  ET: { code: '251', starts: ['91'], rest: 7 },
  RU: { code: '7', starts: ['903', '916', '926'], rest: 7 },
  GR: { code: '30', starts: ['694', '697'], rest: 7 },
};

/** Draws until the country's numbering plan has such a number. */
function mobileNumber(random: SeededRandom, country: string): string {
  const plan = mobilePlans[country];
  if (!plan) throw new RangeError(`no numbering plan for ${country}`);
  for (let attempt = 0; attempt < 1000; attempt++) {
    const number = `+${plan.code}${random.pick(plan.starts)}${random.digits(plan.rest)}`;
    if (isValidPhoneNumber(number)) return number;
  }
  throw new RangeError(`the numbering plan of ${country} yields no valid number`);
}

function nationalIds(random: SeededRandom, birth: Birth, home: string): DemoPatient['nationalIds'] {
  if (random.chance(0.3)) return [];
  if (home === 'IN' && random.chance(0.25)) {
    return [withCheckDigits('IN', 'aadhaar', `${random.integer(2, 9)}${random.digits(10)}`, 1)];
  }
  if (home === 'BR' && random.chance(0.5)) return [withCheckDigits('BR', 'cpf', random.digits(9), 2)];
  if (random.chance(0.15)) {
    const letter = random.pick(['K', 'M', 'P', 'X']);
    return [{ country: home, type: 'passport', value: `${letter}${random.digits(7)}` }];
  }
  return [withCheckDigits('AE', 'emiratesId', `784${birth.date.slice(0, 4)}${random.digits(7)}`, 1)];
}

/** The body with the check digits that the kind's own rule accepts. */
function withCheckDigits(country: string, type: string, body: string, count: number) {
  for (let check = 0; check < 10 ** count; check++) {
    const id = { country, type, value: normaliseNationalId(`${body}${String(check).padStart(count, '0')}`) };
    if (validateNationalId(id).length === 0) return id;
  }
  throw new RangeError(`no check digits fit ${type} ${body}`);
}

/** An address under example.org (RFC 2606), so that no demo can write to anybody. */
function emailOf(fullName: string, index: number): string {
  const ascii = fullName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, '.')
    .replace(/^\.+|\.+$/g, '');
  return `${ascii || 'patient'}.${index + 1}@example.org`;
}
