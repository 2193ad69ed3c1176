import { Decimal } from 'decimal.js';
import type { FieldError } from '../kernel/errors.ts';
import { maximumAgeDays, type ParameterShape, type ReferenceRange, type ReferenceRangesShape } from './schema.ts';

/**
 * What is wrong in a set of ranges: limits the wrong way round, bands that end before they begin, two ranges for the same
 * people of which neither is the narrower, pregnant men, limits where the value is no number or titre.
 * @param parameter whose ranges they are, where it is known
 * @param field the set's place in the errors
 */
export function rangeProblems(
  set: ReferenceRangesShape,
  parameter: ParameterShape | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const { ranges } = set;
  ranges.forEach((range, index) => {
    const at = `${field}.ranges.${index}`;
    const add = (place: string, code: string, message: string, remedy?: string) =>
      errors.push({ field: `${at}${place}`, code, message, ...(remedy === undefined ? {} : { remedy }) });
    if (isReversed(range)) add('', 'catalogue.limits', 'The lower limit is above the upper', 'Exchange the two.');
    if (range.critical && isReversed(range.critical)) {
      add('.critical', 'catalogue.limits', 'The lower limit is above the upper', 'Exchange the two.');
    }
    if (range.ageToDays !== undefined && range.ageToDays <= range.ageFromDays) {
      add('.ageToDays', 'catalogue.limits', 'The age band ends before it begins');
    }
    if (range.pregnancy !== undefined && range.sex === 'male') {
      add('.pregnancy', 'catalogue.range', 'A range for men is not for pregnancies', 'Choose female, or no pregnancy.');
    }
    if (parameter && !hasLimits(parameter) && (range.low ?? range.high ?? range.critical) !== undefined) {
      const message = `${parameter.code} is ${parameter.valueType}: only its text is printed, limits mean nothing`;
      add('', 'catalogue.range', message, 'Leave the limits empty.');
    }
    if (parameter?.valueType === 'titre') {
      for (const limit of [range.low, range.high]) {
        if (limit !== undefined && !/^[1-9]\d*$/.test(limit)) {
          add('', 'catalogue.range', `A titre's limit is its dilution, like 80 for 1:80, not ${limit}`);
        }
      }
    }
    const rival = ranges.findIndex((other, place) => place < index && contradict(other, range));
    if (rival >= 0) {
      const message = `It is for the same people and overlapping ages as range ${rival + 1}`;
      add('', 'catalogue.overlap', message, 'Let one band begin where the other ends.');
    }
  });
  return errors;
}

/**
 * What is worth a look in a set of ranges although it can be right: ages between two bands that have none, bands that end
 * without another to follow, a range for one sex and none for the other. The time before the first band is not told, since
 * ranges of children are often left out on purpose. Fields as in `rangeProblems`.
 */
export function rangeWarnings(set: ReferenceRangesShape, field: string): FieldError[] {
  const warnings: FieldError[] = [];
  const add = (message: string) => warnings.push({ field: `${field}.ranges`, code: 'catalogue.gap', message });
  const general = set.ranges.filter((range) => range.pregnancy === undefined);
  if (general.length === 0) return warnings;
  const told = new Set<string>();
  for (const sex of ['male', 'female'] as const) {
    const bands = general
      .filter((range) => range.sex === 'any' || range.sex === sex)
      .toSorted((a, b) => a.ageFromDays - b.ageFromDays);
    if (bands.length === 0) {
      add(`There is no range for ${sex === 'male' ? 'men' : 'women'}`);
      continue;
    }
    for (const gap of gapsOf(bands)) {
      if (!told.has(gap)) add(gap);
      told.add(gap);
    }
  }
  return warnings;
}

/** @param bands in the order of their first day */
function gapsOf(bands: readonly ReferenceRange[]): string[] {
  const gaps: string[] = [];
  let end = bands[0]?.ageFromDays ?? 0;
  for (const band of bands) {
    if (band.ageFromDays > end) gaps.push(`There is no range from ${ageWords(end)} to ${ageWords(band.ageFromDays)}`);
    end = Math.max(end, band.ageToDays ?? maximumAgeDays);
  }
  if (end < maximumAgeDays) gaps.push(`There is no range from ${ageWords(end)}`);
  return gaps;
}

/** Whole years where the band begins with one, otherwise days. */
function ageWords(days: number): string {
  const years = Math.round(days / 365.25);
  return years > 0 && Math.floor(years * 365.25) === days ? `${years} years` : `${days} days`;
}

/** Two ranges for the same people whose bands overlap without one lying within the other, or are the same. */
function contradict(one: ReferenceRange, other: ReferenceRange): boolean {
  if (one.sex !== other.sex || one.pregnancy !== other.pregnancy) return false;
  const [from, to] = [one.ageFromDays, one.ageToDays ?? maximumAgeDays];
  const [otherFrom, otherTo] = [other.ageFromDays, other.ageToDays ?? maximumAgeDays];
  if (to <= otherFrom || otherTo <= from) return false;
  const within = from >= otherFrom && to <= otherTo;
  const around = otherFrom >= from && otherTo <= to;
  return within === around;
}

function hasLimits({ valueType }: ParameterShape): boolean {
  return valueType === 'numeric' || valueType === 'titre';
}

function isReversed({ low, high }: { readonly low?: string; readonly high?: string }): boolean {
  return low !== undefined && high !== undefined && new Decimal(low).greaterThan(high);
}
