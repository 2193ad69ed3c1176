import HL7 from 'hl7-standard';
import { Notes } from '../notes.ts';
import type { ReadError, RecordRef } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';
import type { Hl7Header } from './header.ts';
import { type Hl7ReadOptions, type SlicedMessage, sliceMessages } from './slices.ts';

/** A field: repetitions of components of subcomponents, all plain text. */
export type Hl7Field = readonly (readonly (readonly string[])[])[];

export interface Hl7Segment {
  /** Zero-based in the message text. */
  readonly index: number;
  readonly name: string;
  /** `fields[5]` is OBX-5; 0 is unused. In MSH, 1 and 2 are the delimiters. */
  readonly fields: readonly Hl7Field[];
  /** The segment as sent, in the standard's delimiters whatever MSH says. */
  readonly canonical: string;
  readonly offset: number;
  readonly length: number;
}

export interface Hl7Message {
  readonly header: Hl7Header;
  readonly segments: readonly Hl7Segment[];
}

export type Hl7Outcome =
  | { readonly ok: true; readonly messages: readonly Hl7Message[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly error: ReadError };

/** What the escapes of delimiters stand for; highlighting (H, N) stands for nothing. */
const signs: Readonly<Record<string, string>> = { F: '|', S: '^', T: '&', R: '~', E: '\\' };

/** Undoes the escapes of HL7 2.x, 2.7; `\H\` and `\N\` (highlighting) are dropped, unknown ones stay as they are. */
function unescapeHl7(text: string, charset: Charset): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([FSTREHN])|X((?:[0-9A-Fa-f]{2})+)|\.br)\\/g, (_, sign?: string, hex?: string) => {
    if (sign !== undefined) return signs[sign] ?? '';
    if (hex === undefined) return '\n';
    return decodeText(
      Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
      charset,
    );
  });
}

type Components = Record<string, string | string[]>;
type FieldData = string | Components | (string | Components)[];

/** What hl7-standard left of a field, to repetitions × components × subcomponents; its own `get` would drop all but the first. */
function fieldOf(data: FieldData, plain: (text: string) => string): Hl7Field {
  const componentsOf = (components: Components) =>
    Object.values(components).map((value) => (typeof value === 'string' ? [value] : value).map(plain));
  if (typeof data === 'string') return data === '' ? [] : [[[plain(data)]]];
  if (!Array.isArray(data)) return [componentsOf(data)];
  const texts = data.filter((part) => typeof part === 'string');
  if (texts.length === data.length) return [[texts.map(plain)]];
  return data.map((part) => (typeof part === 'string' ? [[plain(part)]] : componentsOf(part)));
}

/**
 * Parses the text of an MLLP block: one message, or several after one another. Never throws.
 * Line ends may be CR, LF or both; a line that is no segment is taken as the rest of the segment before it and noted.
 */
export function parseHl7(text: Uint8Array, options: Hl7ReadOptions): Hl7Outcome {
  const notes = new Notes();
  const sliced = sliceMessages(text, options, notes);
  if (!sliced.ok) return sliced;
  let index = 0;
  const messages: Hl7Message[] = [];
  for (const one of sliced.messages) {
    const segments = segmentsOf(one, index);
    if (typeof segments === 'string') {
      const message = `The message cannot be taken apart: ${segments}.`;
      return { ok: false, error: { code: 'structure', message, offset: one.segments[0]?.offset ?? 0 } };
    }
    index += segments.length;
    messages.push({ header: one.header, segments });
  }
  return { ok: true, messages, notes: notes.list };
}

function segmentsOf(sliced: SlicedMessage, firstIndex: number): readonly Hl7Segment[] | string {
  const parser = new HL7(sliced.segments.map(({ canonical }) => `${canonical}\r`).join(''));
  try {
    parser.transform();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const plain = (text: string) => unescapeHl7(text, sliced.charset);
  const segments: Hl7Segment[] = [];
  for (const [name, found] of Object.entries(parser.transformed)) {
    for (const segment of found) {
      const slice = sliced.segments[segment.index];
      if (!slice) continue;
      const fields: Hl7Field[] = [];
      for (const [key, data] of Object.entries(segment.data)) fields[Number(key.slice(4))] = fieldOf(data, plain);
      if (name === 'MSH') {
        fields[1] = [[[sliced.header.fieldSeparator]]];
        fields[2] = [[[sliced.header.encodingCharacters]]];
      }
      segments[segment.index] = {
        index: firstIndex + segment.index,
        name,
        fields: Array.from(fields, (field) => field ?? []),
        canonical: slice.canonical,
        offset: slice.offset,
        length: slice.length,
      };
    }
  }
  return segments;
}

/** Plain text of a component; everything counts from 1. Empty when absent. */
export function hl7Text(
  segment: Hl7Segment | undefined,
  field: number,
  component = 1,
  repetition = 1,
  sub = 1,
): string {
  return segment?.fields[field]?.[repetition - 1]?.[component - 1]?.[sub - 1] ?? '';
}

/** A repetition in one text, its components joined by `^` as they came. */
export function hl7Repetition(repetition: readonly (readonly string[])[]): string {
  return repetition.map((subs) => subs.join('&')).join('^');
}

/** Where a field of this segment stands, for the way back to the raw bytes. */
export function hl7RefOf(segment: Hl7Segment, field: number): RecordRef {
  return { index: segment.index, type: segment.name, field, offset: segment.offset, length: segment.length };
}
