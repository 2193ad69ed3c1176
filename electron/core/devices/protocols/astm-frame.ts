import { control, joinBytes } from './link.ts';

/** Sum of all bytes from the frame number to ETX or ETB, modulo 256 (LIS1-A, 6.3.3). */
export function astmChecksum(body: Uint8Array): number {
  let sum = 0;
  for (const byte of body) sum = (sum + byte) & 0xff;
  return sum;
}

/** Text of a frame by the standard: 240 characters at most (LIS1-A, 6.3.1.2). */
const standardFrameText = 240;

/** One frame as on the wire. `number` is taken modulo 8; `last` ends it with ETX, otherwise ETB says that the record goes on. */
export function encodeAstmFrame(number: number, text: Uint8Array, last: boolean): Uint8Array {
  const body = joinBytes([Uint8Array.of(0x30 + (number % 8)), text, Uint8Array.of(last ? control.ETX : control.ETB)]);
  const sum = astmChecksum(body).toString(16).toUpperCase().padStart(2, '0');
  const tail = Uint8Array.of(sum.charCodeAt(0), sum.charCodeAt(1), control.CR, control.LF);
  return joinBytes([Uint8Array.of(control.STX), body, tail]);
}

/**
 * Splits a message text into frames, numbered from 1.
 * @param layout `record`: a frame for each record, as the standard wants; `message`: as much as fits, as many instruments do
 * @param longest bytes of text in a frame
 */
export function astmFramesOf(
  text: Uint8Array,
  layout: 'record' | 'message',
  longest = standardFrameText,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.length;
    if (layout === 'record') {
      const terminator = text.indexOf(control.CR, start);
      if (terminator >= 0) end = terminator + 1;
    }
    for (let at = start; at < end; at += longest) {
      const piece = text.subarray(at, Math.min(at + longest, end));
      frames.push(encodeAstmFrame(frames.length + 1, piece, at + longest >= end));
    }
    start = end;
  }
  return frames;
}

/** What a frame on the wire carries. */
export interface AstmFrameContent {
  /** 0 to 7; `undefined` where the instrument sends none. */
  readonly number: number | undefined;
  readonly text: Uint8Array;
  /** Ended with ETX. */
  readonly last: boolean;
}

/** Takes a frame apart that was checked when it arrived: STX, number, text, ETX or ETB, checksum, perhaps CR LF. */
export function readAstmFrame(frame: Uint8Array): AstmFrameContent {
  let end = frame.length - 1;
  while (end > 0 && frame[end] !== control.ETX && frame[end] !== control.ETB) end--;
  const first = frame[1] ?? 0;
  const numbered = first >= 0x30 && first <= 0x37;
  return {
    number: numbered ? first - 0x30 : undefined,
    text: frame.subarray(numbered ? 2 : 1, Math.max(end, 1)),
    last: frame[end] === control.ETX,
  };
}

/**
 * The message text of stored frames, as the link hands it on: for parsing from the journal. A record that ends with its frame
 * (ETX) but without CR gets its CR.
 */
export function astmTextOf(frames: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const frame of frames) {
    const { text, last } = readAstmFrame(frame);
    parts.push(text);
    if (last && text.length > 0 && text.at(-1) !== control.CR) parts.push(Uint8Array.of(control.CR));
  }
  return joinBytes(parts);
}

/** Whether a text holds all of its message: header (H) to terminator (L), the last record ended. */
export function isWholeAstm(text: Uint8Array): boolean {
  return text[0] === 0x48 && text.at(-1) === control.CR && hasTerminator(text);
}

/** Whether a terminator record (L) follows the last header record (H). */
export function hasTerminator(text: Uint8Array): boolean {
  let found = false;
  for (let start = 0; start < text.length; ) {
    if (text[start] === 0x48) found = false;
    else if (text[start] === 0x4c) found = true;
    const next = text.indexOf(control.CR, start);
    if (next < 0) break;
    start = next + 1;
    if (text[start] === control.LF) start++;
  }
  return found;
}
