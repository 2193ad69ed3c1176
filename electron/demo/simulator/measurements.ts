import { type SeededRandom, seededRandom } from '../data/random.ts';

/** A measured value as the instrument prints it. */
export interface Measured {
  readonly code: string;
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  /** The instrument's own judgement: L, H or N. */
  readonly flag: 'L' | 'H' | 'N';
  /** The range set on the instrument. */
  readonly range: string;
}

/** How a parameter is distributed among people who come to a laboratory. */
interface Distribution {
  readonly name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly low: number;
  readonly high: number;
  /** Ill people: this many times the width of the range beyond it, at most; most of them above. */
  readonly reach: number;
}

function entry(name: string, unit: string, decimals: number, low: number, high: number, reach: number): Distribution {
  return { name, unit, decimals, low, high, reach };
}

/** Chemistry by the codes set on the instrument; ranges are those of common reagent inserts. */
const chemistry: Readonly<Record<string, Distribution>> = {
  GLU: entry('Glucose', 'mg/dL', 0, 70, 99, 4),
  TC: entry('Cholesterol', 'mg/dL', 0, 125, 199, 1),
  TG: entry('Triglycerides', 'mg/dL', 0, 40, 149, 2),
  'HDL-C': entry('HDL cholesterol', 'mg/dL', 0, 40, 75, 0.3),
  'LDL-C': entry('LDL cholesterol', 'mg/dL', 0, 50, 129, 0.8),
  TBIL: entry('Bilirubin total', 'mg/dL', 2, 0.2, 1.2, 3),
  DBIL: entry('Bilirubin direct', 'mg/dL', 2, 0.05, 0.3, 4),
  ALT: entry('ALT', 'U/L', 0, 8, 45, 5),
  AST: entry('AST', 'U/L', 0, 10, 40, 5),
  ALP: entry('ALP', 'U/L', 0, 40, 130, 2),
  GGT: entry('GGT', 'U/L', 0, 8, 55, 4),
  TP: entry('Total protein', 'g/dL', 1, 6.4, 8.3, 0.5),
  ALB: entry('Albumin', 'g/dL', 1, 3.5, 5.2, 0.5),
  UREA: entry('Urea', 'mg/dL', 0, 15, 45, 3),
  CREA: entry('Creatinine', 'mg/dL', 2, 0.6, 1.2, 4),
  UA: entry('Uric acid', 'mg/dL', 1, 3.0, 7.0, 0.8),
  Ca: entry('Calcium', 'mg/dL', 1, 8.6, 10.2, 0.6),
  P: entry('Phosphate', 'mg/dL', 1, 2.5, 4.5, 0.6),
  Na: entry('Sodium', 'mmol/L', 0, 136, 145, 0.8),
  K: entry('Potassium', 'mmol/L', 1, 3.5, 5.1, 0.7),
  Cl: entry('Chloride', 'mmol/L', 0, 98, 107, 0.7),
  CO2: entry('Carbon dioxide', 'mmol/L', 0, 22, 29, 0.7),
  CRP: entry('CRP', 'mg/L', 1, 0.2, 5, 15),
  TSH: entry('TSH', 'mIU/L', 2, 0.4, 4.2, 3),
};

/** Clotting times, with the unit behind the test as the STart's driver names them. */
const coagulation: Readonly<Record<string, Distribution>> = {
  'PT^s': entry('Prothrombin time', 's', 1, 11, 13.5, 4),
  'PT^INR': entry('INR', 'INR', 2, 0.8, 1.2, 6),
  'APTT^s': entry('APTT', 's', 1, 25, 36, 2),
  'FIB^g/L': entry('Fibrinogen', 'g/L', 2, 2, 4, 1),
};

/** Point of care: diabetes and the kidney. */
const glycation: Readonly<Record<string, Distribution>> = {
  HbA1c: entry('Haemoglobin A1c', '%', 1, 4.0, 6.0, 2),
  Alb: entry('Albumin', 'mg/L', 1, 5, 20, 6),
  Crt: entry('Creatinine', 'mg/dL', 1, 20, 300, 0.3),
  Ratio: entry('Albumin/creatinine', 'mg/g', 1, 2, 30, 8),
};

