import type { AgeInput, AgeUnit } from '../../shared/patients/age.ts';
import { dayText, readDayText } from '../app/day-text.ts';

const units: readonly (readonly [RegExp, AgeUnit])[] = [
  [/^(?:y|yr|yrs|year|years)?$/, 'years'],
  [/^(?:m|mo|mon|month|months)$/, 'months'],
  [/^(?:w|wk|wks|week|weeks)$/, 'weeks'],
  [/^(?:d|day|days)$/, 'days'],
  [/^(?:h|hr|hrs|hour|hours)$/, 'hours'],
];

/**
 * Reads the one field for date of birth or age as reception types it: `34`, `34y`, `8m`, `3w`, `5d`, `14h`; `1990`,
 * `1990-05`, `1990-05-12`; or a date in the order of the lab's locale, with any separator (`12/05/1990`, `12.5.90`). Null
 * where it is neither.
 */
export function readBirthText(typed: string, locale: string, now = new Date()): AgeInput | null {
  const text = typed.trim().toLowerCase();
  if (/^\d{4}(-\d{1,2}){0,2}$/.test(text)) {
    const [year, ...rest] = text.split('-');
    return { dateOfBirth: [year, ...rest.map(twoDigits)].join('-') };
  }
  const age = /^(\d{1,3})\s*([a-z]*)\.?$/.exec(text);
  if (age) {
    const unit = units.find(([words]) => words.test(age[2] ?? ''))?.[1];
    return unit ? { age: { value: Number(age[1]), unit } } : null;
  }
  // A birth has a year: without one the text is not a date here.
  const day = /\d[./\s-]\d+[./\s-]\d|^\d{8}$/.test(text) ? readDayText(text, locale, now.toISOString()) : null;
  return day ? { dateOfBirth: day } : null;
}

/** A date of birth as the field shows one that is known: in the order that it is typed in. */
export function birthText(date: string, precision: string, locale: string): string {
  const [year = '', month = ''] = date.split('-');
  if (precision === 'year') return year;
  if (precision === 'month') return `${year}-${month}`;
  return dayText(date, locale);
}

function twoDigits(part: string): string {
  return part.padStart(2, '0');
}
