import { civilMoment } from '../patients/age.ts';

const dayMs = 86_400_000;

/**
 * The first instant of a day (`YYYY-MM-DD`) in an IANA time zone, in UTC. Where clocks are put forward at midnight, the
 * first that exists.
 */
export function startOfDay(day: string, timeZone: string): string {
  const midnight = Date.parse(`${day}T00:00:00.000Z`);
  const offsets = [midnight - dayMs, midnight + dayMs].map((instant) => offsetAt(instant, timeZone));
  const candidates = offsets.map((offset) => midnight - offset).toSorted((a, b) => a - b);
  const first = candidates.find((instant) => civilMoment(new Date(instant), timeZone).startsWith(day));
  return new Date(first ?? midnight).toISOString();
}

/** The day after, `YYYY-MM-DD`. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + dayMs).toISOString().slice(0, 10);
}

/** How far the clock on the wall is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  return Date.parse(`${civilMoment(new Date(instant), timeZone)}:00.000Z`) - instant;
}
