import type { DriverSettings, Locator, Places, ReadOutcome } from '../driver.ts';
import { groupsOf, type Hl7Group, type Hl7Observation, isGrouped } from '../hl7/groups.ts';
import { type Hl7Message, type Hl7Segment, hl7RefOf, hl7Repetition, hl7Text, parseHl7 } from '../hl7/message.ts';
import type { Notes } from '../notes.ts';
import type {
  AnalyzerIdentity,
  DeviceImage,
  DevicePatient,
  DeviceReading,
  DeviceSample,
  DeviceValue,
  OrderQuery,
} from '../reading.ts';
import { filled } from '../text.ts';
import { readTime } from '../times.ts';
import { readValue } from '../values.ts';
import { at, Draft, defined, kindOfSampleId, placesOf, plainSampleId, settingsOf } from './common.ts';
import { standardQueries } from './hl7-queries.ts';
import { imageOf, type Observed, valuesOf } from './hl7-values.ts';
import type { MeasuredKind } from './kind.ts';

export interface Hl7Context {
  readonly message: Hl7Message;
  readonly group: Hl7Group;
  readonly settings: DriverSettings;
}

/** How one instrument writes HL7; the defaults are the standard (2.3.1 to 2.5.1). */
export interface Hl7Profile {
  readonly places: Places;
  readonly kind: (sampleId: string, context: Hl7Context) => MeasuredKind;
  readonly analyzer: (message: Hl7Message) => AnalyzerIdentity;
  readonly queries: (message: Hl7Message, settings: DriverSettings) => readonly OrderQuery[];
  /** Reads a message that has a form of its own (controls of Mindray); `undefined` leaves it to the standard reading. */
  readonly special?: (message: Hl7Message, settings: DriverSettings) => SpecialReading | undefined;
  /** What an OBX is to the laboratory: some instruments put settings, alarms and pictures of the sample into OBX too. */
  readonly use: (obx: Hl7Segment) => ObservationUse;
  /** A picture of the sample under the name a person knows it by, with its packing where the segment does not say it. */
  readonly picture?: (image: DeviceImage, group: Hl7Group) => DeviceImage;
}

/** `comment` and `picture` belong to the whole sample; `nothing` is left out (it stays in the raw message). */
export type ObservationUse = 'result' | 'comment' | 'picture' | 'nothing';

export interface SpecialReading {
  readonly results: readonly DeviceReading[];
  readonly samples: readonly DeviceSample[];
}

function standardKind(sampleId: string, { message, group, settings }: Hl7Context): MeasuredKind {
  const role = hl7Text(group.segments.get('SPM'), 11).toUpperCase();
  // SPM-11: table 0369. MSH-11 "Q" is no code of the standard, but several instruments mark controls so.
  const processing = (message.header.fields[11] ?? '').toUpperCase();
  if (role === 'Q' || processing === 'Q') return { kind: 'control' };
  if (role === 'C' || role === 'V') return { kind: 'calibration' };
  return { kind: kindOfSampleId(sampleId, settings) };
}

export const standardHl7: Hl7Profile = {
  places: {
    sampleId: at('SPM-2.1 SAC-3.1 OBR-3.1 OBR-2.1 ORC-3.1 ORC-2.1'),
    code: at('OBX-3.1 OBX-3.4'),
    name: at('OBX-3.2 OBX-3.5'),
    rack: at('SAC-10.1'),
    position: at('SAC-11.1'),
    resultAt: at('OBX-19.1 OBX-14.1 OBR-22.1 OBR-7.1 MSH-7.1'),
    value: at('OBX-5'),
    unit: at('OBX-6.1'),
    flags: at('OBX-8'),
    comment: at('NTE-3'),
    patientId: at('PID-3.1 PID-2.1 PID-4.1'),
    querySampleId: at('QPD-3.1 QRD-8.1'),
  },
  kind: standardKind,
  use: () => 'result',
  analyzer: (message) =>
    defined({ manufacturer: filled(message.header.fields[4]), model: filled(message.header.fields[3]) }),
  queries: standardQueries,
};

function lookUp(places: readonly Locator[], context: Hl7Context, observation?: Hl7Observation) {
  for (const { record, field, component, repetition } of places) {
    const segment = segmentAt(record, context, observation);
    const text = hl7Text(segment, field, component ?? 1, repetition ?? 1);
    if (segment && text.trim() !== '') return { text, segment, field };
  }
  return undefined;
}

/**
 * The segment of this name in force for the result. One that belongs neither to specimens nor to orders is the result's own when it
 * stands behind its OBX, otherwise the message's first.
 */
