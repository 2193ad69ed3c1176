import HL7 from 'hl7-standard';
import type { ReadError, RecordRef } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';
import { type Hl7Header, readHl7Header, startOfHeader } from './header.ts';

/** A field: repetitions of components of subcomponents, all plain text. */
export type Hl7Field = readonly (readonly (readonly string[])[])[];

export interface Hl7Segment {
  /** Zero-based in the message text. */
  readonly index: number;
  readonly name: string;
  /** `fields[5]` is OBX-5; 0 is unused. In MSH, 1 and 2 are the delimiters. */
  readonly fields: readonly Hl7Field[];
  /** The segment as sent. */
  readonly raw: string;
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

/** Limits that no real message comes near; they keep time and memory bounded for hostile ones. */
const mostSegments = 20_000;
const mostSegmentNames = 200;
const mostDelimiters = 1_000_000;

/** MSH-18 as written by analyzers (table 0211 and what they make of it). Absent: `ASCII` says nothing. */
const charsetsByName = new Map<string, Charset>([
  ['8859/1', 'latin1'],
  ['ISO-8859-1', 'latin1'],
  ['UNICODE', 'utf-8'],
  ['UNICODE UTF-8', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['GBK', 'gbk'],
  ['GB2312', 'gbk'],
  ['GB 18030-2000', 'gbk'],
]);

export interface Hl7ReadOptions {
  /** Overrules what the message says of itself. */
  readonly charset?: Charset;
  /** Where the message says nothing. */
  readonly fallbackCharset: Charset;
}

interface Line {
  readonly start: number;
  readonly end: number;
}

function linesOf(text: Uint8Array): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && text[at] !== 0x0d && text[at] !== 0x0a) continue;
    if (at > start) lines.push({ start, end: at });
    start = at + 1;
  }
  return lines;
}

const canonical = { field: '|', component: '^', repeat: '~', escape: '\\', sub: '&' } as const;

interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repeat: string;
  readonly escape: string;
  readonly sub: string;
}

function delimitersOf(header: Hl7Header): Delimiters | undefined {
  if (header.encodingCharacters.length < 2) return undefined;
  const [component = '^', repeat = '~', escapeSign = '\\', sub = '&'] = header.encodingCharacters;
  const all = [header.fieldSeparator, component, repeat, escapeSign, sub];
  const usable = new Set(all).size === all.length && all.every((c) => /^[^\w\s\u0000-\u001f\u007f]$/.test(c));
  return usable ? { field: header.fieldSeparator, component, repeat, escape: escapeSign, sub } : undefined;
}

/**
 * hl7-standard splits at `|`, `^` and `~` whatever MSH says. So text in other delimiters is rewritten to those first, and a
 * `|` that was plain text there becomes an escape.
 */
function inCanonicalDelimiters(line: string, delimiters: Delimiters): string {
  const rewritten = new Map<string, string>([
    ['|', '\\F\\'],
    ['^', '\\S\\'],
    ['~', '\\R\\'],
    ['\\', '\\E\\'],
    ['&', '\\T\\'],
  ]);
  for (const role of ['field', 'component', 'repeat', 'escape', 'sub'] as const) {
    rewritten.set(delimiters[role], canonical[role]);
  }
  return line.replace(/[^\w\s]/g, (character) => rewritten.get(character) ?? character);
}

/** What the escapes of delimiters stand for; highlighting (H, N) stands for nothing. */
const signs: Readonly<Record<string, string>> = { F: '|', S: '^', T: '&', R: '~', E: '\\' };

