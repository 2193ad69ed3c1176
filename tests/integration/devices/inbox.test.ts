import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  decodeRecord,
  encodeFrame,
  encodeMessage,
  type StoredMessage,
} from '../../../electron/core/devices/inbox/inbox-records.ts';
import type { LogPlace } from '../../../electron/core/devices/inbox/segment-file.ts';
import { SegmentLog } from '../../../electron/core/devices/inbox/segment-log.ts';
import { astmFrames } from '../../support/analyzer-line.ts';
import { openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const start: LogPlace = { segment: 0, offset: 0 };
const never = () => {
  throw new Error('nothing was damaged');
};

describe('the log of the inbox', () => {
  it('gives back what was appended, in order, at any slicing, also after it was opened again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 8 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        async (turns, slice) => {
          const folder = newFolder();
          const log = new SegmentLog(folder, 0);
          const places: LogPlace[] = [];
          for (const turn of turns) places.push(...(await Promise.all(turn.map((bytes) => log.append([bytes])))));
          const expected = turns.flat().map((bytes) => Buffer.from(bytes).toString('hex'));
          expect(allOf(log, slice)).toEqual(expected);
          await log.close(() => false);
          const again = new SegmentLog(folder, 0);
          const found = [...again.recover(never)];
          expect(found.map(({ payload }) => payload.toString('hex'))).toEqual(expected);
          expect(found.map(({ place }) => place)).toEqual(places);
          expect(allOf(again, slice)).toEqual(expected);
          await again.close(() => true);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps all before the byte where a crash cut it and all around one that a bad disk changed, and gives out nothing that is not whole', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    const records = Array.from({ length: 40 }, (_, index) => Buffer.alloc(20 + index * 7, index + 1));
    for (const record of records) await log.append([record]);
    const ends = allRecords(log).map(({ next }) => next.offset);
    await log.close(() => false);
    const [file = ''] = readdirSync(folder);
    const good = readFileSync(join(folder, file));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: (ends.at(-1) ?? 1) - 1 }), fc.constantFrom('cut', 'changed'), (at, how) => {
        const bytes = Buffer.from(good);
        if (how === 'cut') bytes.fill(0, at);
        else bytes[at] = (bytes[at] ?? 0) ^ 0x55;
        writeFileSync(join(folder, file), bytes);
        const found = [...new SegmentLog(folder, 0).recover(() => undefined)].map(({ payload }) => payload);
        const whole = ends.filter((end) => end <= at).length;
        if (how === 'changed') {
          expect(found).toEqual(records.toSpliced(whole, 1));
          return;
        }
        // Zeros behind the cut may be what was there anyway.
        expect(found.length).toBeGreaterThanOrEqual(whole);
        expect(found).toEqual(records.slice(0, found.length));
      }),
      { numRuns: 100 },
    );
    expect(readdirSync(folder).some((name) => name.endsWith('.damaged'))).toBe(true);
  });

  it('goes over to a new segment when one is full or was cut, and takes a record longer than a segment', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 7);
    const long = Buffer.alloc(9 * 1024 * 1024, 1);
    const sizes = [3_000_000, 3_000_000, long.length, 5];
    for (const size of sizes) await log.append([long.subarray(0, size)]);
    expect(allRecords(log).map(({ payload, place }) => [payload.length, place.segment])).toEqual(
      sizes.map((size, index) => [size, 8 + index]),
    );
    log.removeBefore(10);
    expect(allRecords(log).map(({ payload }) => payload.length)).toEqual(sizes.slice(2));
    await log.close(() => false);
    const last = readdirSync(folder).sort().at(-1) ?? '';
    truncateSync(join(folder, last), 10);
    const again = new SegmentLog(folder, 7);
    expect([...again.recover(() => undefined)].map(({ payload }) => payload.length)).toEqual([long.length]);
    const place = await again.append([Buffer.from('new')]);
    expect(place).toEqual({ segment: 12, offset: 0 });
    await again.close(() => true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toEqual([]);
  });

  it('gives every record of a segment before the first of the next, however much of it one go reaches', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    const records = Array.from({ length: 300 }, (_, index) => Buffer.alloc(40_000 + index, index));
    for (const record of records) await log.append([record]);
    for (const slice of [1, 7, 1000]) {
      expect(allRecords(log, slice).map(({ payload }) => payload.length)).toEqual(records.map(({ length }) => length));
    }
    expect(readdirSync(folder).length).toBeGreaterThan(2);
    await log.close(() => true);
  });

  it('says that a record could not be written, and takes the next one when the disk works again', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await expect(log.append([Buffer.from('lost')])).rejects.toThrow('EEXIST');
    rmSync(folder);
    await log.append([Buffer.from('kept')]);
    expect(allRecords(log).map(({ payload }) => payload.toString())).toEqual(['kept']);
    await log.close(() => true);
  });

  it('carries frames and messages as they are', () => {
    const bytes = Uint8Array.of(0, 2, 255, 13, 10);
    const frame = { kind: 'frame', id: 5, deviceId: 'd', peer: 'p', bytes: Buffer.from(bytes) } as const;
    expect(decodeRecord(Buffer.concat(encodeFrame(frame)))).toEqual(frame);
    for (const wire of [undefined, Buffer.from([1, 2, 3]), Buffer.alloc(0)]) {
      const message: StoredMessage = {
        kind: 'message',
        journalId: 'j',
        deviceId: 'd',
        peer: 'é',
        at: 1,
        state: 'received',
        messageId: undefined,
        digest: 'x',
        tolerated: ['a'],
        reason: undefined,
        bytes: Buffer.from(bytes),
        wire,
        frames: [1, 2],
      };
      expect(decodeRecord(Buffer.concat(encodeMessage(message)))).toEqual(message);
    }
  });
});

