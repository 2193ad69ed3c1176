import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogPlace } from '../../../electron/core/devices/inbox/segment-file.ts';
import { SegmentLog } from '../../../electron/core/devices/inbox/segment-log.ts';
import { openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const start: LogPlace = { segment: 0, offset: 0 };
const texts = (records: Iterable<{ payload: Buffer }>) => [...records].map(({ payload }) => payload.toString());
const append = (log: SegmentLog, text: string) => log.append([Buffer.from(text)]);
const recovered = (folder: string) => texts(new SegmentLog(folder, 0).recover(() => undefined));
const segmentsOf = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.log'));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Puts another file under the descriptor that a log is about to write to: `/dev/full` refuses each write as a full disk does,
 * `/dev/null` takes what is written and refuses to flush it. The kernel gives the lowest free number to whoever opens next.
 */
function swapPreparedFile(folder: string, device: '/dev/full' | '/dev/null'): void {
  const number = descriptorOf(join(folder, segmentsOf(folder)[0] ?? ''));
  if (number === undefined) throw new Error('the log has no open file');
  closeSync(number);
  const held: number[] = [];
  for (let got = openSync(device, 'r+'); got !== number; got = openSync(device, 'r+')) held.push(got);
  for (const one of held) closeSync(one);
}

function descriptorOf(file: string): number | undefined {
  const found = readdirSync('/proc/self/fd').find((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === file;
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

describe.skipIf(process.platform !== 'linux')('a disk that takes no more', () => {
  it.each(['/dev/full', '/dev/null'] as const)(
    '%s: is no yes; what comes later is kept in the next file',
    async (device) => {
      const folder = newFolder();
      const log = new SegmentLog(folder, 0);
      await log.prepare();
      swapPreparedFile(folder, device);
      const refused = await Promise.allSettled([append(log, 'refused'), append(log, 'refused too')]);
      expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await append(log, 'after');
      expect(texts(log.read(start, 10))).toEqual(['after']);
      // As after a crash: nothing was closed.
      expect(recovered(folder)).toEqual(['after']);
      await log.close(() => true);
    },
  );

  it('costs an analyzer its ACK and nothing else: what it sends again is taken once', async () => {
    const folder = newFolder();
    const lab = await openDemoDevices(folder);
    onTestFinished(() => lab.dispose());
    const device = { id: lab.deviceId('mindray-bs') };
    const store = (id: string) =>
      lab.service.journal.storeMessage(
        { device, peer: 'peer' },
        Buffer.from(`MSH|^~\\&|||||||ORU^R01|${id}|P|2.3.1\r`),
        id,
      );
    await lab.service.journal.prepare();
    swapPreparedFile(join(folder, 'inbox'), '/dev/full');
    await expect(store('M2')).rejects.toThrow('ENOSPC');
    expect(await store('M2')).toEqual({ duplicate: false });
    expect(await store('M2')).toEqual({ duplicate: true });
    await store('M3');
    await waitFor(() => lab.service.journal.waiting === 0);
    expect(lab.journal(device.id).map(({ messageId }) => messageId)).toEqual(['M2', 'M3']);
  });
});

describe('a file of the inbox that another program touches', () => {
  it('is written anew when it was removed: nothing acknowledged is gone after a crash', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    await append(log, 'one');
    rmSync(folder, { recursive: true });
    await append(log, 'two');
    await append(log, 'three');
    expect(texts(log.read(start, 10))).toEqual(['one', 'two', 'three']);
    expect(recovered(folder)).toEqual(['one', 'two', 'three']);
    await log.close(() => true);
  });

  it('is not written behind a cut, and does not keep what came later from being read', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    const troubles: string[] = [];
    expect([...log.recover((_, reason) => troubles.push(reason))]).toEqual([]);
    await append(log, 'one');
    const [first] = log.read(start, 1);
    await append(log, 'cut');
    truncateSync(join(folder, segmentsOf(folder)[0] ?? ''), first?.next.offset ?? 0);
    await append(log, 'two');
    expect(texts(log.read(start, 1))).toEqual(['one']);
    expect(texts(log.read(first?.next ?? start, 10))).toEqual(['two']);
    expect(texts(log.read(start, 10)).concat(texts(log.read(first?.next ?? start, 10)))).toEqual(['one', 'two']);
    expect(troubles.join()).toContain('cut');
    expect(recovered(folder)).toEqual(['one', 'two']);
    await log.close(() => true);
  });

  it('that is gone when it is read is left out and told; the next one is read on', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    const big = 'x'.repeat(3_000_000);
    for (const letter of ['a', 'b', 'c']) await append(log, `${letter}${big}`);
    rmSync(join(folder, segmentsOf(folder)[0] ?? ''));
    expect(texts(log.read(start, 10)).map((text) => text[0])).toEqual(['b', 'c']);
    await log.close(() => true);
  });

  it('is kept as it was when no copy of its damage can be made', async () => {
    const folder = newFolder();
    const log = new SegmentLog(folder, 0);
    for (const text of ['one', 'two', 'three']) await append(log, text);
    await log.close(() => false);
    const file = join(folder, segmentsOf(folder)[0] ?? '');
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('two')] = 0x58;
    writeFileSync(file, bytes);
    mkdirSync(`${file}.damaged`);
    const again = new SegmentLog(folder, 0);
    expect(texts(again.recover(() => undefined))).toEqual(['one', 'three']);
    await append(again, 'four');
    rmSync(`${file}.damaged`, { recursive: true });
    again.removeBefore(2);
    expect(readFileSync(`${file}.damaged`).includes('Xwo')).toBe(true);
    expect(texts(again.read(start, 10))).toEqual(['four']);
    await again.close(() => true);
  });

  it('costs one message when a byte of it is changed, and none when a record is of another version', async () => {
    const folder = newFolder();
    const lab = await openDemoDevices(folder);
    const device = { id: lab.deviceId('mindray-bs') };
    const place = join(newFolder(), 'inbox');
    const log = new SegmentLog(place, 0);
    await log.append([Buffer.from('{"kind":"unheard of"}')]);
    await lab.dispose();
    for (const id of ['M1', 'M2', 'M3']) {
      const json = JSON.stringify({
        ...{
          kind: 'message',
          journalId: `019b0000-0000-7000-8000-00000000000${id[1]}`,
          deviceId: device.id,
          peer: 'p',
        },
        ...{ at: 1_790_000_000_000, state: 'received', messageId: id, digest: id, tolerated: [], frames: [] },
        ...{ length: 4, wire: false },
      });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      await log.append([length, Buffer.from(json), Buffer.from(`B-${id}`)]);
    }
    await log.close(() => false);
    const [name = ''] = segmentsOf(place);
    const bytes = readFileSync(join(place, name));
    bytes[bytes.indexOf('B-M2')] = 0x58;
    mkdirSync(join(folder, 'inbox'), { recursive: true });
    writeFileSync(join(folder, 'inbox', '90000000.log'), bytes);
    const again = await openDemoDevices(folder);
    onTestFinished(() => again.dispose());
    await waitFor(() => again.journal(device.id).length === 2);
    expect(again.journal(device.id).map(({ messageId }) => messageId)).toEqual(['M1', 'M3']);
    await waitFor(() => again.service.journal.waiting === 0);
  });
});
