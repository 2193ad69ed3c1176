import { componentsOf, fieldText, parseAstm, repeatsOf } from './astm/records.ts';
import {
  type Driver,
  type DriverSettings,
  type FieldMap,
  type Locator,
  placeInWords,
  type ReadOutcome,
} from './driver.ts';
import { settingsOf } from './drivers/common.ts';
import { hl7Repetition, parseHl7 } from './hl7/message.ts';
import { astmUse, hl7Use, type MapTarget } from './map-targets.ts';
import type { ReadError } from './reading.ts';

/** A text of a received message with the place it stands at: what a person can choose on the screen. */
export interface CandidatePlace {
  readonly locator: Locator;
  /** `O-3.1`. */
  readonly place: string;
  readonly text: string;
}

export interface CandidateField {
  readonly field: number;
  /** The whole field as written. */
  readonly text: string;
  /** The field as a whole where it has no parts, otherwise each component of each repetition that holds text. */
  readonly places: readonly CandidatePlace[];
}

export interface CandidateRecord {
  /** Zero-based among the records (segments) of the message, as in `RecordRef`. */
  readonly index: number;
  /** `O`, `OBX`. */
  readonly type: string;
  /** What the standard calls it; its letters where it knows none. */
  readonly title: string;
  /** What its places may be chosen as; where that is little or nothing, `why` says so. */
  readonly targets: readonly MapTarget[];
  readonly why?: string;
  readonly fields: readonly CandidateField[];
}

export type Candidates =
  | {
      readonly ok: true;
      readonly records: readonly CandidateRecord[];
      /** Records left out at the end, because nobody looks at more. */
      readonly left: number;
    }
  | { readonly ok: false; readonly error: ReadError };

const mostRecords = 300;
const longestText = 500;
const mostRepetitions = 20;

const astmTitles: Readonly<Record<string, string>> = {
  H: 'Header',
  P: 'Patient',
  O: 'Order',
  R: 'Result',
  C: 'Comment',
  M: 'Manufacturer’s record',
  Q: 'Query',
  S: 'Scientific record',
  L: 'Terminator',
};

const hl7Titles: Readonly<Record<string, string>> = {
  MSH: 'Message header',
  PID: 'Patient',
  PV1: 'Visit',
  ORC: 'Common order',
  OBR: 'Order',
  OBX: 'Result',
  SPM: 'Specimen',
  SAC: 'Container',
  TCD: 'Test code detail',
  NTE: 'Comment',
  QRD: 'Query',
  QPD: 'Query',
};

/**
 * Takes a received message apart for the screen on which a person says what is what: records, their fields, and in them the
 * places that hold text. Works for the ASTM and HL7 drivers; VIDAS messages and tables have no places and give an error. Never throws.
 */
export function candidatesOf(driver: Driver, text: Uint8Array, device?: DriverSettings): Candidates {
  switch (driver.format) {
    case 'astm':
      return astmCandidates(driver, text, device);
    case 'hl7':
      return hl7Candidates(driver, text, device);
    case 'vidas':
      return nothingToChoose('The fields of a VIDAS message are known by their names; there is nothing to choose.');
    case 'table':
      return nothingToChoose('A table has columns, not records (tableCandidates).');
  }
}

function nothingToChoose(message: string): Candidates {
  return { ok: false, error: { code: 'not-this-format', message, offset: 0 } };
}

function astmCandidates(driver: Driver, text: Uint8Array, device: DriverSettings | undefined): Candidates {
  const parsed = parseAstm(text, settingsOf(driver.settings, device).charset ?? 'latin1');
  if (!parsed.ok) return parsed;
  const records = parsed.messages.flatMap((message) => message.records);
  return shown(records, (record) => ({
    index: record.index,
    type: record.type,
    title: astmTitles[record.type] ?? record.type,
    ...astmUse(record.type),
    fields: record.fields.flatMap((raw, at): CandidateField[] => {
      // The type, and in the header the delimiters, are no contents.
      if (raw === '' || at === 0 || (record.type === 'H' && at === 1)) return [];
      const field = at + 1;
      const repetitions = repeatsOf(record, field).map((repetition) => componentsOf(record, repetition));
      const whole = fieldText(record, field);
      return [{ field, text: cut(raw), places: placesIn({ record: record.type, field }, whole, repetitions) }];
    }),
  }));
}

