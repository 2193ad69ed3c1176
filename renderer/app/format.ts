import { formatAmount, formatMoney, parseMoney } from '../../shared/billing/money.ts';
import { civilMoment } from '../../shared/patients/age.ts';

/** How the laboratory writes things: its locale, time zone and currency, whatever the computer is set to. */
export interface Regional {
  readonly locale: string;
  readonly timeZone: string;
  readonly currency: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** All formatting of dates, numbers and money. Screens get it by `useFormat()`. */
export function createFormat({ locale, timeZone, currency }: Regional) {
  const dateFormat = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium' });
  const timeFormat = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const secondsFormat = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const shortDayFormat = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const civilDate = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short' });
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

  const today = (now = Date.now()) => civilMoment(new Date(now), timeZone).slice(0, 10);
  const dateTime = (instant: string) =>
    `${dateFormat.format(new Date(instant))}, ${timeFormat.format(new Date(instant))}`;

  return {
    locale,
    timeZone,
    currency,
    /** `YYYY-MM-DD` now in the lab's time zone. */
    today,
    /** `YYYY-MM-DD` some days before today. */
    daysAgo: (days: number) => today(Date.now() - days * day),
    /** The day of an instant. */
    date: (instant: string) => dateFormat.format(new Date(instant)),
    /** A calendar day `YYYY-MM-DD`, which belongs to no time zone. */
    day: (civil: string) => civilDate.format(new Date(`${civil}T00:00:00Z`)),
    /** Hours and minutes of an instant. */
    time: (instant: string) => timeFormat.format(new Date(instant)),
    /** Hours, minutes and seconds of an instant: for what happens while one looks. */
    seconds: (instant: string) => secondsFormat.format(new Date(instant)),
    /** Day and month of an instant, where the year goes without saying: axes of charts. */
    shortDay: (instant: string) => shortDayFormat.format(new Date(instant)),
    dateTime,
    /** `09:41` for today, otherwise with the day: for columns of recent things. */
    recent: (instant: string) =>
      civilMoment(new Date(instant), timeZone).slice(0, 10) === today()
        ? timeFormat.format(new Date(instant))
        : dateTime(instant),
    /** `09:41` for today, `Sat 09:41` within six days, otherwise the day: where there is room for little. */
    near: (instant: string, now = Date.now()) => {
      const isToday = civilMoment(new Date(instant), timeZone).slice(0, 10) === today(now);
      if (isToday) return timeFormat.format(new Date(instant));
      if (Math.abs(Date.parse(instant) - now) > 6 * day) return dateFormat.format(new Date(instant));
      return `${weekday.format(new Date(instant))} ${timeFormat.format(new Date(instant))}`;
    },
    /** `2 min. ago`. */
    ago: (instant: string, now = Date.now()) => {
      const passed = now - Date.parse(instant);
      if (passed < minute) return relative.format(0, 'minute');
      if (passed < hour) return relative.format(-Math.floor(passed / minute), 'minute');
      if (passed < day) return relative.format(-Math.floor(passed / hour), 'hour');
      return relative.format(-Math.floor(passed / day), 'day');
    },
    number: (value: number) => number.format(value),
    /** Minor units with the currency. */
    money: (amount: number, of = currency) => formatMoney({ amount, currency: of }, locale),
    /** Minor units without the currency, for columns. */
    amount: (amount: number, of = currency) => formatAmount({ amount, currency: of }, locale),
    /** What a person typed into minor units; null where it is no amount. */
    readMoney: (text: string, of = currency) => parseMoney(text, of, locale),
  };
}

export type Format = ReturnType<typeof createFormat>;
