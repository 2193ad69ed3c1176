import {
  closeSync,
  copyFileSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

const flushSoon = promisify(fdatasync);
const writeSoon = promisify(write);

/** Before each record: the length of its payload and its CRC-32, both 32 bits, little endian. A length of 0 is the end. */
const headBytes = 8;
/** A segment is filled with zeros and flushed before it is used: a flush then writes data alone, no size and no map of blocks. */
const segmentBytes = 4 * 1024 * 1024;
/**
 * How fast a flush must be, in milliseconds, to be waited for on the thread: for one record alone, when the thread would have
 * nothing else to do and another thread's answer takes longer than the flush; for any number of them.
 */
const fastFlushMs = { one: 0.5, many: 0.1 };
/** What is read from a segment in one go. */
const chunkBytes = 256 * 1024;
const fileName = /^(\d{8})\.log$/;

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

interface Segment {
  readonly number: number;
  /** Behind the last record that is on disk. */
  end: number;
}

interface Waiting {
  readonly payload: readonly Uint8Array[];
  readonly resolve: (place: LogPlace) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records appended to numbered files, each on disk before its `append` resolves. What arrives while the disk flushes is
 * written and flushed together afterwards; the thread is free meanwhile. Records are read in the order in which they were
 * appended; whole segments are removed from the front.
 *
 * A record that was torn by a crash ends its segment: it was never acknowledged, nor was what came behind it.
 */
export class SegmentLog {
  private readonly folder: string;
  /** Oldest first. */
  private readonly segments: Segment[] = [];
  private open: { readonly segment: Segment; readonly handle: number } | undefined;
  private prepared: Promise<{ number: number; handle: number }> | undefined;
  private reading: { readonly number: number; readonly handle: number } | undefined;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;
  private last: number;
  /** How long a flush took, on average of the last few. */
  private flushMs = 1;

  /** @param after the number of a segment that was there once; new ones get higher numbers */
  constructor(folder: string, after: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    const numbers = readdirSync(folder).flatMap((name) => {
      const number = fileName.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    for (const number of numbers.sort((a, b) => a - b)) this.segments.push({ number, end: 0 });
    this.last = Math.max(after, ...numbers);
  }

  /**
   * Reads all that is there, checks it and finds where each segment ends; to be called once, before anything else.
   * @param damaged told of a segment with more in it behind its last good record; a copy of it is kept
   */
  *recover(damaged: (file: string) => void): Generator<LogRecord, void, undefined> {
    for (const segment of this.segments) {
      const handle = this.handleOf(segment.number);
      const { size } = fstatSync(handle);
      for (let record = readRecord(handle, segment, size); record; record = readRecord(handle, segment, size)) {
        segment.end = record.next.offset;
        yield record;
      }
      if (isZero(handle, segment.end, size)) continue;
      const kept = `${this.fileOf(segment.number)}.damaged`;
      copyFileSync(this.fileOf(segment.number), kept);
      damaged(kept);
    }
  }

  /** Makes ready for the first record, so that it need not wait for it. */
  prepare(): void {
    if (!this.open) this.next().catch(() => undefined);
  }

  /** Resolves with the record's place once it is on disk; rejects with the reason when it could not be written. */
  append(payload: readonly Uint8Array[]): Promise<LogPlace> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ payload, resolve, reject });
      // All that comes in one turn of the event loop shares one flush.
      this.flushing ??= new Promise((done) => setImmediate(() => void this.flushAll().then(done)));
    });
  }

  /** Up to `limit` records from a place on, as far as they are on disk. */
  read(from: LogPlace, limit: number): LogRecord[] {
    const records: LogRecord[] = [];
    for (const segment of this.segments) {
      if (segment.number < from.segment) continue;
      const offset = segment.number === from.segment ? from.offset : 0;
      if (offset < segment.end) this.readSegment(segment, offset, limit, records);
      // What one go does not reach of a segment comes before anything of the next one.
      const reached = records.at(-1)?.next;
      if (reached && (records.length >= limit || reached.offset < segment.end)) break;
    }
    return records;
  }

  /** Removes the segments before this one. */
  removeBefore(number: number): void {
    for (let first = this.segments[0]; first && first.number < number; first = this.segments[0]) {
      if (first === this.open?.segment) return;
      this.segments.shift();
      if (this.reading?.number === first.number) this.closeReading();
      rmSync(this.fileOf(first.number), { force: true });
    }
  }

  /**
   * Closes after what was appended is on disk.
   * @param empty nothing in it is needed any more: its files go
   */
  async close(empty: () => boolean): Promise<void> {
    await this.flushing;
    const prepared = await this.prepared?.catch(() => undefined);
    if (prepared) {
      closeSync(prepared.handle);
      rmSync(this.fileOf(prepared.number), { force: true });
    }
    this.closeReading();
    if (this.open) closeSync(this.open.handle);
    this.open = undefined;
    if (empty()) this.removeBefore(Number.POSITIVE_INFINITY);
  }

  private async flushAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        const places = await this.write(group.map(({ payload }) => framed(payload)));
        group.forEach(({ resolve }, index) => {
          resolve(places[index] as LogPlace);
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      // Whoever was answered may have more to say before the next flush.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.flushing = undefined;
  }

  private async write(records: readonly Buffer[]): Promise<LogPlace[]> {
    const bytes = records.length === 1 && records[0] ? records[0] : Buffer.concat(records);
    const { segment, handle } = await this.roomFor(bytes.length);
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(handle, bytes, done, bytes.length - done, segment.end + done);
      }
      await this.flush(handle, records.length);
    } catch (error) {
      this.abandon(segment, handle);
      throw error;
    }
    return records.map((record) => {
      const place = { segment: segment.number, offset: segment.end };
      segment.end += record.length;
      return place;
    });
  }

  private async flush(handle: number, records: number): Promise<void> {
    const started = performance.now();
    if (this.flushMs < (records === 1 ? fastFlushMs.one : fastFlushMs.many)) fdatasyncSync(handle);
    else await flushSoon(handle);
    this.flushMs += (performance.now() - started - this.flushMs) / 8;
  }

  /** The open segment; when it is full the next one. A record longer than a segment has one that grows. */
  private async roomFor(length: number): Promise<{ segment: Segment; handle: number }> {
    const { open } = this;
    if (open && (open.segment.end === 0 || open.segment.end + length <= segmentBytes)) {
      if (open.segment.end > segmentBytes / 2) this.next().catch(() => undefined);
      return open;
    }
    const { number, handle } = await this.next();
    this.prepared = undefined;
    if (open) closeSync(open.handle);
    const segment = { number, end: 0 };
    this.segments.push(segment);
    this.open = { segment, handle };
    return this.open;
  }

  /** The next segment, ready to be written to. */
  private next(): Promise<{ number: number; handle: number }> {
    this.prepared ??= this.create(++this.last).catch((error: unknown) => {
      this.prepared = undefined;
      throw error;
    });
    return this.prepared;
  }

  private async create(number: number): Promise<{ number: number; handle: number }> {
    const file = this.fileOf(number);
    const handle = openSync(file, 'wx+');
    try {
      const zeros = Buffer.alloc(segmentBytes);
      for (let done = 0; done < zeros.length; ) {
        done += (await writeSoon(handle, zeros, done, zeros.length - done, done)).bytesWritten;
      }
      await flushSoon(handle);
      // Windows has no handle on a folder to flush; there the file system journals the new name itself.
      if (process.platform !== 'win32') flushFolder(this.folder);
      return { number, handle };
    } catch (error) {
      closeSync(handle);
      rmSync(file, { force: true });
      throw error;
    }
  }

  /** After a failed write nobody knows what of it is on disk: nothing is written behind it, and it must not be found again. */
  private abandon(segment: Segment, handle: number): void {
    this.open = undefined;
    try {
      ftruncateSync(handle, segment.end);
      fsyncSync(handle);
    } catch {
      // The disk fails; the caller hears of it by the write's own error.
    } finally {
      closeSync(handle);
    }
  }

  private readSegment(segment: Segment, from: number, limit: number, records: LogRecord[]): void {
    const handle = this.handleOf(segment.number);
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, segment.end - from));
    const got = readSync(handle, chunk, 0, chunk.length, from);
    for (let at = 0; at + headBytes <= got && records.length < limit; ) {
      const length = chunk.readUInt32LE(at);
      const place = { segment: segment.number, offset: from + at };
      const next = { segment: segment.number, offset: from + at + headBytes + length };
      if (at + headBytes + length <= got) {
        records.push({ place, next, payload: chunk.subarray(at + headBytes, at + headBytes + length) });
      } else if (at === 0) {
        // Longer than what is read in one go.
        const payload = Buffer.allocUnsafe(length);
        readSync(handle, payload, 0, length, from + headBytes);
        records.push({ place, next, payload });
      } else return;
      at += headBytes + length;
    }
  }

  private handleOf(number: number): number {
    if (this.open?.segment.number === number) return this.open.handle;
    if (this.reading?.number === number) return this.reading.handle;
    this.closeReading();
    this.reading = { number, handle: openSync(this.fileOf(number), 'r') };
    return this.reading.handle;
  }

  private closeReading(): void {
    if (this.reading) closeSync(this.reading.handle);
    this.reading = undefined;
  }

  private fileOf(number: number): string {
    return join(this.folder, `${String(number).padStart(8, '0')}.log`);
  }
}

