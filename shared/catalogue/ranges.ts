import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { Sex } from '../patients/schema.ts';
import { type NumericResult, parseNumericResult } from '../results/conversion.ts';
import { type Limits, maximumAgeDays, type ParameterShape, type ReferenceRange } from './schema.ts';

/**
 * Abnormal flags of HL7 table 0078: L and H outside the reference range, LL and HH outside the critical limits, A an
 * abnormal choice; empty: normal, or not to be told.
 */
export const resultFlagSchema = z.enum(['', 'L', 'H', 'LL', 'HH', 'A']);
export type ResultFlag = z.infer<typeof resultFlagSchema>;

/** Days that surely lie within the first `years` years of life; the first day of an age band that starts with them. */
export function yearsInDays(years: number): number {
  return Math.floor(years * 365.25);
}

/**
 * The range for a person: of the ranges whose sex and age band fit, one for the person's sex goes before one for any sex,
 * then the narrower band, then the earlier. Null when none fits: an unknown sex fits only `any`, an unknown age (null)
 * only bands that hold every age.
 */
export function chooseRange(
  ranges: readonly ReferenceRange[],
  person: { readonly sex: Sex; readonly ageDays: number | null },
): ReferenceRange | null {
  let best: ReferenceRange | null = null;
  for (const range of ranges) {
    if (!fits(range, person.sex, person.ageDays)) continue;
    if (best === null || isMoreSpecific(range, best)) best = range;
  }
  return best;
}

/**
 * The flag of a value as reported (`13.1`, `<5.0`, `Reactive`). Limits themselves are inside; critical goes before low and
 * high; a qualified value is flagged only where every number it stands for would be (`<5` is L for a range from 10, and
 * nothing for a range from 3). Critical limits hold even where no range fits the person.
 */
export function flagOf(
  value: string,
  parameter: Pick<ParameterShape, 'valueType' | 'choices' | 'critical'>,
  range: ReferenceRange | null,
): ResultFlag {
  switch (parameter.valueType) {
    case 'choice':
      return findChoice(value, parameter)?.abnormal ? 'A' : '';
    case 'text':
      return '';
    case 'numeric': {
      const number = parseNumericResult(value);
      return number === null ? '' : flagOfNumber(number, range?.critical ?? parameter.critical ?? {}, range ?? {});
    }
    default:
      return parameter.valueType satisfies never;
  }
}

/** The choice that a value or one of its other words stands for, without regard to case and outer spaces. */
export function findChoice(value: string, parameter: Pick<ParameterShape, 'choices'>) {
  const wanted = value.trim().toLowerCase();
  return parameter.choices?.find((choice) =>
    [choice.value, ...choice.aliases].some((word) => word.toLowerCase() === wanted),
  );
}

/**
 * The range as printed beside the value: its own text, or the limits in the parameter's decimals (`13.0 – 17.0`,
 * `≤ 5.0`, `≥ 60`), or the normal choices; empty where there is nothing to say.
 */
export function formatRange(
  parameter: Pick<ParameterShape, 'valueType' | 'choices' | 'decimals'>,
  range: ReferenceRange | null,
): string {
  if (range?.text !== undefined) return range.text;
  if (parameter.valueType === 'choice') {
    const normal = parameter.choices?.filter((choice) => !choice.abnormal) ?? [];
    return normal.map((choice) => choice.value).join(' / ');
  }
  const written = (limit: string) =>
    parameter.decimals === undefined ? limit : new Decimal(limit).toFixed(parameter.decimals);
  if (range?.low !== undefined && range.high !== undefined) return `${written(range.low)} – ${written(range.high)}`;
  if (range?.low !== undefined) return `≥ ${written(range.low)}`;
  if (range?.high !== undefined) return `≤ ${written(range.high)}`;
  return '';
}

function fits(range: ReferenceRange, sex: Sex, ageDays: number | null): boolean {
  if (range.sex !== 'any' && range.sex !== sex) return false;
  if (ageDays === null) return range.ageFromDays === 0 && range.ageToDays === undefined;
  return ageDays >= range.ageFromDays && (range.ageToDays === undefined || ageDays < range.ageToDays);
}

function isMoreSpecific(range: ReferenceRange, than: ReferenceRange): boolean {
  if ((range.sex === 'any') !== (than.sex === 'any')) return range.sex !== 'any';
  return bandWidth(range) < bandWidth(than);
}

/** An open band ends where the schema's largest age does, so that of two open ones the later to begin is narrower. */
function bandWidth(range: ReferenceRange): number {
  return (range.ageToDays ?? maximumAgeDays) - range.ageFromDays;
}

function flagOfNumber(value: NumericResult, critical: Limits, range: Limits): ResultFlag {
  if (isBelow(value, critical.low)) return 'LL';
  if (isAbove(value, critical.high)) return 'HH';
  if (isBelow(value, range.low)) return 'L';
  if (isAbove(value, range.high)) return 'H';
  return '';
}

/** Whether every number that the value stands for is below the limit. */
function isBelow(value: NumericResult, limit: string | undefined): boolean {
  if (limit === undefined || value.comparator === '>' || value.comparator === '>=') return false;
  const number = new Decimal(value.number);
  return value.comparator === '<' ? number.lessThanOrEqualTo(limit) : number.lessThan(limit);
}

/** Whether every number that the value stands for is above the limit. */
function isAbove(value: NumericResult, limit: string | undefined): boolean {
  if (limit === undefined || value.comparator === '<' || value.comparator === '<=') return false;
  const number = new Decimal(value.number);
  return value.comparator === '>' ? number.greaterThanOrEqualTo(limit) : number.greaterThan(limit);
}
