import {
  clockOffMinutes,
  type DeviceMessage,
  type DeviceReading,
  sampleIdsTwice,
  valueInLine,
} from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { keepContent } from '../files/index.ts';
import type { Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { Matcher } from './matching.ts';
import type { Pictures } from './pictures.ts';

/** A message of the journal with what its driver read in it. */
export interface ReadMessage {
  readonly message: Stored<AnalyzerMessage>;
  readonly read: DeviceMessage;
  /** Its pictures, unpacked (`picturesOf`). */
  readonly pictures?: Pictures;
}

/**
 * Stores what analyzers measured, matched and converted, for validation (reference: save_device_results). One batch,
 * whatever the number of messages and results. Undecided results of an earlier reading of the same message are replaced,
 * so that a replay creates nothing twice.
 */
export function saveDeviceResults(work: Work, messages: readonly ReadMessage[]): Stored<DeviceResult>[] {
  if (messages.length === 0) return [];
  const decided = replaceUndecided(work, messages);
  const readings = messages.flatMap(({ message, read }) =>
    read.results.map((reading, index) => ({ message, reading, index, key: `${message.id}/${index}` })),
  );
  const fresh = readings.filter(({ key }) => !decided.has(key));
  const matcher = new Matcher(
    work,
    work.now,
    fresh.map(({ reading }) => reading),
  );
  const { timeZone } = centreOf(work);
  const whole = new Map(
    messages.map(({ message, read, pictures }) => {
      const receivedAt = civilMoment(new Date(message.at), timeZone);
      return [message.id, { read, receivedAt, pictures, twice: sampleIdsTwice(read) }];
    }),
  );
  const documents = fresh.map(({ message, reading, index }): NewDocument<DeviceResult> => {
    const { sampleId, kind, code, value, unit } = reading;
    const of = whole.get(message.id);
    const isTwice = of?.twice.has(sampleId) ?? false;
    const match = matcher.match({ deviceId: message.deviceId, sampleId, kind, code, value, unit, isTwice });
    const off = of && clockOffMinutes(of.read, reading, of.receivedAt);
    return {
      ...asSent(message, reading, index),
      ...imagesOf(of?.pictures, index),
      ...(off === undefined ? {} : { clockOffMinutes: off }),
      ...match,
      decidedAt: match.state === 'rejected' ? work.now : undefined,
    };
  });
  keepContent(
    work,
    messages.flatMap(({ pictures }) => [...(pictures?.values() ?? [])].flat()),
  );
  return work.insertMany('deviceResults', documents);
}

function imagesOf(pictures: Pictures | undefined, index: number): Pick<DeviceResult, 'images'> {
  const images = pictures?.get(index)?.map(({ name, mediaType, sha256, data }) => {
    return { name, mediaType, sha256, size: data.length };
  });
  return images ? { images } : {};
}

/** Removes undecided results of these messages; returns the keys of those a person already decided on. */
function replaceUndecided(work: Work, messages: readonly ReadMessage[]): Set<string> {
  const replayed = messages
    .filter(({ message }) => message.outcome.state !== 'stored')
    .map(({ message }) => message.id);
  if (replayed.length === 0) return new Set();
  const earlier = work.find('deviceResults', { selector: { journalId: { $in: replayed } } });
  const undecided = earlier.filter(({ decidedBy }) => decidedBy === undefined);
  for (const result of undecided) work.remove('deviceResults', result);
  return new Set(
    earlier.filter(({ decidedBy }) => decidedBy !== undefined).map((one) => `${one.journalId}/${one.index}`),
  );
}

function asSent(
  message: Stored<AnalyzerMessage>,
  reading: DeviceReading,
  index: number,
): Omit<NewDocument<DeviceResult>, 'state' | 'flag'> {
  return {
    journalId: message.id,
    deviceId: message.deviceId,
    deviceName: message.deviceName,
    index,
    kind: reading.kind,
    sampleId: reading.sampleId.slice(0, 100),
    deviceCode: reading.code.slice(0, 100),
    deviceCodeName: reading.name?.slice(0, 200),
    originalValue: (reading.rawValue || valueInLine(reading.value)).slice(0, 2000),
    originalUnit: reading.unit?.slice(0, 60),
    reading: reading.value,
    analyzerFlags: reading.flags.slice(0, 30).map((flag) => flag.slice(0, 60)),
    comments: reading.comments.slice(0, 30).map((comment) => comment.slice(0, 1000)),
    controlLot: reading.control?.lot?.slice(0, 100),
    control: reading.control,
    dilution: reading.dilution?.slice(0, 40),
    status: reading.status?.slice(0, 20),
    resultAt: (reading.resultAt?.local ?? reading.resultAt?.sent)?.slice(0, 40),
    receivedAt: message.at,
    recordRef: reading.recordRef,
  };
}
