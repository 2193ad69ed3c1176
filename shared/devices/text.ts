import { z } from 'zod';

/** Character sets met on analyzers. `latin1` is ISO 8859-1 byte for byte. */
export const charsetSchema = z.enum(['latin1', 'windows-1252', 'utf-8', 'shift_jis', 'gbk']);
export type Charset = z.infer<typeof charsetSchema>;

const chunkLength = 8192;
const decoders = new Map<Charset, TextDecoder>();

/** The platform's "latin1" is windows-1252, which differs in these bytes alone. */
function isSameInWindows1252(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80 && byte <= 0x9f) return false;
  return true;
}

/** Up to so many bytes the platform's decoder costs more than it saves. */
const shortText = 256;

function latin1Text(bytes: Uint8Array): string {
  if (bytes.length <= shortText) return String.fromCharCode(...bytes);
  if (isSameInWindows1252(bytes)) return decoderOf('windows-1252').decode(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkLength) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunkLength));
  }
  return text;
}

function decoderOf(charset: Charset): TextDecoder {
  let decoder = decoders.get(charset);
  if (!decoder) {
    decoder = new TextDecoder(charset, { fatal: false, ignoreBOM: true });
    decoders.set(charset, decoder);
  }
  return decoder;
}

/**
 * Bytes to text. Never throws: bytes that mean nothing in the character set become U+FFFD, which the callers report.
 */
export function decodeText(bytes: Uint8Array, charset: Charset): string {
  if (charset === 'latin1') return latin1Text(bytes);
  return decoderOf(charset).decode(bytes);
}

/** Code point to bytes of the double-byte sets, made on first use by decoding every pair. */
const encoders = new Map<Charset, Map<string, readonly number[]>>();

function encoderOf(charset: Charset): Map<string, readonly number[]> {
  const known = encoders.get(charset);
  if (known) return known;
  const decoder = new TextDecoder(charset);
  const table = new Map<string, readonly number[]>();
  const add = (...bytes: number[]) => {
    const text = decoder.decode(new Uint8Array(bytes));
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  };
  for (let lead = 0x80; lead <= 0xff; lead++) add(lead);
  if (charset === 'shift_jis' || charset === 'gbk') {
    for (let lead = 0x81; lead <= 0xfe; lead++) for (let trail = 0x40; trail <= 0xfe; trail++) add(lead, trail);
  }
  encoders.set(charset, table);
  return table;
}

/** Text of which every character is its own byte, the common case; otherwise nothing. */
function plainBytes(text: string, highest: number): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > highest) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

/** Text to bytes. What the character set lacks becomes `?`: an analyzer's display shows that, a control character it would obey. */
export function encodeText(text: string, charset: Charset): Uint8Array {
  if (charset === 'utf-8') return new TextEncoder().encode(text);
  const plain = plainBytes(text, charset === 'latin1' ? 0xff : 0x7f);
  if (plain) return plain;
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0x3f;
    if (code < 0x80 || (charset === 'latin1' && code <= 0xff)) bytes.push(code);
    else if (charset === 'latin1') bytes.push(0x3f);
    else bytes.push(...(encoderOf(charset).get(character) ?? [0x3f]));
  }
  return Uint8Array.from(bytes);
}

/** Trimmed text, or nothing when nothing is left. */
export function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed ? trimmed : undefined;
}
