import { withDelimiters } from '../delimiters.ts';
import type { Driver, DriverSettings, FieldMap, Locator, Places, ProtocolDefaults } from '../driver.ts';
import { Notes } from '../notes.ts';
import type {
  AnalyzerIdentity,
  DeviceMessage,
  DeviceReading,
  DeviceSample,
  DeviceTime,
  OrderQuery,
  ReadingKind,
} from '../reading.ts';
import { encodeText } from '../text.ts';

/** Serial settings most instruments leave the factory with. */
export const usualSerial: ProtocolDefaults['serial'] = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };

/** Shorthand for places: `at('O-3.1 O-4.1')`. */
export function at(places: string): readonly Locator[] {
  return places.split(' ').map((place) => {
    const [record = '', position = ''] = place.split('-');
    const [field = '', component] = position.split('.');
    const locator = { record, field: Number(field) };
    return component === undefined ? locator : { ...locator, component: Number(component) };
  });
}

/** No places: for a format without records. */
export const nowhere: Places = {
  sampleId: [],
  code: [],
  name: [],
  rack: [],
  position: [],
  resultAt: [],
  value: [],
  unit: [],
  flags: [],
  comment: [],
  patientId: [],
  querySampleId: [],
};

/**
 * The driver's places with the device's own map over them. A place that the map says is something else is no longer one of the
 * driver's for another thing: where the value stands in R-7, that is no flag. The code stays, since it is found by its component.
 */
export function placesOf(own: Places, map: FieldMap = {}): Places {
  const said = Object.values(map).flat();
  const left = Object.entries(own).map(([what, places]): [string, readonly Locator[]] => {
    const mapped = map[what as keyof FieldMap];
    if (mapped || what === 'code') return [what, mapped ?? places];
    return [what, places.filter((place) => !said.some((other) => covers(place, other)))];
  });
  return { ...own, ...Object.fromEntries(left) };
}

/** Whether both may mean the same text. */
function covers(place: Locator, other: Locator): boolean {
  return (
    place.record === other.record &&
    place.field === other.field &&
    (place.component === undefined || other.component === undefined || place.component === other.component)
  );
}

/** The driver's settings with those of the device over them. */
export function settingsOf(driver: DriverSettings, device: DriverSettings | undefined): DriverSettings {
  const set = Object.entries(device ?? {}).filter(([, value]) => value !== undefined);
  return { ...driver, ...Object.fromEntries(set) };
}

/** A sample id as it is matched: without padding and without the instrument's own prefix. */
export function plainSampleId(raw: string, settings: DriverSettings): string {
  const trimmed = raw.trim();
  const prefix = settings.sampleIdPrefixes?.find((one) => trimmed.startsWith(one) && trimmed.length > one.length);
  return prefix ? trimmed.slice(prefix.length).trim() : trimmed;
}

/** Whether the sample id says that this is a control. */
export function kindOfSampleId(sampleId: string, settings: DriverSettings): ReadingKind {
  const upper = sampleId.toUpperCase();
  const isControl = settings.controlPrefixes?.some((prefix) => {
    const pattern = prefix.toUpperCase();
    return /[*?]/.test(pattern) ? fits(upper, pattern) : upper.startsWith(pattern);
  });
  return isControl ? 'control' : 'patient';
}

/** Whether a text fits a pattern of `*` and `?`. Its time is bounded by the product of their lengths, unlike a regular expression's. */
function fits(text: string, pattern: string): boolean {
  let [at, wanted, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[wanted] === '*') {
      star = wanted++;
      retry = at;
    } else if (pattern[wanted] === '?' || pattern[wanted] === text[at]) {
      at++;
      wanted++;
    } else if (star >= 0) {
      wanted = star + 1;
      at = ++retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(wanted));
}

/** Removes what is `undefined`: stored readings hold only what was sent. */
export function defined<T extends object>(shape: T): T {
  for (const key of Object.keys(shape) as (keyof T)[]) if (shape[key] === undefined) delete shape[key];
  return shape;
}

/** A message while it is read. */
export class Draft {
  readonly results: DeviceReading[] = [];
  readonly #seen = new Set<string>();
  readonly queries: OrderQuery[] = [];
  readonly samples: DeviceSample[] = [];
  readonly notes = new Notes();
  analyzer: AnalyzerIdentity = {};
  messageId: string | undefined;
  sentAt: DeviceTime | undefined;

  addResults(readings: Iterable<DeviceReading>): void {
    for (const reading of readings) this.results.push(this.#isAgain(reading) ? { ...reading, rerun: true } : reading);
  }

  #isAgain({ sampleId, code, kind }: DeviceReading): boolean {
    if (kind !== 'patient' || sampleId === '' || code === '') return false;
    const key = `${sampleId}\n${code}`;
    const again = this.#seen.has(key);
    this.#seen.add(key);
    return again;
  }

  get message(): DeviceMessage {
    const { results, queries, samples, notes, analyzer, messageId, sentAt } = this;
    return defined<DeviceMessage>({ results, queries, samples, notes: notes.list, analyzer, messageId, sentAt });
  }
}

/** Bytes of a message in the instrument's delimiters and character set. */
export function outgoing(
  driver: Pick<Driver, 'settings'>,
  settings: DriverSettings | undefined,
  text: string,
): Uint8Array {
  const { charset = 'latin1', delimiters } = settingsOf(driver.settings, settings);
  return encodeText(withDelimiters(text, delimiters), charset);
}