function hl7Candidates(driver: Driver, text: Uint8Array, device: DriverSettings | undefined): Candidates {
  const fallbackCharset = driver.settings.charset ?? 'latin1';
  const parsed = parseHl7(text, { charset: device?.charset, fallbackCharset });
  if (!parsed.ok) return parsed;
  const segments = parsed.messages.flatMap((message) => message.segments);
  return shown(segments, ({ index, name, fields }) => ({
    index,
    type: name,
    title: hl7Titles[name] ?? name,
    ...hl7Use(name),
    fields: fields.flatMap((repetitions, field): CandidateField[] => {
      if (field === 0 || repetitions.length === 0 || (name === 'MSH' && field <= 2)) return [];
      const whole = repetitions.map(hl7Repetition).join('~');
      const components = repetitions.map((repetition) => repetition.map((subs) => subs[0] ?? ''));
      return [{ field, text: cut(whole), places: placesIn({ record: name, field }, whole, components) }];
    }),
  }));
}

function shown<T>(all: readonly T[], describe: (one: T) => CandidateRecord): Candidates {
  const records = all.slice(0, mostRecords).map(describe);
  return { ok: true, records, left: all.length - records.length };
}

/** The places of a field. The first repetition is named without its number: a map made from one message has to fit the next. */
function placesIn(base: Locator, whole: string, repetitions: readonly (readonly string[])[]): CandidatePlace[] {
  if (repetitions.length === 1 && repetitions[0]?.length === 1) return [candidate(base, whole)];
  return repetitions.slice(0, mostRepetitions).flatMap((components, repetition) =>
    components.flatMap((text, component) => {
      if (text.trim() === '') return [];
      const repeated = repetition === 0 ? base : { ...base, repetition: repetition + 1 };
      return [candidate({ ...repeated, component: component + 1 }, text)];
    }),
  );
}

function candidate(locator: Locator, text: string): CandidatePlace {
  return { locator, place: placeInWords(locator), text: cut(text) };
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** The map with one thing found at a place; the places of all else stay. */
export function mapWith(map: FieldMap | undefined, target: MapTarget, locator: Locator): FieldMap {
  return { ...map, [target]: [locator] };
}

/**
 * The map with one more place for one thing, looked at where those before it are empty (comments of all places are kept).
 * @param usual the driver's places of it, which come first where the map has none of its own
 */
export function mapAlso(
  map: FieldMap | undefined,
  target: MapTarget,
  locator: Locator,
  usual: readonly Locator[],
): FieldMap {
  const before = map?.[target] ?? usual;
  return before.some((place) => isSamePlace(place, locator)) ? { ...map } : { ...map, [target]: [...before, locator] };
}

/** The map without one of the places of a thing; without the last of them the driver's places are in force again. */
export function mapWithoutPlace(map: FieldMap | undefined, target: MapTarget, locator: Locator): FieldMap {
  const left = (map?.[target] ?? []).filter((place) => !isSamePlace(place, locator));
  return left.length > 0 ? { ...map, [target]: left } : mapWithout(map, target);
}

function isSamePlace(one: Locator, other: Locator): boolean {
  return placeInWords(one) === placeInWords(other);
}

/** The map without a place of its own for one thing: the driver's places are in force again. */
export function mapWithout(map: FieldMap | undefined, target: MapTarget): FieldMap {
  const { [target]: _, ...rest } = map ?? {};
  return rest;
}

export interface MappedReading {
  /** To be stored in the device's settings. */
  readonly map: FieldMap;
  /** What the message says with that map. */
  readonly outcome: ReadOutcome;
}

/** "This is the sample id": the map that follows, and the message read with it. Never throws. */
export function readWithPlace(
  driver: Driver,
  text: Uint8Array,
  device: DriverSettings | undefined,
  target: MapTarget,
  locator: Locator,
): MappedReading {
  const map = mapWith(device?.map, target, locator);
  return { map, outcome: driver.read(text, { ...device, map }) };
}
