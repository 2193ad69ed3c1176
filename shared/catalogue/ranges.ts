import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { Sex } from '../patients/schema.ts';
import { type NumericResult, parseNumericResult } from '../results/conversion.ts';
import { isActive } from './active.ts';
import {
  type Limits,
  maximumAgeDays,
  type ParameterShape,
  type ReferenceRange,
  type ReferenceRangesShape,
} from './schema.ts';
import { formatTitre, parseTitre } from './titre.ts';

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

/** Who a range is chosen for. `ageDays` null: unknown; `pregnancy` absent: not pregnant, or not known to be. */
export interface RangePerson {
  readonly sex: Sex;
  readonly ageDays: number | null;
  readonly pregnancy?: ReferenceRange['pregnancy'];
}

/**
 * The ranges of a parameter that are in force on a day (see `isActive`): those of the sets for its method where there are
 * such, otherwise those of the sets without a method.
 */
export function rangesFor(
  parameter: Pick<ParameterShape, 'method'>,
  sets: readonly Pick<ReferenceRangesShape, 'method' | 'ranges' | 'activeFrom' | 'activeTo'>[],
  on: string | undefined,
): ReferenceRange[] {
  const method = parameter.method?.toLowerCase();
  const active = sets.filter((set) => isActive(set, on));
  const own = active.filter((set) => set.method !== undefined && set.method.toLowerCase() === method);
  const chosen = own.length > 0 ? own : active.filter((set) => set.method === undefined);
  return chosen.flatMap((set) => set.ranges);
}

/**
 * The range for a person: of the ranges that fit, one for the pregnancy (the trimester before any) goes before one for
 * everybody, one for the person's sex before one for any sex, then the narrower band, then the earlier. Null when none
 * fits: an unknown sex fits only `any`, an unknown age (null) only bands that hold every age.
 */
export function chooseRange(ranges: readonly ReferenceRange[], person: RangePerson): ReferenceRange | null {
  let best: ReferenceRange | null = null;
  for (const range of ranges) {
    if (!fits(range, person)) continue;
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
    case 'image':
      return '';
    case 'numeric':
    case 'titre': {
      const number = parameter.valueType === 'titre' ? parseTitre(value) : parseNumericResult(value);
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
  const written = (limit: string) => {
    if (parameter.valueType === 'titre') return formatTitre({ number: limit });
    return parameter.decimals === undefined ? limit : new Decimal(limit).toFixed(parameter.decimals);
  };
  if (range?.low !== undefined && range.high !== undefined) return `${written(range.low)} – ${written(range.high)}`;
  if (range?.low !== undefined) return `≥ ${written(range.low)}`;
  if (range?.high !== undefined) return `≤ ${written(range.high)}`;
  return '';
}

function fits(range: ReferenceRange, { sex, ageDays, pregnancy }: RangePerson): boolean {
  if (range.sex !== 'any' && range.sex !== sex) return false;
  if (range.pregnancy !== undefined && (pregnancy === undefined || !isOf(range.pregnancy, pregnancy))) return false;
  if (ageDays === null) return range.ageFromDays === 0 && range.ageToDays === undefined;
  return ageDays >= range.ageFromDays && (range.ageToDays === undefined || ageDays < range.ageToDays);
}

/** Whether a range for a trimester, or for any, is one for a woman in that trimester. */
function isOf(range: NonNullable<ReferenceRange['pregnancy']>, person: ReferenceRange['pregnancy']): boolean {
  return range === 'any' || range === person;
}

/** 0: for everybody; 1: for all pregnant women; 2: for one trimester. */
function pregnancyRank({ pregnancy }: ReferenceRange): number {
  if (pregnancy === undefined) return 0;
  return pregnancy === 'any' ? 1 : 2;
}

function isMoreSpecific(range: ReferenceRange, than: ReferenceRange): boolean {
  if (pregnancyRank(range) !== pregnancyRank(than)) return pregnancyRank(range) > pregnancyRank(than);
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