/** Immunoassays with a number. */
const hormones: Readonly<Record<string, Distribution>> = {
  TSH: entry('TSH', 'uIU/mL', 2, 0.35, 4.94, 3),
  FT4: entry('Free T4', 'ng/dL', 2, 0.7, 1.48, 1),
  HCG: entry('hCG', 'mUI/ml', 2, 0, 5, 200),
};

export type Panel = 'chemistry' | 'coagulation' | 'glycation' | 'hormones';
const panels: Readonly<Record<Panel, Readonly<Record<string, Distribution>>>> = {
  chemistry,
  coagulation,
  glycation,
  hormones,
};

/** Haematology: what is drawn; the rest is computed from it, so that a count is consistent in itself. */
const drawn = {
  WBC: entry('WBC', '10*3/uL', 2, 4, 10, 1.2),
  RBC: entry('RBC', '10*6/uL', 2, 4.2, 5.6, 0.8),
  MCV: entry('MCV', 'fL', 1, 83, 101, 0.6),
  MCHC: entry('MCHC', 'g/dL', 1, 31.5, 34.5, 0.5),
  PLT: entry('PLT', '10*3/uL', 0, 150, 410, 0.8),
  'RDW-CV': entry('RDW-CV', '%', 1, 11.6, 14.0, 1.5),
  MPV: entry('MPV', 'fL', 1, 9.3, 12.1, 0.4),
  PDW: entry('PDW', 'fL', 1, 9.8, 16.2, 0.4),
  'P-LCR': entry('P-LCR', '%', 1, 18.5, 42.3, 0.3),
} as const;

const computed = {
  HCT: entry('HCT', '%', 1, 37, 50, 0),
  HGB: entry('HGB', 'g/dL', 1, 12, 17, 0),
  MCH: entry('MCH', 'pg', 1, 27, 32, 0),
  'RDW-SD': entry('RDW-SD', 'fL', 1, 37, 54, 0),
  PCT: entry('PCT', '%', 2, 0.17, 0.38, 0),
} as const;

/** Shares of the white cells in per cent, and the range of their numbers. */
const cells = {
  NEUT: { share: 57, width: 14, low: 40, high: 80, least: 2, most: 7 },
  LYMPH: { share: 31, width: 11, low: 20, high: 40, least: 1, most: 3 },
  MONO: { share: 7, width: 3, low: 2, high: 10, least: 0.2, most: 1 },
  EO: { share: 3, width: 2.5, low: 1, high: 6, least: 0.02, most: 0.5 },
  BASO: { share: 0.6, width: 0.4, low: 0, high: 2, least: 0.02, most: 0.1 },
} as const;

/** The same sample gives the same values, whatever was measured before it. */
export function randomFor(sampleId: string, seed: number): SeededRandom {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of sampleId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return seededRandom(hash >>> 0);
}

/** Bell-shaped between 0 and 1. */
export function bell(random: SeededRandom): number {
  return (random.next() + random.next() + random.next()) / 3;
}

function draw({ low, high, reach, decimals }: Distribution, random: SeededRandom): number {
  const width = high - low;
  const within = low + width * bell(random);
  const beyond = width * reach * random.next() ** 2;
  const ill = random.chance(0.18);
  const above = random.chance(0.7);
  if (!ill) return within;
  return above ? high + beyond : Math.max(low - Math.min(beyond, low * 0.6), 10 ** -decimals);
}

function printed(code: string, { name, unit, decimals, low, high }: Distribution, value: number): Measured {
  const text = value.toFixed(decimals);
  const flag = Number(text) < low ? 'L' : Number(text) > high ? 'H' : 'N';
  return { code, name, value: text, unit, flag, range: `${low}-${high}` };
}

