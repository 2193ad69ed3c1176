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
  renameSync,
  rmSync,
  write,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { framed, type LogPlace, type LogRecord, readRange, recordFrom, recordIn } from './segment-file.ts';

const flushSoon = promisify(fdatasync);
const writeSoon = promisify(write);

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

interface Segment {
  readonly number: number;
  /** Behind the last record that is on disk. */
  end: number;
  /** Something in it cannot be read, and no copy of it could be kept: the file itself is, when it is not needed any more. */
  isKept: boolean;
  /** Stretches that cannot be read any more: offset of the first byte → of the one behind the last. */
  readonly gaps: Map<number, number>;
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
 * What a bad disk or another program did to a file costs the records that it hit, no others: those behind are found again. A
 * record that was torn by a crash was never acknowledged.
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
  private damaged: (file: string, reason: string) => void = () => undefined;
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
    for (const number of numbers.sort((a, b) => a - b)) this.segments.push(newSegment(number));
    this.last = Math.max(after, ...numbers);
  }

  /**
   * Reads all that is there, checks it and finds where each segment ends; to be called once, before anything else.
   * @param damaged told, now and later, of a segment of which something could not be read: the file that keeps it, and why
   */
  *recover(damaged: (file: string, reason: string) => void): Generator<LogRecord, void, undefined> {
    this.damaged = damaged;
    for (const segment of this.segments) {
      for (let from = 0; ; ) {
        const { record, isDamaged } = this.recovered(segment, from);
        if (isDamaged) this.keep(segment, 'a record in it is damaged');
        if (!record) break;
        from = record.next.offset;
        segment.end = from;
        yield record;
      }
    }
  }

  /** Makes ready for the first record, so that it need not wait for it; resolves when that is done or cannot be. */
  async prepare(): Promise<void> {
    if (!this.open) await this.next().catch(() => undefined);
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
      this.remove(first);
    }
  }

  private remove({ number, isKept }: Segment): void {
    const file = this.fileOf(number);
    try {
      if (isKept) renameSync(file, `${file}.damaged`);
      else rmSync(file, { force: true });
    } catch (error) {
      // It is in nobody's way; the next start tries again.
      this.damaged(file, error instanceof Error ? error.message : String(error));
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
    let room = await this.roomFor(bytes.length);
    while (!this.isSound(room)) room = await this.roomFor(bytes.length);
    const { segment, handle } = room;
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
    const segment = newSegment(number);
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
    mkdirSync(this.folder, { recursive: true });
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

  /**
   * Whether the open file is still what it was. Another program may have removed it: it is written anew from what its handle
   * still gives. Behind a cut nothing is written. Either way the next segment is due.
   */
  private isSound({ segment, handle }: { segment: Segment; handle: number }): boolean {
    const { nlink, size } = fstatSync(handle);
    if (nlink > 0 && size >= segment.end) return true;
    if (nlink === 0 && segment.end > 0) {
      mkdirSync(this.folder, { recursive: true });
      const file = this.fileOf(segment.number);
      // Under its name only when it is whole: a disk that is too full for it must not leave a part, nor be in the way later.
      writeFileSync(`${file}.new`, readRange(handle, 0, segment.end), { flush: true });
      renameSync(`${file}.new`, file);
      if (process.platform !== 'win32') flushFolder(this.folder);
      this.damaged(file, 'it was removed by another program and is written anew');
    }
    this.open = undefined;
    closeSync(handle);
    return false;
  }

  private readSegment(segment: Segment, from: number, limit: number, records: LogRecord[]): void {
    const { number, end, gaps } = segment;
    const start = gaps.get(from);
    if (start !== undefined) {
      if (start < end) this.readSegment(segment, start, limit, records);
      return;
    }
    try {
      const handle = this.handleOf(number);
      const chunk = readRange(handle, from, Math.min(end, from + chunkBytes));
      for (let at = 0; at < chunk.length && records.length < limit; ) {
        const record = recordIn(chunk, at, number, from + at);
        if (!record) {
          // Longer than what is read in one go, and read from its beginning then; else damaged.
          if (at === 0) this.readOne(segment, handle, from, records);
          return;
        }
        records.push(record);
        at = record.next.offset - from;
      }
      if (chunk.length === 0) this.skipRest(segment, from, 'it was cut by another program');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      this.skipRest(segment, from, 'it was removed by another program');
    }
  }

  private readOne(segment: Segment, handle: number, from: number, records: LogRecord[]): void {
    const { record, isDamaged } = recordFrom(handle, segment.number, from, segment.end);
    if (isDamaged) this.keep(segment, 'a record in it is damaged');
    if (record) records.push(record);
    else this.skipRest(segment, from, 'what is left of it is damaged');
  }

  /** Nothing from this offset on can be read of what is there now. */
  private skipRest(segment: Segment, offset: number, reason: string): void {
    segment.gaps.set(offset, segment.end);
    this.damaged(this.fileOf(segment.number), reason);
  }

  private recovered(segment: Segment, from: number): ReturnType<typeof recordFrom> {
    try {
      return recordFrom(this.handleOf(segment.number), segment.number, from);
    } catch (error) {
      // A bad sector costs what is on it, not the start of the laboratory.
      segment.isKept = true;
      this.damaged(this.fileOf(segment.number), error instanceof Error ? error.message : String(error));
      return { record: undefined, isDamaged: false };
    }
  }

  /** Keeps a copy of a damaged segment; where that cannot be done, the segment itself, later. */
  private keep(segment: Segment, reason: string): void {
    if (segment.isKept) return;
    const file = this.fileOf(segment.number);
    segment.isKept = true;
    try {
      copyFileSync(file, `${file}.damaged`);
      this.damaged(`${file}.damaged`, reason);
    } catch {
      this.damaged(file, reason);
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

function newSegment(number: number): Segment {
  return { number, end: 0, isKept: false, gaps: new Map() };
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
