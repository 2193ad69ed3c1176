import { civilMoment } from '../patients/age.ts';
import type { DeviceMessage, DeviceReading, DeviceTime } from './reading.ts';

const minuteMs = 60_000;

/** Clocks of instruments are set by hand; a few minutes are nothing. */
const toleratedMinutes = 10;
/** So far from a difference of time zones a clock may be and still keep another zone's time. */
const nearMinutes = 4;
/** From UTC-12 to UTC+14. */
const widestZones = 26 * 60;

/**
 * By how many minutes an analyzer's clock is ahead (negative: behind), where that is more than a few: by the message's own
 * time of sending, else by a result measured in the future. Undefined where it is right, or nothing can be said.
 * @param received when the message came, and the time zone that the analyzer's clock is set to
 */
export function clockOffMinutes(
  message: Pick<DeviceMessage, 'sentAt'>,
  reading: Pick<DeviceReading, 'resultAt'>,
  received: { readonly at: Date; readonly timeZone: string },
): number | undefined {
  const ahead = (time: DeviceTime | undefined) => {
    const instant = instantOf(time, received.timeZone);
    return instant === undefined ? undefined : Math.round((instant - received.at.getTime()) / minuteMs);
  };
  const sent = ahead(message.sentAt);
  if (sent !== undefined) return Math.abs(sent) > toleratedMinutes ? sent : undefined;
  const measured = ahead(reading.resultAt);
  return measured !== undefined && measured > toleratedMinutes ? measured : undefined;
}

/** Whether this is an IANA time zone that the computer knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether a clock that is so far off may only be set to another time zone: their differences are whole quarters of an hour. */
export function mayBeOtherZone(minutesOff: number): boolean {
  const size = Math.abs(minutesOff);
  const fromQuarter = Math.abs(size - 15 * Math.round(size / 15));
  return size >= 30 - nearMinutes && size <= widestZones && fromQuarter <= nearMinutes;
}

/** A moment by the analyzer's clock as the laboratory's clock showed it, `YYYY-MM-DDTHH:mm:ss`; what is no moment as it is. */
export function laboratoryTime(
  time: DeviceTime | undefined,
  zones: { readonly analyzer: string; readonly laboratory: string },
): string | undefined {
  const instant = instantOf(time, zones.analyzer);
  const isSame = time?.offset === undefined && zones.analyzer === zones.laboratory;
  if (instant === undefined || isSame) return time?.local ?? time?.sent;
  return `${civilMoment(new Date(instant), zones.laboratory)}${time?.local?.slice(16) ?? ''}`;
}

/** Undefined for a day without a time of day, and for no time at all. */
function instantOf(time: DeviceTime | undefined, timeZone: string): number | undefined {
  if (!time?.local?.includes('T')) return undefined;
  if (time.offset !== undefined) return Date.parse(`${time.local}${time.offset}`);
  const wall = Date.parse(`${time.local}Z`);
  // The difference to UTC on either side of a change to summer time is that of the instant found with it.
  return wall - offsetAt(wall - offsetAt(wall, timeZone), timeZone);
}

function offsetAt(instant: number, timeZone: string): number {
  const minute = Math.floor(instant / minuteMs) * minuteMs;
  return Date.parse(`${civilMoment(new Date(minute), timeZone)}Z`) - minute;
}

/**
 * Sample ids that a message gives to two tubes (different places in the analyzer): one of them is labelled wrongly, and
 * nobody but a person can say which.
 */
export function sampleIdsTwice(message: Pick<DeviceMessage, 'samples'>): ReadonlySet<string> {
  const places = new Map<string, Set<string>>();
  for (const { sampleId, rack, position, kind } of message.samples) {
    if (kind !== 'patient' || sampleId === '' || position === undefined) continue;
    const known = places.get(sampleId) ?? new Set();
    known.add(`${rack ?? ''}/${position}`);
    places.set(sampleId, known);
  }
  return new Set([...places].filter(([, known]) => known.size > 1).map(([sampleId]) => sampleId));
}