function bloodCount(sampleId: string, seed: number): Measured[] {
  const random = randomFor(sampleId, seed);
  const values = new Map<string, Measured>();
  const value = (code: string) => Number(values.get(code)?.value);
  for (const [code, distribution] of Object.entries(drawn))
    values.set(code, printed(code, distribution, draw(distribution, random)));
  const put = (code: keyof typeof computed, number: number) => values.set(code, printed(code, computed[code], number));
  put('HCT', (value('RBC') * value('MCV')) / 10);
  put('HGB', (value('HCT') * value('MCHC')) / 100);
  put('MCH', (value('HGB') * 10) / value('RBC'));
  put('RDW-SD', (value('RDW-CV') * value('MCV')) / 29);
  put('PCT', (value('PLT') * value('MPV')) / 10_000);
  const shares = Object.entries(cells).map(([cell, { share, width }]) => {
    const drawnShare = Math.max(0.1, share + (bell(random) - 0.5) * 2 * width);
    return [cell as keyof typeof cells, drawnShare] as const;
  });
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  for (const [cell, share] of shares) {
    const { low, high, least, most } = cells[cell];
    const percent = (share * 100) / sum;
    values.set(`${cell}%`, printed(`${cell}%`, entry(`${cell}%`, '%', 1, low, high, 0), percent));
    const number = entry(`${cell}#`, '10*3/uL', 2, least, most, 0);
    values.set(`${cell}#`, printed(`${cell}#`, number, (value('WBC') * percent) / 100));
  }
  return [...values.values()];
}

/** How an instrument names and counts a parameter of the blood count: the sum of several, in its own unit. */
export interface OwnCount {
  readonly of: readonly string[];
  readonly unit?: string;
  readonly factor?: number;
}

/**
 * A blood count, or the parameters of it that were asked for.
 * @param own the count's parameters by the instrument's own codes, where they differ from Sysmex's
 */
export function measureBlood(
  sampleId: string,
  codes: readonly string[] | undefined,
  seed: number,
  own?: Readonly<Record<string, OwnCount>>,
): Measured[] {
  const count = bloodCount(sampleId, seed);
  const all = own ? Object.entries(own).flatMap(([code, what]) => counted(code, what, count)) : count;
  return codes ? all.filter(({ code }) => codes.includes(code)) : all;
}

function counted(code: string, { of, unit, factor = 1 }: OwnCount, count: readonly Measured[]): Measured[] {
  const parts = count.filter((one) => of.includes(one.code));
  const [first] = parts;
  if (!first) return [];
  const decimals = (first.value.split('.')[1]?.length ?? 0) - Math.log10(factor);
  const value = parts.reduce((sum, one) => sum + Number(one.value), 0) * factor;
  const range = first.range.split('-').map((end) => String(Number((Number(end) * factor).toFixed(2))));
  return [
    { ...first, code, value: value.toFixed(Math.max(0, decimals)), unit: unit ?? first.unit, range: range.join('-') },
  ];
}

/**
 * Measures a panel; all of it where no codes are named. Codes the instrument does not have are left out, as it does.
 * @param own the panel's tests by the instrument's own codes, where they differ (`717` for GLU)
 */
export function measurePanel(
  panel: Panel,
  sampleId: string,
  codes: readonly string[] | undefined,
  seed: number,
  own?: Readonly<Record<string, string>>,
): Measured[] {
  const tests = own ?? Object.fromEntries(Object.keys(panels[panel]).map((test) => [test, test]));
  return Object.entries(tests).flatMap(([code, test]) => {
    const distribution = panels[panel][test];
    if (!distribution || (codes !== undefined && !codes.includes(code))) return [];
    // Each test has numbers of its own, so that asking for one alone changes nothing.
    return [printed(code, distribution, draw(distribution, randomFor(`${sampleId} ${test}`, seed)))];
  });
}

/** A word out of several, the first far more often than the others; the same for the same sample and test. */
export function measureWord(
  sampleId: string,
  test: string,
  words: readonly [string, ...string[]],
  seed: number,
): string {
  const random = randomFor(`${sampleId} ${test}`, seed);
  return random.chance(0.8) ? words[0] : (words[random.integer(0, words.length - 1)] ?? words[0]);
}
