/** Whether dates are typed month first in a locale (`en-US`). */
export function monthFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric' }).formatToParts(0);
  return parts.find(({ type }) => type === 'day' || type === 'month')?.type === 'month';
}

/** A day `YYYY-MM-DD` as people of the locale type it: `24/11/2026`, month first `11/24/2026`. */
export function dayText(day: string, locale: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return (monthFirst(locale) ? [month, date, year] : [date, month, year]).join('/');
}

/**
 * Reads a day typed in the locale's order with any separator (`24/11/2026`, `24.11.26`, `24 11`, `24112026`) or as
 * `YYYY-MM-DD`; a year that is left out is that of `near`, one of two digits lies in the hundred years up to `near`. Null
 * where it is no day of the calendar.
 * @param near `YYYY-MM-DD`
 */
export function readDayText(typed: string, locale: string, near: string): string | null {
  const text = typed.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso?.[1] && iso[2] && iso[3]) return existing(iso[1], iso[2], iso[3]);
  const parts =
    /^(\d{1,2})[./\s-](\d{1,2})(?:[./\s-](\d{4}|\d{2}))?$/.exec(text) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (!parts?.[1] || !parts[2]) return null;
  const [date, month] = monthFirst(locale) ? [parts[2], parts[1]] : [parts[1], parts[2]];
  return existing(fullYear(parts[3], near), month, date);
}

function fullYear(year: string | undefined, near: string): string {
  const thisYear = Number(near.slice(0, 4));
  if (year === undefined) return String(thisYear);
  if (year.length === 4) return year;
  const full = Math.floor(thisYear / 100) * 100 + Number(year);
  return String(full > thisYear ? full - 100 : full);
}

function existing(year: string, month: string, date: string): string | null {
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) ? day : null;
}