function segmentAt(
  name: string,
  { message, group }: Hl7Context,
  observation: Hl7Observation | undefined,
): Hl7Segment | undefined {
  if (name === 'OBX') return observation?.obx;
  if (name === 'NTE') return observation?.comments[0] ?? group.comments[0];
  const inForce = group.segments.get(name);
  if (inForce || isGrouped(name)) return inForce;
  const first = message.segments.find((segment) => segment.name === name);
  return (first && observation && ownOf(name, message, observation.obx)) ?? first;
}

/** A segment between this OBX and the next, or the next order. */
function ownOf(name: string, { segments }: Hl7Message, obx: Hl7Segment): Hl7Segment | undefined {
  const start = obx.index - (segments[0]?.index ?? 0) + 1;
  for (let at = start; at < segments.length; at++) {
    const segment = segments[at];
    if (!segment || segment.name === 'OBX' || isGrouped(segment.name)) return undefined;
    if (segment.name === name) return segment;
  }
  return undefined;
}

function commentsOf(segments: readonly Hl7Segment[]): string[] {
  return segments.flatMap((segment) => {
    const text = (segment.fields[3] ?? [])
      .map((repetition) => hl7Repetition(repetition).trim())
      .join('\n')
      .trim();
    return text === '' ? [] : [text];
  });
}

function patientOf(id: string | undefined, pid: Hl7Segment | undefined): DevicePatient | undefined {
  const patient = defined<DevicePatient>({
    id: filled(id),
    family: filled(hl7Text(pid, 5, 1)),
    given: filled(`${hl7Text(pid, 5, 2)} ${hl7Text(pid, 5, 3)}`),
    birthDate: readTime(hl7Text(pid, 7))?.local ?? filled(hl7Text(pid, 7)),
    sex: filled(hl7Text(pid, 8)),
  });
  return Object.keys(patient).length > 0 ? patient : undefined;
}

/** The value where the device's own map has it. OBX-5 as a whole is read by its type (OBX-2), as without a map. */
function observedIn(observation: Hl7Observation, context: Hl7Context, { value: places }: Places): readonly Observed[] {
  const isUsual = places.every(({ record, field, component }) => record === 'OBX' && field === 5 && !component);
  if (isUsual && places.length > 0) return valuesOf(observation.obx, context.settings);
  const raw = lookUp(places, context, observation)?.text ?? '';
  return [{ raw, read: readValue(raw, context.settings.decimal), images: [] }];
}

/** What the instrument remarks on a result: each NTE, or what stands where the device's own map has it. */
function remarksOn(observation: Hl7Observation, context: Hl7Context): string[] {
  const places = context.settings.map?.comment;
  if (!places) return commentsOf(observation.comments);
  return places.flatMap(({ record, field, component, repetition }) => {
    const segments = record === 'NTE' ? observation.comments : [segmentAt(record, context, observation)];
    return segments.flatMap((segment) => filled(hl7Text(segment, field, component ?? 1, repetition ?? 1)) ?? []);
  });
}

/** Reads the text of an MLLP block by a profile. Never throws; see `readAstm`. */
export function readHl7(
  bytes: Uint8Array,
  profile: Hl7Profile,
  own: DriverSettings,
  device?: DriverSettings,
): ReadOutcome {
  const settings = settingsOf(own, device);
  const parsed = parseHl7(bytes, { charset: device?.charset, fallbackCharset: own.charset ?? 'latin1' });
  if (!parsed.ok) return parsed;
  const into = new Draft();
  into.notes.addAll(parsed.notes);
  if (parsed.messages.length > 1) into.notes.add(`${parsed.messages.length} messages came in one block.`);
  const places = placesOf(profile.places, settings.map);
  for (const message of parsed.messages) {
    into.analyzer = { ...profile.analyzer(message), ...into.analyzer };
    into.messageId ??= filled(message.header.controlId);
    into.sentAt ??= readTime(hl7Text(message.segments[0], 7));
    for (const query of profile.queries(message, settings)) into.queries.push(query);
    const special = profile.special?.(message, settings);
    if (special) {
      into.addResults(special.results);
      for (const sample of special.samples) into.samples.push(sample);
    } else if (!/^(?:QRY|QBP|ACK)/.test(message.header.messageType)) {
      for (const group of groupsOf(message)) readGroup({ message, group, settings }, profile, places, into);
    }
  }
  return { ok: true, message: into.message };
}