describe('the inbox of a laboratory', () => {
  it('takes over what the first builds kept in tables, once', async () => {
    const folder = newFolder();
    const before = await openDemoDevices(folder);
    const hl7 = before.deviceId('mindray-bs');
    before.kernel.database.engine.ensureTables(`
      CREATE TABLE device_inbox (id INTEGER PRIMARY KEY, journalId TEXT, deviceId TEXT, peer TEXT, at INTEGER, state TEXT,
        messageId TEXT, digest TEXT, tolerated TEXT, reason TEXT, bytes BLOB, wire BLOB);
      CREATE TABLE device_frames (id INTEGER PRIMARY KEY, deviceId TEXT, peer TEXT, at TEXT, bytes BLOB)`);
    before.kernel.database.engine.commit((transaction) => {
      const add = 'INSERT INTO device_inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
      const id = '019b0000-0000-7000-8000-00000000000';
      for (const number of [1, 2, 2]) {
        const row = [
          null,
          `${id}${number}`,
          hl7,
          'peer',
          1_700_000_000_000 + number,
          'received',
          `M${number}`,
          `d${number}`,
        ];
        transaction.run(add, ...row, null, null, Buffer.from(`MSH|^~\\&|||||||ORU^R01|M${number}|P|2.3.1\r`), null);
      }
      transaction.run(
        'INSERT INTO device_frames VALUES (1, ?, ?, ?, ?)',
        hl7,
        'peer',
        '',
        Buffer.from('\x021H|\\^&\r\x03E5\r\n'),
      );
    });
    await before.dispose();
    const after = await openDemoDevices(folder);
    onTestFinished(() => after.dispose());
    await waitFor(() => after.journal(hl7).length === 3);
    expect(after.journal(hl7).map(({ messageId, outcome }) => messageId ?? outcome.state)).toEqual([
      'M1',
      'M2',
      'incomplete',
    ]);
    const { engine } = after.kernel.database;
    expect(engine.all("SELECT name FROM sqlite_schema WHERE name IN ('device_inbox', 'device_frames')")).toEqual([]);
  });

  it('gives a database that lost its last commits in a power cut every message again, and one that has them none', async () => {
    const folder = newFolder();
    const cut = newFolder();
    await (await openDemoDevices(folder)).dispose();
    copyFileSync(join(folder, 'aliquot.sqlite'), join(cut, 'aliquot.sqlite'));
    const lab = await openDemoDevices(folder);
    const device = { id: lab.deviceId('mindray-bs') };
    const ids = Array.from({ length: 30 }, (_, index) => `M${index}`);
    const bytesOf = (id: string) => Buffer.from(`MSH|^~\\&|||||||ORU^R01|${id}|P|2.3.1\r`);
    for (const id of ids) await lab.service.journal.storeMessage({ device, peer: 'peer' }, bytesOf(id), id);
    await waitFor(() => lab.journal(device.id).length === ids.length && lab.service.journal.waiting === 0);
    cpSync(join(folder, 'inbox'), join(cut, 'inbox'), { recursive: true });
    await lab.dispose();
    cpSync(join(cut, 'inbox'), join(folder, 'inbox'), { recursive: true });
    for (const opened of [cut, folder, cut]) {
      const again = await openDemoDevices(opened);
      await waitFor(() => again.service.journal.waiting === 0);
      expect(
        again
          .journal(device.id)
          .map(({ messageId }) => messageId)
          .sort(),
      ).toEqual([...ids].sort());
      // What is known of ids came back too.
      const repeated = await again.service.journal.storeMessage({ device, peer: 'peer' }, bytesOf('M3'), 'M3');
      expect(repeated).toEqual({ duplicate: true });
      await again.dispose();
    }
  });

  it('keeps two sessions of one serial port, that a crash left open, each by itself', async () => {
    const folder = newFolder();
    const before = await openDemoDevices(folder);
    const device = { id: before.deviceId('sysmex-xn') };
    const session = (sampleId: string) =>
      astmFrames(['H|\\^&|||A', 'P|1', `O|1||1^1^${sampleId}^M|^^^^WBC`, 'R|1|^^^^WBC^1|5.1|10*3/uL||N||F', 'L|1|N']);
    for (const frame of [...session('S-1'), ...session('S-2').slice(0, 3)]) {
      await before.service.journal.storeFrame({ device, peer: '/dev/ttyUSB0' }, frame);
    }
    await before.dispose();
    const after = await openDemoDevices(folder);
    onTestFinished(() => after.dispose());
    await waitFor(() => after.journal(device.id).length === 2);
    await waitFor(() => after.results(device.id).length === 1);
    const states = after.journal(device.id).map(({ outcome }) => outcome.state);
    expect(states.sort()).toEqual(['incomplete', 'parsed']);
    expect(after.results(device.id)[0]?.sampleId).toBe('S-1');
  });

  it('leaves no file behind when all became documents and it was closed', async () => {
    const folder = newFolder();
    const lab = await openDemoDevices(folder);
    await lab.service.journal.recordSent(
      { device: { id: lab.deviceId('mindray-bs') }, peer: 'peer' },
      Buffer.from('x'),
    );
    await waitFor(() => lab.service.journal.waiting === 0);
    expect(readdirSync(join(folder, 'inbox')).length).toBeGreaterThan(0);
    await lab.dispose();
    expect(readdirSync(join(folder, 'inbox'))).toEqual([]);
  });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-inbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function allRecords(log: SegmentLog, slice = 1000) {
  const records = log.read(start, slice);
  for (let last = records.at(-1); last; ) {
    const more = log.read(last.next, slice);
    records.push(...more);
    last = more.at(-1);
  }
  return records;
}

function allOf(log: SegmentLog, slice: number): string[] {
  return allRecords(log, slice).map(({ payload }) => payload.toString('hex'));
}
