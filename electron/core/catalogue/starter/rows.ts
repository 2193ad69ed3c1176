import { yearsInDays } from '../../../../shared/catalogue/ranges.ts';
import type {
  CatalogueEntry,
  Limits,
  ReferenceRange,
  Stability,
  TestShape,
} from '../../../../shared/catalogue/schema.ts';
import { choice, freeText } from './build.ts';

/*
 * The starter catalogue is written as rows, one a test that reports one parameter of the same code. Limits are `low..high`
 * in the decimals of the parameter, either side may be missing: `3.5..5.1`, `..5.0`, `60..`.
 */

/** What the tests of one bench have in common. */
export interface Bench {
  readonly department: string;
  readonly specimenType: string;
  readonly method?: string;
  readonly turnaroundMinutes: number;
  /** Millilitres of what is drawn that each test takes. */
  readonly volume?: string;
  readonly stability?: Stability;
  /** Where the ranges come from. */
  readonly source: string;
}

interface More extends Partial<Bench> {
  readonly aliases?: readonly string[];
  readonly critical?: string;
  /** Printed instead of the limits. */
  readonly text?: string;
  readonly note?: string;
  /** Children's ranges: first day of life, the day it ends before, limits. */
  readonly children?: readonly (readonly [fromDays: number, toDays: number, limits: string])[];
  readonly trimesters?: readonly [first: string, second: string, third: string];
}

/** Limits of adults: for both sexes, or for men and for women; empty: none for them. */
type Adults = string | readonly [male: string, female: string];

type MeasuredRow = readonly [
  code: string,
  name: string,
  loinc: string,
  unit: string,
  decimals: number,
  adults: Adults,
  more?: More,
];

/** Tests of one number each. `loinc` and `unit` may be empty. */
export function measured(bench: Bench, rows: readonly MeasuredRow[]): CatalogueEntry[] {
  return rows.flatMap(([code, name, loinc, unit, decimals, adults, more = {}]) => [
    {
      kind: 'parameter' as const,
      code,
      name,
      valueType: 'numeric' as const,
      decimals,
      ...present({ loinc, unit, critical: more.critical === undefined ? undefined : limitsOf(more.critical) }),
    },
    ...rangeSet(code, adults, { source: bench.source, ...more }),
    testOf(bench, code, name, loinc, more),
  ]);
}

/** Tests of one titre each; limits are dilutions (`..80` says that 1:80 is still normal). */
export function titred(
  bench: Bench,
  rows: readonly (readonly [code: string, name: string, loinc: string, adults: string, more?: More])[],
): CatalogueEntry[] {
  return rows.flatMap(([code, name, loinc, adults, more = {}]) => [
    { kind: 'parameter' as const, code, name, valueType: 'titre' as const, ...present({ loinc }) },
    ...rangeSet(code, adults, { source: bench.source, ...more }),
    testOf(bench, code, name, loinc, more),
  ]);
}

type Words = readonly (readonly string[])[];

/** Tests whose result is one of a few words. */
export function worded(
  bench: Bench,
  [normal, abnormal]: readonly [normal: Words, abnormal: Words],
  rows: readonly (readonly [code: string, name: string, loinc: string, more?: More])[],
): CatalogueEntry[] {
  return rows.flatMap(([code, name, loinc, more = {}]) => [
    ...choice(code, name, loinc || undefined, normal, abnormal),
    testOf(bench, code, name, loinc, more),
  ]);
}

/** Tests whose result is described in words. */
export function described(
  bench: Bench,
  rows: readonly (readonly [code: string, name: string, loinc: string, more?: More])[],
): CatalogueEntry[] {
  return rows.flatMap(([code, name, loinc, more = {}]) => [
    ...freeText(code, name, loinc || undefined),
    { ...testOf(bench, code, name, loinc, more), reportFormat: { layout: 'narrative' as const } },
  ]);
}

function testOf(bench: Bench, code: string, name: string, loinc: string, more: More): TestShape {
  const { department, specimenType, method, turnaroundMinutes, volume, stability } = { ...bench, ...more };
  return {
    kind: 'test',
    code,
    name,
    aliases: [...(more.aliases ?? [])],
    department,
    specimenType,
    turnaroundMinutes,
    parameters: [{ parameter: code }],
    ...present({ loinc, method, volume, stability, reportNote: more.note }),
  };
}

/** Ranges of a parameter from rows' limits; none where there are no limits. */
export function rangeSet(code: string, adults: Adults, more: More): CatalogueEntry[] {
  const ranges: ReferenceRange[] = [];
  const text = more.text === undefined ? {} : { text: more.text };
  const adult = (sex: ReferenceRange['sex'], limits: string, rest: Partial<ReferenceRange> = {}) =>
    ranges.push({ sex, ageFromDays: yearsInDays(18), ...rest, ...limitsOf(limits), ...text });
  for (const [ageFromDays, ageToDays, limits] of more.children ?? []) {
    ranges.push({ sex: 'any', ageFromDays, ageToDays, ...limitsOf(limits) });
  }
  if (typeof adults !== 'string') {
    if (adults[0] !== '') adult('male', adults[0]);
    if (adults[1] !== '') adult('female', adults[1]);
  } else if (adults !== '' || more.text !== undefined) {
    adult('any', adults);
  }
  const trimesters = ['first', 'second', 'third'] as const;
  more.trimesters?.forEach((limits, index) => {
    ranges.push({ sex: 'female', ageFromDays: yearsInDays(12), pregnancy: trimesters[index], ...limitsOf(limits) });
  });
  if (ranges.length === 0) return [];
  return [{ kind: 'referenceRanges', code, parameter: code, ranges, source: more.source ?? '' }];
}

function limitsOf(text: string): Limits {
  const [low = '', high = ''] = text.split('..');
  return present({ low, high });
}

/** The fields that say something: neither undefined nor empty. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
