import { z } from 'zod';
import type { FieldError } from '../kernel/errors.ts';
import type { Birth } from './schema.ts';

/** Nobody is registered as older than this; the oldest documented person reached 122. */
export const maximumAgeYears = 130;

export const ageUnitSchema = z.enum(['years', 'months', 'weeks', 'days', 'hours']);
export type AgeUnit = z.infer<typeof ageUnitSchema>;

/**
 * What reception types: a date of birth (`YYYY-MM-DD`, or as much as is known: `YYYY-MM`, `YYYY`), for newborns with a
 * time of day (`HH:MM`), or else a stated age.
 */
export const ageInputSchema = z.strictObject({
  dateOfBirth: z.string().max(10).optional(),
  timeOfBirth: z.string().max(5).optional(),
  age: z.strictObject({ value: z.number(), unit: ageUnitSchema }).optional(),
});
export type AgeInput = z.infer<typeof ageInputSchema>;

/**
 * A civil moment in the lab's time zone: `YYYY-MM-DDTHH:MM`, or a day alone, `YYYY-MM-DD`. Ages follow the calendar on
 * the wall, so they are worked out on civil moments and never shift with a zone.
 */
export type CivilMoment = string;

/** A birth; its time of day, which only an age in hours needs, is kept where it is known. */
export type BirthMoment = Birth;

/** Whole years, months and days by the calendar; `hours` since birth where the time of birth and of the day are known. */
export interface Age {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly totalDays: number;
  readonly hours?: number;
}

