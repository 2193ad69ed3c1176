import { yearsInDays } from './ranges.ts';

const daysInMonth = 365.25 / 12;

/** Days that surely lie within the first `months` months of life. */
export function monthsInDays(months: number): number {
  return Math.floor(months * daysInMonth);
}

/**
 * An age of an age band as typed: days (`28`, `28 d`), weeks (`6 w`), months (`3 m`, `3 mo`) or years (`18 y`). Null for
 * anything else.
 */
export function readAgeDays(text: string): number | null {
  const match = /^\s*(\d{1,6})\s*(d|days?|w|weeks?|m|mo|months?|y|years?)?\s*$/i.exec(text);
  if (!match) return null;
  const number = Number(match[1]);
  switch (match[2]?.[0]?.toLowerCase()) {
    case 'w':
      return number * 7;
    case 'm':
      return monthsInDays(number);
    case 'y':
      return yearsInDays(number);
    default:
      return number;
  }
}

/** Days as `readAgeDays` reads them back, in the largest unit that says exactly that: `18 y`, `3 mo`, `28 d`. */
export function ageDaysText(days: number): string {
  const years = Math.round(days / 365.25);
  if (years > 0 && yearsInDays(years) === days) return `${years} y`;
  const months = Math.round(days / daysInMonth);
  return months > 0 && months < 36 && monthsInDays(months) === days ? `${months} mo` : `${days} d`;
}
