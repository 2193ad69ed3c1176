import type { DeviceMessage, DeviceReading } from './reading.ts';

/** Clocks of instruments are set by hand; a few minutes are nothing. */
const toleratedMinutes = 10;

/**
 * By how many minutes an analyzer's clock is ahead of the laboratory's (negative: behind), where that is more than a few:
 * by the message's own time of sending, else by a result measured in the future. Undefined where it is right, or nothing
 * can be said.
 * @param receivedAt local time of receipt in the laboratory, `YYYY-MM-DDTHH:mm`
 */
export function clockOffMinutes(
  message: Pick<DeviceMessage, 'sentAt'>,
  reading: Pick<DeviceReading, 'resultAt'>,
  receivedAt: string,
): number | undefined {
  const sent = minutesBetween(receivedAt, message.sentAt?.local);
  if (sent !== undefined) return Math.abs(sent) > toleratedMinutes ? sent : undefined;
  const measured = minutesBetween(receivedAt, reading.resultAt?.local);
  return measured !== undefined && measured > toleratedMinutes ? measured : undefined;
}

/** Both without a zone, so that the same one may be assumed; undefined for a day without a time of day. */
function minutesBetween(from: string, to: string | undefined): number | undefined {
  if (!to?.includes('T')) return undefined;
  return Math.round((Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 60_000);
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
