import type { Driver, DriverSettings, FieldMap, Locator, ProtocolDefaults } from '../driver.ts';
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

/** Places by what they hold; a device's own map goes before the driver's. */
export type Places = { readonly [what in keyof FieldMap]-?: readonly Locator[] };

export function placesOf(own: Places, map: FieldMap | undefined): Places {
  return { ...own, ...Object.fromEntries(Object.entries(map ?? {}).filter(([, places]) => places !== undefined)) };
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
  const isControl = settings.controlPrefixes?.some((prefix) => upper.startsWith(prefix.toUpperCase()));
  return isControl ? 'control' : 'patient';
}

/** Removes what is `undefined`: stored readings hold only what was sent. */
export function defined<T extends object>(shape: T): T {
  for (const key of Object.keys(shape) as (keyof T)[]) if (shape[key] === undefined) delete shape[key];
  return shape;
}

/** A message while it is read. */
export class Draft {
  readonly results: DeviceReading[] = [];
  readonly queries: OrderQuery[] = [];
  readonly samples: DeviceSample[] = [];
  readonly notes = new Notes();
  analyzer: AnalyzerIdentity = {};
  messageId: string | undefined;
  sentAt: DeviceTime | undefined;

  addResults(readings: Iterable<DeviceReading>): void {
    for (const reading of readings) this.results.push(reading);
  }

  get message(): DeviceMessage {
    const { results, queries, samples, notes, analyzer, messageId, sentAt } = this;
    return defined<DeviceMessage>({ results, queries, samples, notes: notes.list, analyzer, messageId, sentAt });
  }
}

/** Bytes of a message for the instrument's character set. */
export function outgoing(
  driver: Pick<Driver, 'settings'>,
  settings: DriverSettings | undefined,
  text: string,
): Uint8Array {
  return encodeText(text, settingsOf(driver.settings, settings).charset ?? 'latin1');
}
