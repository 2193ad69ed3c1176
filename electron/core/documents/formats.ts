/** Times and days as a document writes them. */
export interface Formats {
  /** An instant to the minute, in the lab's time zone. */
  time(instant: string): string;
  /** An instant to the minute, as short as a label needs. */
  shortTime(instant: string): string;
  /** A calendar day, which has no zone. */
  day(day: string): string;
}

const known = new Map<string, Formats>();

/** The formats of a locale (BCP 47) and time zone (IANA); throws RangeError for one that does not exist. */
export function formatsOf(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`;
  let formats = known.get(key);
  if (!formats) {
    formats = makeFormats(locale, timeZone);
    known.set(key, formats);
  }
  return formats;
}

function makeFormats(locale: string, timeZone: string): Formats {
  const date = { day: '2-digit', month: 'short', year: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const time = new Intl.DateTimeFormat(locale, { ...date, ...clock, timeZone });
  const shortTime = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    year: '2-digit',
    ...clock,
    timeZone,
  });
  const day = new Intl.DateTimeFormat(locale, { ...date, timeZone: 'UTC' });
  return {
    time: (instant) => time.format(new Date(instant)),
    shortTime: (instant) => shortTime.format(new Date(instant)),
    day: (text) => day.format(new Date(`${text}T00:00:00Z`)),
  };
}
