import { yearsInDays } from '../../../../shared/catalogue/ranges.ts';
import type { CatalogueEntry, Choice, Limits, ReferenceRange, TestShape } from '../../../../shared/catalogue/schema.ts';

/** Adult ranges begin here. */
const adultFromDays = yearsInDays(18);

type Interval = readonly [low: string | undefined, high: string | undefined];

interface NumericAnalyte {
  code: string;
  name: string;
  /** Empty where the code is not known for certain. */
  loinc: string;
  unit: string;
  decimals: number;
  /** Reference interval of adults, the same for both sexes or one for each. */
  adults?: Interval | { male: Interval; female: Interval };
  /** Printed instead of the interval. */
  text?: string;
  source: string;
  critical?: Limits;
  reportable?: Limits;
  /** Children's ranges: first day of life, the day it ends before, limits, critical limits where they differ. */
  children?: readonly (readonly [fromDays: number, toDays: number, low: string, high: string, critical?: Limits])[];
}

/** A numeric parameter and its set of adult ranges. */
export function numeric(analyte: NumericAnalyte): CatalogueEntry[] {
  const { adults, text, source, children = [], ...rest } = analyte;
  const { loinc, ...known } = rest;
  const parameter = { kind: 'parameter', valueType: 'numeric', ...known, ...(loinc === '' ? {} : { loinc }) } as const;
  if (adults === undefined) return [parameter];
  const range = (sex: ReferenceRange['sex'], [low, high]: Interval): ReferenceRange => ({
    sex,
    ageFromDays: adultFromDays,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(text === undefined ? {} : { text }),
  });
  const ofAdults =
    'male' in adults ? [range('male', adults.male), range('female', adults.female)] : [range('any', adults)];
  const ofChildren = children.map(([ageFromDays, ageToDays, low, high, beyond]): ReferenceRange => {
    return { sex: 'any', ageFromDays, ageToDays, low, high, ...(beyond ? { critical: beyond } : {}) };
  });
  const ranges = [...ofChildren, ...ofAdults];
  return [parameter, { kind: 'referenceRanges', code: analyte.code, parameter: analyte.code, ranges, source }];
}

/** A parameter whose values are words; `normal` and `abnormal` list each word with its other forms. */
export function choice(
  code: string,
  name: string,
  loinc: string | undefined,
  normal: readonly (readonly string[])[],
  abnormal: readonly (readonly string[])[],
): CatalogueEntry[] {
  const choices = (words: readonly (readonly string[])[], isAbnormal: boolean): Choice[] =>
    words.map(([value = '', ...aliases]) => ({ value, abnormal: isAbnormal, aliases }));
  return [
    {
      kind: 'parameter',
      code,
      name,
      ...(loinc === undefined ? {} : { loinc }),
      valueType: 'choice',
      choices: [...choices(normal, false), ...choices(abnormal, true)],
    },
  ];
}

/** A parameter of free words. */
export function freeText(code: string, name: string, loinc?: string): CatalogueEntry[] {
  return [{ kind: 'parameter', code, name, valueType: 'text', ...(loinc === undefined ? {} : { loinc }) }];
}

/** A test of the parameters named, in that order; an element with two strings opens a group: heading, then code. */
export function test(
  entry: Omit<TestShape, 'kind' | 'parameters' | 'aliases'> & { aliases?: string[] },
  parameters: readonly (string | readonly [heading: string, code: string])[],
): CatalogueEntry {
  const rows = parameters.map((row) =>
    typeof row === 'string' ? { parameter: row } : { heading: row[0], parameter: row[1] },
  );
  return { kind: 'test', aliases: [], ...entry, parameters: rows };
}