function framed(payload: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  const record = Buffer.concat([head, ...payload]);
  const length = record.length - headBytes;
  record.writeUInt32LE(length, 0);
  record.writeUInt32LE(crc32(record.subarray(headBytes), length), 4);
  return record;
}

/** The record at the segment's end as known so far, if there is a good one. */
function readRecord(handle: number, { number, end }: Segment, size: number): LogRecord | undefined {
  if (end + headBytes > size) return undefined;
  const head = Buffer.allocUnsafe(headBytes);
  readSync(handle, head, 0, headBytes, end);
  const length = head.readUInt32LE(0);
  if (length === 0 || end + headBytes + length > size) return undefined;
  const payload = Buffer.allocUnsafe(length);
  readSync(handle, payload, 0, length, end + headBytes);
  if (crc32(payload, length) !== head.readUInt32LE(4)) return undefined;
  return {
    place: { segment: number, offset: end },
    next: { segment: number, offset: end + headBytes + length },
    payload,
  };
}

function isZero(handle: number, from: number, size: number): boolean {
  const chunk = Buffer.alloc(chunkBytes);
  for (let at = from; at < size; ) {
    const got = readSync(handle, chunk, 0, Math.min(chunk.length, size - at), at);
    if (got === 0 || chunk.subarray(0, got).some((byte) => byte !== 0)) return got === 0;
    at += got;
  }
  return true;
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
