import { Notes } from '../notes.ts';
import type { ReadError, RecordRef } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';

/** Delimiters of a message, taken from its header record (LIS2-A2, 5.4.1); never assumed. */
export interface AstmDelimiters {
  readonly field: string;
  readonly repeat: string;
  readonly component: string;
  /** Empty where the header names none. */
  readonly escape: string;
}

export interface AstmRecord {
  /** Zero-based among all records of the text. */
  readonly index: number;
  /** `H`, `P`, `O`, `R`, `C`, `M`, `Q`, `S`, `L`, or a manufacturer's own letter. */
  readonly type: string;
  /** Raw fields; field n of the standard is `fields[n - 1]`. */
  readonly fields: readonly string[];
  readonly delimiters: AstmDelimiters;
  readonly offset: number;
  readonly length: number;
}

/** Header to terminator. */
export interface AstmMessage {
  readonly header: AstmRecord;
  /** All records, the header first. */
  readonly records: readonly AstmRecord[];
}

export type AstmOutcome =
  | { readonly ok: true; readonly messages: readonly AstmMessage[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly error: ReadError };

/** Limits that no real message comes near; they keep time and memory bounded for hostile ones. */
const mostRecords = 50_000;
const mostFields = 500;
const mostRepeats = 20_000;

const CR = 0x0d;
const LF = 0x0a;

function fail(code: ReadError['code'], message: string, offset: number, index?: number): AstmOutcome {
  return { ok: false, error: index === undefined ? { code, message, offset } : { code, message, offset, index } };
}

/** Records as byte ranges. Double-byte characters never hold CR or LF, so this comes before decoding. */
function lines(text: Uint8Array): { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && text[at] !== CR && text[at] !== LF) continue;
    if (at > start) ranges.push({ start, end: at });
    if (ranges.length > mostRecords) break;
    start = at + 1;
  }
  return ranges;
}

function delimitersOf(header: string): AstmDelimiters | string {
  const [field = '', repeat = '', component = '', escapeSign = ''] = header.slice(1, 5);
  for (const [name, delimiter] of Object.entries({ field, repeat, component })) {
    if (!/^[^\w\s\u0000-\u001f\u007f]$/.test(delimiter)) return `its ${name} delimiter is ${JSON.stringify(delimiter)}`;
  }
  if (field === repeat || field === component || repeat === component) return 'two of its delimiters are the same';
  const usable = escapeSign !== '' && ![field, repeat, component].includes(escapeSign) && !/[\w\s]/.test(escapeSign);
  return { field, repeat, component, escape: usable ? escapeSign : '' };
}

/**
 * Parses the text of an ASTM session (frames joined, framing removed) into messages and records. Never throws.
 * @param text at most a few MiB; the link limits it
 * @param charset how the instrument writes text
 */
export function parseAstm(text: Uint8Array, charset: Charset): AstmOutcome {
  const ranges = lines(text);
  const first = ranges[0];
  if (!first) return fail('empty', 'The message holds no record.', 0);
  if (ranges.length > mostRecords) {
    return fail('too-large', `The message holds more than ${mostRecords} records.`, 0);
  }
  const notes = new Notes();
  const messages: AstmMessage[] = [];
  let current: AstmRecord[] = [];
  let delimiters: AstmDelimiters | undefined;
  for (const [index, { start, end }] of ranges.entries()) {
    const decoded = decodeText(text.subarray(start, end), charset);
    if (decoded.includes('\ufffd')) notes.add(`Record ${index + 1} holds bytes that are no ${charset} text.`);
    if (decoded.startsWith('H')) {
      const found = delimitersOf(decoded);
      if (typeof found === 'string') {
        if (index > 0 && delimiters) {
          return fail('bad-delimiters', `Record ${index + 1} is a header, but ${found}.`, start, index);
        }
        return fail('bad-delimiters', `The header record cannot be read: ${found}.`, start, index);
      }
      if (found.escape === '') notes.add('The header names no escape character.');
      delimiters = found;
      current = [];
    } else if (!delimiters) {
      return fail(
        'no-header',
        'The message does not begin with a header record (H), so its delimiters are not known. Is this device set to the right protocol?',
        start,
        index,
      );
    }
    const fields = decoded.split(delimiters.field, mostFields + 1);
    if (fields.length > mostFields) {
      return fail('structure', `Record ${index + 1} has more than ${mostFields} fields.`, start, index);
    }
    const record: AstmRecord = { index, type: fields[0] ?? '', fields, delimiters, offset: start, length: end - start };
    current.push(record);
    if (record.type === 'H') messages.push({ header: record, records: current });
  }
  return { ok: true, messages, notes: notes.list };
}

/** Undoes `&F&`, `&S&`, `&R&`, `&E&` and `&X0D&` (LIS2-A2, 5.4.6); highlighting is dropped, anything else stays. */
function unescapeAstm(text: string, delimiters: AstmDelimiters): string {
  const sign = delimiters.escape;
  if (sign === '' || !text.includes(sign)) return text;
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(sign, at);
    const close = open < 0 ? -1 : text.indexOf(sign, open + 1);
    if (close < 0) return plain + text.slice(at);
    const meaning = meaningOf(text.slice(open + 1, close), delimiters);
    if (meaning === undefined) {
      plain += text.slice(at, close);
      at = close;
    } else {
      plain += text.slice(at, open) + meaning;
      at = close + 1;
    }
  }
  return plain;
}

function meaningOf(sequence: string, delimiters: AstmDelimiters): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'R':
      return delimiters.repeat;
    case 'E':
      return delimiters.escape;
    case 'H':
    case 'N':
      return '';
    default:
      return /^X(?:[0-9A-Fa-f]{2})+$/.test(sequence)
        ? (sequence.slice(1).match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join('')
        : undefined;
  }
}

/** A field as written, delimiters and escapes included; empty when the record ends before it. */
export function rawField(record: AstmRecord, field: number): string {
  return record.fields[field - 1] ?? '';
}

/** The repetitions of a field, still escaped. */
export function repeatsOf(record: AstmRecord, field: number): readonly string[] {
  const raw = rawField(record, field);
  return raw === '' ? [] : raw.split(record.delimiters.repeat, mostRepeats);
}

/** Components of one repetition as plain text. */
export function componentsOf(record: AstmRecord, repetition: string): readonly string[] {
  return repetition
    .split(record.delimiters.component, mostRepeats)
    .map((part) => unescapeAstm(part, record.delimiters));
}

/**
 * Plain text of a field, or of one component of its first repetition.
 * @param field and @param component count from 1 as in the standard; without a component the whole field is meant
 */
export function fieldText(record: AstmRecord, field: number, component?: number): string {
  const raw = rawField(record, field);
  if (component === undefined) return unescapeAstm(raw, record.delimiters);
  const repetition = raw.split(record.delimiters.repeat, 1)[0] ?? '';
  return componentsOf(record, repetition)[component - 1] ?? '';
}

/** Where a field of this record stands, for the way back to the raw bytes. */
export function refOf(record: AstmRecord, field: number): RecordRef {
  return { index: record.index, type: record.type, field, offset: record.offset, length: record.length };
}
