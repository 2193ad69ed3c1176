import {
  clockOffMinutes,
  type DeviceMessage,
  type DeviceReading,
  laboratoryTime,
  sampleIdsTwice,
  valueInLine,
} from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { keepContent } from '../files/index.ts';
import type { ScopedReads, Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { Matcher } from './matching.ts';
import { type Pictures, pictureFields } from './pictures.ts';

/** A message of the journal with what its driver read in it. */
export interface ReadMessage {
  readonly message: Stored<AnalyzerMessage>;
  readonly read: DeviceMessage;
  /** Time zone of the analyzer's clock, where it is not the laboratory's. */
  readonly clockZone?: string | undefined;
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
  const documents = deviceResultsOf(work, work.now, messages, decided);
  keepContent(
    work,
    messages.flatMap(({ pictures }) =>
      pictures ? [...pictures.ofResults.values(), ...pictures.ofSamples.values()].flatMap(({ kept }) => kept) : [],
    ),
  );
  return work.insertMany('deviceResults', documents);
}

/**
 * What is stored of messages: their results, matched and converted, and pictures of samples without results. Writes nothing;
 * a constant number of statements.
 * @param decided keys (`journalId/index`) of results that stay as they are
 */
export function deviceResultsOf(
  reads: ScopedReads,
  now: string,
  messages: readonly ReadMessage[],
  decided: ReadonlySet<string>,
): NewDocument<DeviceResult>[] {
  const { timeZone } = centreOf(reads);
  const fresh = messages.flatMap((one) => {
    const context = contextOf(one, timeZone);
    return asSentOf(one, context).flatMap((sent) => (decided.has(keyOf(sent)) ? [] : [{ sent, context }]));
  });
  const matcher = new Matcher(
    reads,
    now,
    fresh.map(({ sent: { sampleId, deviceCode: code } }) => ({ sampleId, code })),
  );
  return fresh.map(({ sent, context }): NewDocument<DeviceResult> => {
    const { deviceId, sampleId, kind, deviceCode: code, reading: value, originalUnit: unit } = sent;
    const isTwice = context.twice.has(sampleId);
    const match = matcher.match({ deviceId, sampleId, kind, code, value, unit, isTwice });
    return { ...sent, ...match, decidedAt: match.state === 'rejected' ? now : undefined };
  });
}

/** A result as the analyzer sent it, before it is matched. */
type AsSent = Omit<NewDocument<DeviceResult>, 'state' | 'flag'>;

interface Context {
  readonly zones: { readonly analyzer: string; readonly laboratory: string };
  readonly twice: ReadonlySet<string>;
  /** Comments of each sample as a whole. */
  readonly comments: ReadonlyMap<string, readonly string[]>;
}

function contextOf({ read, clockZone }: ReadMessage, timeZone: string): Context {
  const bySample = Map.groupBy(read.samples, ({ sampleId }) => sampleId);
  return {
    zones: { analyzer: clockZone ?? timeZone, laboratory: timeZone },
    twice: sampleIdsTwice(read),
    comments: new Map(
      [...bySample].map(([sampleId, samples]) => [sampleId, samples.flatMap(({ comments }) => comments)]),
    ),
  };
}

/** Results of a message in its order, behind them pictures of samples that have no result in it. */
function asSentOf({ message, read, pictures }: ReadMessage, context: Context): AsSent[] {
  const common = { journalId: message.id, deviceId: message.deviceId, deviceName: message.deviceName };
  const ofSample = (sampleId: string) => sampleCommentsOf(context.comments.get(sampleId) ?? []);
  const results = read.results.map((reading, index): AsSent => {
    const off = clockOffMinutes(read, reading, { at: new Date(message.at), timeZone: context.zones.analyzer });
    return {
      ...common,
      ...asSent(message, reading, index),
      resultAt: laboratoryTime(reading.resultAt, context.zones)?.slice(0, 40),
      ...ofSample(reading.sampleId),
      ...pictureFields(pictures?.ofResults.get(index)),
      ...(off === undefined ? {} : { clockOffMinutes: off }),
    };
  });
  const alone = [...(pictures?.ofSamples ?? [])].flatMap(([at, set], position): AsSent[] => {
    const sample = read.samples[at];
    if (!sample) return [];
    return [
      {
        ...common,
        index: read.results.length + position,
        kind: sample.kind === 'patient' ? 'picture' : sample.kind,
        sampleId: sample.sampleId.slice(0, 100),
        deviceCode: '',
        originalValue: '',
        reading: { kind: 'missing', reason: 'image' },
        recordRef: sample.recordRef,
        analyzerFlags: [],
        comments: [],
        receivedAt: message.at,
        ...ofSample(sample.sampleId),
        ...pictureFields(set),
      },
    ];
  });
  return [...results, ...alone];
}

function sampleCommentsOf(texts: readonly string[]): Pick<DeviceResult, 'sampleComments'> {
  if (texts.length === 0) return {};
  return { sampleComments: texts.slice(0, 30).map((text) => text.slice(0, 1000)) };
}

function keyOf({ journalId, index }: Pick<DeviceResult, 'journalId' | 'index'>): string {
  return `${journalId}/${index}`;
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
  return new Set(earlier.filter(({ decidedBy }) => decidedBy !== undefined).map(keyOf));
}

function asSent(
  message: Stored<AnalyzerMessage>,
  reading: DeviceReading,
  index: number,
): Omit<AsSent, 'journalId' | 'deviceId' | 'deviceName'> {
  const isPicture = reading.value.kind === 'missing' && reading.value.reason === 'image';
  return {
    index,
    kind: isPicture && reading.kind === 'patient' ? 'picture' : reading.kind,
    sampleId: reading.sampleId.slice(0, 100),
    deviceCode: reading.code.slice(0, 100),
    deviceCodeName: reading.name?.slice(0, 200),
    originalValue: (reading.rawValue || valueInLine(reading.value)).slice(0, 2000),
    originalUnit: reading.unit?.slice(0, 60),
    reading: reading.value,
    analyzerFlags: reading.flags.slice(0, 30).map((flag) => flag.slice(0, 60)),
    comments: reading.comments.slice(0, 30).map((comment) => comment.slice(0, 1000)),
    ...(reading.rerun ? { rerun: true as const } : {}),
    controlLot: reading.control?.lot?.slice(0, 100),
    control: reading.control,
    dilution: reading.dilution?.slice(0, 40),
    status: reading.status?.slice(0, 20),
    receivedAt: message.at,
    recordRef: reading.recordRef,
  };
}
