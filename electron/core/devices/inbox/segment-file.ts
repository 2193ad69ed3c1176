import { fstatSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Before each record: the length of its payload and its CRC-32, both 32 bits, little endian. A length of 0 is the end. */
export const headBytes = 8;
/** So many bytes are checked at most in the search for the next good record behind damage. */
const mostSearched = 256 * 1024 * 1024;

const zeros = Buffer.alloc(4096);

/** Where a record begins, or where the next one will: number of the segment and offset in it. */
export interface LogPlace {
  readonly segment: number;
  readonly offset: number;
}

export interface LogRecord {
  readonly place: LogPlace;
  /** Where the record behind it begins. */
  readonly next: LogPlace;
  readonly payload: Buffer;
}

/** A record as it stands in a file. */
export function framed(payload: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  const record = Buffer.concat([head, ...payload]);
  const length = record.length - headBytes;
  record.writeUInt32LE(length, 0);
  record.writeUInt32LE(crc32(record.subarray(headBytes), length), 4);
  return record;
}

/**
 * The first good record at `from` or behind it, before `end`.
 * @returns `isDamaged`: something else than zeros, the end, stands before it
 */
export function recordFrom(
  handle: number,
  segment: number,
  from: number,
  end = fstatSync(handle).size,
): { readonly record: LogRecord | undefined; readonly isDamaged: boolean } {
  const record = recordAt(handle, segment, from, end);
  if (record) return { record, isDamaged: false };
  const rest = readRange(handle, from, end);
  const used = usedLength(rest);
  if (used === 0) return { record: undefined, isDamaged: false };
  return { record: findRecord(rest, used, segment, from), isDamaged: true };
}

/** The record in bytes of a segment that were read, if it is all there and good. */
export function recordIn(bytes: Buffer, at: number, segment: number, offset: number): LogRecord | undefined {
  if (at + headBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const start = at + headBytes;
  if (length === 0 || start + length > bytes.length) return undefined;
  const payload = bytes.subarray(start, start + length);
  if (crc32(payload, length) !== bytes.readUInt32LE(at + 4)) return undefined;
  const next = { segment, offset: offset + headBytes + length };
  return { place: { segment, offset }, next, payload };
}

/** What a file holds from one offset to another; less where it is shorter. */
export function readRange(handle: number, from: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - from));
  let got = 0;
  while (got < bytes.length) {
    const read = readSync(handle, bytes, got, bytes.length - got, from + got);
    if (read === 0) break;
    got += read;
  }
  return bytes.subarray(0, got);
}

/** How much of it is not the zeros of its end. */
function usedLength(bytes: Buffer): number {
  let end = bytes.length;
  // Most of a segment is zeros: block by block.
  while (end >= zeros.length && zeros.equals(bytes.subarray(end - zeros.length, end))) end -= zeros.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

function recordAt(handle: number, segment: number, offset: number, end: number): LogRecord | undefined {
  const head = readRange(handle, offset, Math.min(end, offset + headBytes));
  if (head.length < headBytes) return undefined;
  const length = head.readUInt32LE(0);
  if (length === 0 || offset + headBytes + length > end) return undefined;
  return recordIn(readRange(handle, offset, offset + headBytes + length), 0, segment, offset);
}

/** What came behind a damaged record was acknowledged as well: it is looked for byte by byte. */
function findRecord(bytes: Buffer, used: number, segment: number, from: number): LogRecord | undefined {
  let searched = 0;
  for (let at = 1; at + headBytes < used && searched < mostSearched; at++) {
    const length = bytes.readUInt32LE(at);
    if (length === 0 || at + headBytes + length > bytes.length) continue;
    searched += length;
    const record = recordIn(bytes, at, segment, from + at);
    if (record) return record;
  }
  return undefined;
}