/** A setting or alarm of the instrument in words: `Left Shift?: T`. */
function remarkOf(obx: Hl7Segment): string[] {
  const value = (obx.fields[5] ?? []).map(hl7Repetition).join(' ').trim();
  const name = filled(hl7Text(obx, 3, 2)) ?? hl7Text(obx, 3);
  return value === '' ? [] : [`${name}: ${value}`];
}

function picturesOf(obx: Hl7Segment, group: Hl7Group, profile: Hl7Profile): DeviceImage[] {
  const images = (obx.fields[5] ?? []).flatMap((repetition) => imageOf(obx, repetition) ?? []);
  return images.map((image) => profile.picture?.(image, group) ?? image);
}

function readGroup(context: Hl7Context, profile: Hl7Profile, places: Places, into: Draft): void {
  const { message, group, settings } = context;
  const first = group.observations[0];
  const found = lookUp(places.sampleId, context, first);
  const rawSampleId = found?.text ?? '';
  const sampleId = plainSampleId(rawSampleId, settings);
  const header = message.segments[0];
  const source = found?.segment ?? group.segments.get('OBR') ?? group.observations[0]?.obx ?? header;
  if (!source) return;
  const { kind, control } = profile.kind(sampleId, context);
  const aside = (use: ObservationUse) => group.observations.filter(({ obx }) => profile.use(obx) === use);
  const sample = defined<DeviceSample>({
    sampleId,
    rawSampleId,
    rack: filled(lookUp(places.rack, context, first)?.text),
    position: filled(lookUp(places.position, context, first)?.text),
    kind,
    patient: patientOf(lookUp(places.patientId, context, first)?.text, group.segments.get('PID')),
    comments: [...commentsOf(group.comments), ...aside('comment').flatMap(({ obx }) => remarkOf(obx))],
    images: aside('picture').flatMap(({ obx }) => picturesOf(obx, group, profile)),
    recordRef: hl7RefOf(source, found?.field ?? 3),
  });
  into.samples.push(sample);
  if (sampleId === '' && group.observations.length > 0)
    into.notes.add(`Segment ${source.index + 1} and what follows name no sample.`);
  for (const observation of aside('result')) {
    into.addResults(readObservation(observation, { ...sample, kind }, control, context, places, into.notes));
  }
}

function readObservation(
  observation: Hl7Observation,
  sample: DeviceSample,
  control: MeasuredKind['control'],
  context: Hl7Context,
  places: Places,
  notes: Notes,
): DeviceReading[] {
  const { obx } = observation;
  const code = lookUp(places.code, context, observation)?.text.trim() ?? '';
  if (code === '') notes.add(`Segment ${obx.index + 1} is a result without a code.`);
  const name = filled(lookUp(places.name, context, observation)?.text);
  const mapped = context.settings.map ?? {};
  const flags = mapped.flags
    ? [(lookUp(mapped.flags, context, observation)?.text ?? '').trim()]
    : (places.flags.length > 0 ? (obx.fields[8] ?? []) : []).map((repetition) => (repetition[0]?.[0] ?? '').trim());
  const coding = [3, 6].find((system) => /^(?:LN|LOINC)$/i.test(hl7Text(obx, 3, system).trim()));
  const rawSampleId = places.sampleId.some(({ record }) => !isGrouped(record) && record !== 'MSH')
    ? (lookUp(places.sampleId, context, observation)?.text ?? '')
    : sample.rawSampleId;
  const observed = observedIn(observation, context, places);
  if (observed.length > 1) notes.add(`${code}: ${observed.length} values came for one result.`);
  return observed.map(({ raw, read, images }) => {
    if (read.note) notes.add(`${code}: ${read.note}.`);
    return defined<DeviceReading>({
      sampleId: plainSampleId(rawSampleId, context.settings),
      rawSampleId,
      rack: sample.rack,
      position: sample.position,
      code,
      name: name === code ? undefined : name,
      loinc: coding === undefined ? undefined : filled(hl7Text(obx, 3, coding - 2)),
      value: read.value satisfies DeviceValue,
      rawValue: raw,
      unit: filled(lookUp(places.unit, context, observation)?.text),
      flags: [...flags.filter((flag) => flag !== ''), ...read.marks],
      referenceText: filled((obx.fields[7] ?? []).map(hl7Repetition).join(' ')),
      status: filled(hl7Text(obx, 11)),
      resultAt: readTime(lookUp(places.resultAt, context, observation)?.text ?? ''),
      operator: filled(hl7Text(obx, 16, 2)) ?? filled(hl7Text(obx, 16, 1)),
      comments: remarksOn(observation, context),
      kind: sample.kind,
      control,
      images: [...images],
      recordRef: hl7RefOf(obx, 5),
    });
  });
}
