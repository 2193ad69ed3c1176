import type { DeviceTime } from './reading.ts';

export type DateOrder = 'mdy' | 'dmy' | 'ymd';

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (daysOfMonth[month - 1] ?? 0) + (month === 2 && leap ? 1 : 0);
}

/** `YYYYMMDD[HHMM[SS[.f…]]][±HHMM]`: ASTM (LIS2-A2, 6.6.2) and HL7 TS. Day precision is the least accepted. */
const compact = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?(?:([+-])(\d{2})(\d{2}))?$/;

/** Reads a time stamp of ASTM or HL7. `undefined` for empty text; text that is no date is kept as sent. */
export function readTime(sent: string): DeviceTime | undefined {
  const text = sent.trim();
  if (text === '') return undefined;
  const parts = compact.exec(text);
  if (!parts) return { sent: text };
  const [, year = '', month = '', day = '', hour, minute, second = '00', sign, zoneHour, zoneMinute] = parts;
  if (!isDay(Number(year), Number(month), Number(day))) return { sent: text };
  const time: DeviceTime = { sent: text, local: `${year}-${month}-${day}` };
  if (hour !== undefined && minute !== undefined) {
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return { sent: text };
    time.local = `${time.local}T${hour}:${minute}:${second}`;
  }
  if (sign && Number(zoneHour) <= 14 && Number(zoneMinute) <= 59) time.offset = `${sign}${zoneHour}:${zoneMinute}`;
  return time;
}

const slashed = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})$/;
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * Reads a date as people write it with its parts in the given order, and a clock time beside it (either may be empty). Years of
 * two digits are 2000 to 2099: no instrument this reads is older.
 */
export function readWrittenTime(date: string, timeOfDay: string, order: DateOrder): DeviceTime | undefined {
  const sent = `${date.trim()} ${timeOfDay.trim()}`.trim();
  if (sent === '') return undefined;
  const parts = slashed.exec(date.trim());
  if (!parts) return { sent };
  const [first, second, third] = [parts[1] ?? '', parts[2] ?? '', parts[3] ?? ''];
  const [year, month, day] =
    order === 'mdy' ? [third, first, second] : order === 'dmy' ? [third, second, first] : [first, second, third];
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  if (!isDay(fullYear, Number(month), Number(day))) return { sent };
  const local = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = clock.exec(timeOfDay.trim());
  if (!at || Number(at[1]) > 23 || Number(at[2]) > 59) return { sent, local };
  return { sent, local: `${local}T${(at[1] ?? '').padStart(2, '0')}:${at[2]}:${at[3] ?? '00'}` };
}