export type BirthResult = { readonly birth: BirthMoment } | { readonly errors: FieldError[] };

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The civil moment of an instant in an IANA time zone, to the minute. */
export function civilMoment(instant: Date, timeZone: string): CivilMoment {
  const parts = new Map(
    civilFormat(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * Turns what was typed into a birth with its precision, or into every error found. A date known to the month or the
 * year stands at its first day, as people count ("born 1990"); a stated age counts back from `now` and keeps the day on
 * which it was stated.
 */
export function readBirth(input: AgeInput, now: CivilMoment): BirthResult {
  if (input.dateOfBirth !== undefined && input.age !== undefined) {
    return failure('age', 'age.twoSources', 'Both a date of birth and an age are given', 'Clear one of the two');
  }
  if (input.dateOfBirth !== undefined) return readDate(input.dateOfBirth, input.timeOfBirth, now);
  if (input.age !== undefined) return readStatedAge(input.age.value, input.age.unit, now);
  return failure('dateOfBirth', 'age.required', 'Date of birth or age is missing', 'Enter the date of birth or an age');
}

/** All that is wrong with a typed date of birth or age; empty when nothing is. Reference: validate_age. */
export function validateAge(input: AgeInput, now: CivilMoment): FieldError[] {
  const result = readBirth(input, now);
  return 'errors' in result ? result.errors : [];
}

/** The age on a civil moment, or null when the moment lies before the birth. Born on 29 February: counts from 1 March. */
export function ageAt(birth: BirthMoment, at: CivilMoment): Age | null {
  const born = parseDay(birth.date);
  const on = parseDay(at.slice(0, 10));
  if (born === null || on === null) throw new RangeError(`not a civil moment: ${birth.date}, ${at}`);
  const totalDays = daysBetween(born, on);
  const hours = hoursBetween(birth, at);
  if (totalDays < 0 || (hours !== undefined && hours < 0)) return null;
  const wholeMonths = (on.year - born.year) * 12 + (on.month - born.month) - (on.day < born.day ? 1 : 0);
  const days = daysBetween(addMonths(born, wholeMonths), on);
  const age = { years: Math.floor(wholeMonths / 12), months: wholeMonths % 12, days, totalDays };
  return hours === undefined ? age : { ...age, hours };
}

/**
 * An age as printed: hours below two days where they are known, days below a month, months below two years, then years
 * (`14 h`, `5 d`, `8 mo`, `34 y`).
 */
export function formatAge(age: Age): string {
  if (age.years >= 2) return `${age.years} y`;
  const months = age.years * 12 + age.months;
  if (months >= 1) return `${months} mo`;
  if (age.hours !== undefined && age.hours < 48) return `${age.hours} h`;
  return `${age.totalDays} d`;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function readDate(text: string, time: string | undefined, now: CivilMoment): BirthResult {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  const date = match ? `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}` : '';
  if (!match || parseDay(date) === null) {
    return failure(
      'dateOfBirth',
      'age.invalidDate',
      'The date of birth is not a date',
      'Enter year-month-day; the day, or month and day, may be left out',
    );
  }
  if (time !== undefined && (match[3] === undefined || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))) {
    return failure('timeOfBirth', 'age.invalidTime', 'The time of birth is not a time of a full date', 'Enter HH:MM');
  }
  const precision = match[3] !== undefined ? 'exact' : match[2] !== undefined ? 'month' : 'year';
  return checked({ date, precision, ...(time === undefined ? {} : { time }) }, 'dateOfBirth', now);
}

/** Beyond these the age is over the maximum whatever the day; keeps date arithmetic away from huge numbers. */
const unitLimit: Record<AgeUnit, number> = {
  years: maximumAgeYears,
  months: maximumAgeYears * 12,
  weeks: maximumAgeYears * 53,
  days: maximumAgeYears * 366,
  hours: maximumAgeYears * 366 * 24,
};

function readStatedAge(value: number, unit: AgeUnit, now: CivilMoment): BirthResult {
  if (!Number.isInteger(value) || value < 0) {
    return failure('age', 'age.invalidValue', 'The age is not a whole number', 'Use a smaller unit, such as months');
  }
  if (value > unitLimit[unit]) return tooOld('age');
  return checked(countBack(value, unit, now), 'age', now);
}

function countBack(value: number, unit: AgeUnit, now: CivilMoment): BirthMoment {
  const statedOn = now.slice(0, 10);
  const today = parseDay(statedOn);
  if (today === null) throw new RangeError(`not a civil moment: ${now}`);
  const stated = (date: Day): BirthMoment => ({ date: dayText(date), precision: 'estimated', statedOn });
  switch (unit) {
    case 'years':
      return stated(addMonths(today, -12 * value));
    case 'months':
      return stated(addMonths(today, -value));
    case 'weeks':
      return stated(addDays(today, -7 * value));
    case 'days':
      return stated(addDays(today, -value));
    case 'hours': {
      const born = new Date(civilMs(now) - value * hourMs).toISOString();
      return { date: born.slice(0, 10), time: born.slice(11, 16), precision: 'estimated', statedOn };
    }
    default:
      return unit satisfies never;
  }
}

function checked(birth: BirthMoment, field: string, now: CivilMoment): BirthResult {
  const born = parseDay(birth.date);
  const today = parseDay(now.slice(0, 10));
  if (born === null || today === null) throw new RangeError(`not a civil moment: ${birth.date}, ${now}`);
  const hours = hoursBetween(birth, now);
  if (daysBetween(born, today) < 0 || (hours !== undefined && hours < 0)) {
    return failure(field, 'age.future', 'The date of birth is in the future', 'Check the year, month and day');
  }
  if (daysBetween(addMonths(today, -12 * maximumAgeYears), born) < 0) return tooOld(field);
  return { birth };
}

function tooOld(field: string): BirthResult {
  return failure(
    field,
    'age.tooOld',
    `The age is over ${maximumAgeYears} years`,
    'Check the year, or the unit of the age',
  );
}

function failure(field: string, code: string, message: string, remedy: string): { errors: FieldError[] } {
  return { errors: [{ field, code, message, remedy }] };
}

/** Reads `YYYY-MM-DD` as a day that exists in the Gregorian calendar, else null. */
function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return null;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const exists = day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= daysInMonth(day.year, day.month);
  return exists ? day : null;
}

function daysInMonth(year: number, month: number): number {
  return new Date(dayMsOf({ year, month: month + 1, day: 0 })).getUTCDate();
}

/** Unlike Date.UTC, years below 100 are taken as they are. */
function dayMsOf(day: Day): number {
  return new Date(0).setUTCFullYear(day.year, day.month - 1, day.day);
}

function daysBetween(from: Day, to: Day): number {
  return Math.round((dayMsOf(to) - dayMsOf(from)) / dayMs);
}

function dayText(day: Day): string {
  return new Date(dayMsOf(day)).toISOString().slice(0, 10);
}

function addDays(from: Day, days: number): Day {
  const date = new Date(dayMsOf({ ...from, day: from.day + days }));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The same day of another month, or that month's last day where it has no such day. */
function addMonths(from: Day, months: number): Day {
  const index = from.year * 12 + (from.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  return { year, month, day: Math.min(from.day, daysInMonth(year, month)) };
}

function civilMs(at: CivilMoment): number {
  return Date.parse(`${at}:00.000Z`);
}

function hoursBetween(birth: BirthMoment, at: CivilMoment): number | undefined {
  if (birth.time === undefined || at.length < 16) return undefined;
  return Math.floor((civilMs(at) - civilMs(`${birth.date}T${birth.time}`)) / hourMs);
}

const civilFormats = new Map<string, Intl.DateTimeFormat>();

function civilFormat(timeZone: string): Intl.DateTimeFormat {
  let format = civilFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    civilFormats.set(timeZone, format);
  }
  return format;
}