/** Undoes the escapes of HL7 2.x, 2.7; `\H\` and `\N\` (highlighting) are dropped, unknown ones stay as they are. */
export function unescapeHl7(text: string, charset: Charset): string {
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

interface Prepared {
  readonly header: Hl7Header;
  readonly lines: { readonly canonical: string; readonly raw: string; readonly at: Line }[];
  readonly charset: Charset;
}

/**
 * Parses the text of an MLLP block: one message, or several after one another. Never throws.
 * Line ends may be CR, LF or both; a line that is no segment is taken as the rest of the segment before it and noted.
 */
export function parseHl7(text: Uint8Array, options: Hl7ReadOptions): Hl7Outcome {
  const start = startOfHeader(text);
  if (start < 0) {
    const message = 'The message has no header segment (MSH). Is this device set to the right protocol?';
    return { ok: false, error: { code: text.length === 0 ? 'empty' : 'no-header', message, offset: 0 } };
  }
  const notes: string[] = [];
  if (start > 0) notes.push(`${start} bytes stand before the message header.`);
  const prepared: Prepared[] = [];
  let current: Prepared | undefined;
  let delimiters: Delimiters | undefined;
  let delimiterCount = 0;
  const names = new Set<string>();
  for (const line of linesOf(text)) {
    if (line.start < start) continue;
    const bytes = text.subarray(line.start, line.end);
    if (bytes[0] === 0x4d && bytes[1] === 0x53 && bytes[2] === 0x48) {
      const header = readHl7Header(bytes);
      delimiters = header && delimitersOf(header);
      if (!header || !delimiters) {
        const message = 'The delimiters in MSH-1 and MSH-2 cannot be used: they must be five different signs.';
        return { ok: false, error: { code: 'bad-delimiters', message, offset: line.start, index: 0, field: 2 } };
      }
      const named = charsetsByName.get(
        (header.fields[18] ?? '').split(delimiters.repeat)[0]?.trim().toUpperCase() ?? '',
      );
      current = { header, lines: [], charset: options.charset ?? named ?? options.fallbackCharset };
      prepared.push(current);
    }
    if (!current || !delimiters) continue;
    const raw = decodeText(bytes, current.charset);
    if (raw.includes('\ufffd'))
      notes.push(`Segment ${current.lines.length + 1} holds bytes that are no ${current.charset} text.`);
    const isCanonical = delimiters.field === '|' && /^\^~\\&?$/.test(current.header.encodingCharacters.slice(0, 4));
    const rewritten = isCanonical ? raw : inCanonicalDelimiters(raw, delimiters);
    delimiterCount += (rewritten.match(/[|^~&]/g) ?? []).length;
    const name = rewritten.slice(0, 3);
    const previous = current.lines.at(-1);
    if (/^[A-Z][A-Z0-9]{2}$/.test(name) && (rewritten.length === 3 || rewritten[3] === '|')) {
      names.add(name);
      current.lines.push({ canonical: rewritten.length === 3 ? `${rewritten}|` : rewritten, raw, at: line });
    } else if (previous) {
      notes.push(
        `The line at byte ${line.start} is no segment; it was read as the rest of ${previous.canonical.slice(0, 3)}.`,
      );
      current.lines[current.lines.length - 1] = {
        canonical: `${previous.canonical}\\X0A\\${rewritten}`,
        raw: `${previous.raw}\n${raw}`,
        at: { start: previous.at.start, end: line.end },
      };
    }
    if (current.lines.length > mostSegments || names.size > mostSegmentNames || delimiterCount > mostDelimiters) {
      const message = 'The message has more segments or fields than any analyzer sends.';
      return { ok: false, error: { code: 'too-large', message, offset: line.start } };
    }
  }
  let index = 0;
  const messages: Hl7Message[] = [];
  for (const one of prepared) {
    const segments = segmentsOf(one, index);
    if (typeof segments === 'string') {
      const message = `The message cannot be taken apart: ${segments}.`;
      return { ok: false, error: { code: 'structure', message, offset: one.lines[0]?.at.start ?? 0 } };
    }
    index += segments.length;
    messages.push({ header: one.header, segments });
  }
  return { ok: true, messages, notes };
}

function segmentsOf(prepared: Prepared, firstIndex: number): readonly Hl7Segment[] | string {
  const parser = new HL7(prepared.lines.map((line) => `${line.canonical}\r`).join(''));
  try {
    parser.transform();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const plain = (text: string) => unescapeHl7(text, prepared.charset);
  const segments: Hl7Segment[] = [];
  for (const [name, found] of Object.entries(parser.transformed)) {
    for (const segment of found) {
      const line = prepared.lines[segment.index];
      if (!line) continue;
      const fields: Hl7Field[] = [];
      for (const [key, data] of Object.entries(segment.data)) fields[Number(key.slice(4))] = fieldOf(data, plain);
      if (name === 'MSH') {
        fields[1] = [[[prepared.header.fieldSeparator]]];
        fields[2] = [[[prepared.header.encodingCharacters]]];
      }
      segments[segment.index] = {
        index: firstIndex + segment.index,
        name,
        fields: Array.from(fields, (field) => field ?? []),
        raw: line.raw,
        offset: line.at.start,
        length: line.at.end - line.at.start,
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
