import { decodeText } from '../text.ts';

/** The fields of MSH that decide how a message is acknowledged; read without parsing the rest of the message. */
export interface Hl7Header {
  /** MSH-1 and MSH-2 as written. */
  readonly fieldSeparator: string;
  readonly encodingCharacters: string;
  /** MSH-9 with `^`, whatever the component separator: `ORU^R01`. */
  readonly messageType: string;
  /** MSH-10. */
  readonly controlId: string;
  /** MSH-12. */
  readonly version: string;
  /** MSH-15 and MSH-16: with AL, NE, ER or SU in either, enhanced acknowledgement is meant (HL7 2.x, 2.9.3). */
  readonly acceptAcknowledgement: string;
  readonly applicationAcknowledgement: string;
  /** Fields of MSH as written; `fields[10]` is MSH-10. Byte for byte (latin1), so that they can be given back unharmed. */
  readonly fields: readonly string[];
}

/** A header longer than this is none. */
const longestHeader = 4096;
const mostHeaderFields = 60;

/** Where the first MSH segment begins, or -1: leading blanks, line ends and batch headers (FHS, BHS) are passed over. */
export function startOfHeader(message: Uint8Array): number {
  let lineStart = true;
  const searched = Math.min(message.length, longestHeader);
  for (let at = 0; at < searched; at++) {
    const byte = message[at] ?? 0;
    if (lineStart && byte === 0x4d && message[at + 1] === 0x53 && message[at + 2] === 0x48) return at;
    if (byte === 0x0d || byte === 0x0a) lineStart = true;
    else if (byte !== 0x20 && byte !== 0x09) lineStart = false;
  }
  return -1;
}

/** Reads the header of a message (framing removed). `undefined` when there is none that could be answered. */
export function readHl7Header(message: Uint8Array): Hl7Header | undefined {
  const start = startOfHeader(message);
  if (start < 0) return undefined;
  const line = decodeText(message.subarray(start, Math.min(lineEnd(message, start), start + longestHeader)), 'latin1');
  const separator = line[3] ?? '';
  if (!/^[^\w\s\u0000-\u001f\u007f]$/.test(separator)) return undefined;
  const parts = line.split(separator, mostHeaderFields);
  const fields = ['MSH', separator, ...parts.slice(1)];
  const encodingCharacters = fields[2] ?? '';
  const component = encodingCharacters[0] ?? '^';
  const field = (number: number) => (fields[number] ?? '').trim();
  return {
    fieldSeparator: separator,
    encodingCharacters,
    messageType: field(9).split(component).slice(0, 2).join('^'),
    controlId: field(10),
    version: (field(12).split(component)[0] ?? '').trim(),
    acceptAcknowledgement: field(15).toUpperCase(),
    applicationAcknowledgement: field(16).toUpperCase(),
    fields,
  };
}

/** What MSA says of a message sent before. */
export interface Hl7Acknowledgement {
  readonly code: string;
  /** MSA-2: the control id of the message it answers. */
  readonly controlId: string;
  readonly text: string;
}

/** MSA is the second segment or, with SFT and the like before it, a few later. */
const segmentsBeforeMsa = 10;

function lineEnd(message: Uint8Array, from: number): number {
  let end = from;
  while (end < message.length && message[end] !== 0x0d && message[end] !== 0x0a) end++;
  return end;
}

/** Reads the MSA segment; `undefined` for a message that is no reply. Looks at bytes: most messages are none. */
export function readHl7Acknowledgement(message: Uint8Array, header: Hl7Header): Hl7Acknowledgement | undefined {
  let at = Math.max(0, startOfHeader(message));
  for (let segment = 0; segment < segmentsBeforeMsa && at < message.length; segment++) {
    at = lineEnd(message, at);
    while (message[at] === 0x0d || message[at] === 0x0a) at++;
    if (message[at] !== 0x4d || message[at + 1] !== 0x53 || message[at + 2] !== 0x41) continue;
    const line = decodeText(message.subarray(at, Math.min(lineEnd(message, at), at + longestHeader)), 'latin1');
    const [name, code = '', controlId = '', text = ''] = line
      .split(header.fieldSeparator, 5)
      .map((field) => field.trim());
    if (name === 'MSA') return { code: code.toUpperCase(), controlId, text: text.slice(0, 200) };
  }
  return undefined;
}
