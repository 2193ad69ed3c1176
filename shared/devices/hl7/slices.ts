import type { Notes } from '../notes.ts';
import type { ReadError } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';
import { type Hl7Header, readHl7Header, startOfHeader } from './header.ts';

export interface Hl7ReadOptions {
  /** Overrules what the message says of itself. */
  readonly charset?: Charset;
  /** Where the message says nothing. */
  readonly fallbackCharset: Charset;
}

/** A segment as it stood in the bytes. */
export interface SlicedSegment {
  /** As sent, without its line end. */
  readonly raw: string;
  /** The same in the standard's delimiters, all on one line. */
  readonly canonical: string;
  readonly offset: number;
  readonly length: number;
}

export interface SlicedMessage {
  readonly header: Hl7Header;
  readonly charset: Charset;
  readonly segments: readonly SlicedSegment[];
}

export type SliceOutcome =
  | { readonly ok: true; readonly messages: readonly SlicedMessage[] }
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

interface Range {
  readonly start: number;
  end: number;
}

const CR = 0x0d;
const LF = 0x0a;

/** Lines that hold anything, from `from` on. */
function* linesOf(text: Uint8Array, from: number): Generator<Range> {
  let start = from;
  for (let at = from; at <= text.length; at++) {
    if (at < text.length && text[at] !== CR && text[at] !== LF) continue;
    if (at > start) yield { start, end: at };
    start = at + 1;
  }
}

/** The three letters of a segment that begins here; empty when none does. */
function nameAt(text: Uint8Array, { start, end }: Range, separator: number): string {
  if (end - start > 3 && text[start + 3] !== separator) return '';
  const name = decodeText(text.subarray(start, Math.min(start + 3, end)), 'latin1');
  return /^[A-Z][A-Z0-9]{2}$/.test(name) ? name : '';
}

const canonical = { field: '|', component: '^', repeat: '~', escape: '\\', sub: '&' } as const;
type Delimiters = Readonly<Record<keyof typeof canonical, string>>;

function delimitersOf(header: Hl7Header): Delimiters | undefined {
  if (header.encodingCharacters.length < 2) return undefined;
  const [component = '^', repeat = '~', escapeSign = '\\', sub = '&'] = header.encodingCharacters;
  const all = [header.fieldSeparator, component, repeat, escapeSign, sub];
  const usable = new Set(all).size === all.length && all.every((c) => /^[^\w\s\u0000-\u001f\u007f]$/.test(c));
  return usable ? { field: header.fieldSeparator, component, repeat, escape: escapeSign, sub } : undefined;
}

/**
 * hl7-standard splits at `|`, `^` and `~` whatever MSH says. So text in other delimiters is rewritten to those first, and a
 * `|` that was plain text there becomes an escape. A line end within a segment becomes an escape too.
 */
function rewritingOf(delimiters: Delimiters): ReadonlyMap<string, string> | undefined {
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
  return [...rewritten].every(([sign, written]) => sign === written) ? undefined : rewritten;
}

function inCanonicalForm(raw: string, rewriting: ReadonlyMap<string, string> | undefined): string {
  const text = rewriting ? raw.replace(/[^\w\s]/g, (sign) => rewriting.get(sign) ?? sign) : raw;
  const line = text.replace(/[\r\n]+/g, '\\X0A\\');
  return line.length === 3 ? `${line}|` : line;
}

function charsetOf(header: Hl7Header, delimiters: Delimiters, options: Hl7ReadOptions): Charset {
  const named = (header.fields[18] ?? '').split(delimiters.repeat)[0]?.trim().toUpperCase() ?? '';
  return options.charset ?? charsetsByName.get(named) ?? options.fallbackCharset;
}

function delimitersIn(line: string): number {
  let count = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    // | ^ ~ &
    if (code === 0x7c || code === 0x5e || code === 0x7e || code === 0x26) count++;
  }
  return count;
}

interface OpenMessage {
  readonly header: Hl7Header;
  readonly delimiters: Delimiters;
  readonly ranges: Range[];
}

/** Cuts the bytes of a block into messages and segments. Works on bytes: no character of any set holds CR or LF. */
export function sliceMessages(text: Uint8Array, options: Hl7ReadOptions, notes: Notes): SliceOutcome {
  const fail = (code: ReadError['code'], message: string, offset: number): SliceOutcome => ({
    ok: false,
    error: { code, message, offset },
  });
  const start = startOfHeader(text);
  if (start < 0) {
    const message = 'The message has no header segment (MSH). Is this device set to the right protocol?';
    return fail(text.length === 0 ? 'empty' : 'no-header', message, 0);
  }
  if (start > 0) notes.add(`${start} bytes stand before the message header.`);
  const messages: OpenMessage[] = [];
  const names = new Set<string>();
  let segments = 0;
  for (const line of linesOf(text, start)) {
    const current = messages.at(-1);
    const isHeader = text[line.start] === 0x4d && text[line.start + 1] === 0x53 && text[line.start + 2] === 0x48;
    const last = current?.ranges.at(-1);
    if (isHeader) {
      const header = readHl7Header(text.subarray(line.start, line.end));
      const delimiters = header && delimitersOf(header);
      if (!header || !delimiters) {
        const message = 'The delimiters in MSH-1 and MSH-2 cannot be used: they must be five different signs.';
        return fail('bad-delimiters', message, line.start);
      }
      messages.push({ header, delimiters, ranges: [line] });
      segments++;
    } else if (current && last) {
      const name = nameAt(text, line, current.header.fieldSeparator.charCodeAt(0));
      if (name === '') {
        notes.add(`The line at byte ${line.start} is no segment; it was read as the rest of the one before it.`);
        last.end = line.end;
      } else {
        names.add(name);
        current.ranges.push(line);
        segments++;
      }
    }
    if (segments > mostSegments || names.size > mostSegmentNames) {
      return fail('too-large', 'The message has more segments than any analyzer sends.', line.start);
    }
  }
  const read = messages.map((message) => readMessage(text, message, options, notes));
  const delimiterCount = read.reduce((sum, { delimiterCount: count }) => sum + count, 0);
  if (delimiterCount > mostDelimiters)
    return fail('too-large', 'The message has more fields than any analyzer sends.', start);
  return { ok: true, messages: read };
}

function readMessage(
  text: Uint8Array,
  { header, delimiters, ranges }: OpenMessage,
  options: Hl7ReadOptions,
  notes: Notes,
) {
  const charset = charsetOf(header, delimiters, options);
  const rewriting = rewritingOf(delimiters);
  let delimiterCount = 0;
  const segments = ranges.map(({ start, end }, index): SlicedSegment => {
    const raw = decodeText(text.subarray(start, end), charset);
    if (raw.includes('\ufffd')) notes.add(`Segment ${index + 1} holds bytes that are no ${charset} text.`);
    const line = inCanonicalForm(raw, rewriting);
    delimiterCount += delimitersIn(line);
    return { raw, canonical: line, offset: start, length: end - start };
  });
  return { header, charset, segments, delimiterCount };
}
