import type { DriverSettings } from '../driver.ts';
import { type Hl7Segment, hl7RefOf, hl7Repetition, hl7Text } from '../hl7/message.ts';
import type { DeviceImage } from '../reading.ts';
import { filled } from '../text.ts';
import { type ReadValue, readValue } from '../values.ts';

/** One value of an OBX: as sent, as read, and the pictures in it. */
export interface Observed {
  readonly raw: string;
  readonly read: ReadValue;
  readonly images: readonly DeviceImage[];
}

function text(value: string): ReadValue {
  return { value: { kind: 'text', text: value }, marks: [] };
}

const none: ReadValue = { value: { kind: 'missing', reason: 'empty' }, marks: [] };

/** Pictures: ED (source^type^subtype^encoding^data), and what says of itself that it is Base64. */
export function imageOf(obx: Hl7Segment, repetition: readonly (readonly string[])[]): DeviceImage | undefined {
  const [, type = '', subtype = '', encoding = '', data = ''] = repetition.map((subs) => subs[0] ?? '');
  if (hl7Text(obx, 2).toUpperCase() !== 'ED' && !/^base64$/i.test(encoding)) return undefined;
  if (data === '') return undefined;
  const kind = /^(?:image|im)$/i.test(type) ? 'image' : /^(?:text|tx)$/i.test(type) ? 'text' : 'application';
  return {
    name: filled(hl7Text(obx, 3, 2)) ?? filled(hl7Text(obx, 3, 5)) ?? hl7Text(obx, 3),
    mediaType: `${kind}/${subtype.toLowerCase() || 'octet-stream'}`,
    encoding: encoding.toLowerCase() || 'none',
    ref: hl7RefOf(obx, 5),
  };
}

/** SN: comparator^number^separator^number. Ranges and titres are texts. */
function structuredNumber(repetition: readonly (readonly string[])[], settings: DriverSettings): ReadValue {
  const [comparator = '', first = '', separator = '', second = ''] = repetition.map((subs) => subs[0] ?? '');
  if (separator !== '' || second !== '') return text(`${comparator}${first}${separator}${second}`);
  return readValue(`${comparator}${first}`, settings.decimal);
}

/** The values of OBX-5: one for each repetition of a number, one for all repetitions of a text. */
export function valuesOf(obx: Hl7Segment, settings: DriverSettings): readonly Observed[] {
  const repetitions = obx.fields[5] ?? [];
  const raw = repetitions.map(hl7Repetition);
  const images = repetitions.flatMap((repetition) => imageOf(obx, repetition) ?? []);
  if (images.length > 0) return [{ raw: '', read: { value: { kind: 'missing', reason: 'image' }, marks: [] }, images }];
  const type = hl7Text(obx, 2).toUpperCase();
  const read = repetitions.map((repetition, index): ReadValue => {
    const whole = raw[index] ?? '';
    if (type === 'SN') return structuredNumber(repetition, settings);
    if (type === 'CE' || type === 'CWE' || type === 'CNE') {
      const [code = '', words = ''] = repetition.map((subs) => subs[0] ?? '');
      return readValue(words.trim() === '' ? code : words, settings.decimal);
    }
    return type === 'FT' || repetition.length > 1 ? text(whole) : readValue(whole, settings.decimal);
  });
  if (read.length === 0) return [{ raw: '', read: none, images: [] }];
  const areTexts = read.length > 1 && read.every(({ value }) => value.kind === 'text' || value.kind === 'missing');
  if (areTexts) return [{ raw: raw.join('~'), read: text(raw.join('\n')), images: [] }];
  return read.map((one, index) => ({ raw: raw[index] ?? '', read: one, images: [] }));
}
