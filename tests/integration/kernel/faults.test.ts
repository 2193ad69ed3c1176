import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activityHash, type Kernel, LabError, StorageError } from '../../../electron/core/kernel/index.ts';
import { type Lab, openLab } from '../../../electron/core/lab.ts';
import { openTestKernel, TestClock } from '../../support/test-kernel.ts';

let folder: string;
let opened: Lab[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-fault-'));
});
afterEach(async () => {
  for (const lab of opened.splice(0)) await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(at: string, log = pino({ level: 'silent' })): Promise<Lab> {
  const lab = await openLab(at, { mode: 'headless', log });
  opened.push(lab);
  return lab;
}

async function close(lab: Lab): Promise<void> {
  opened = opened.filter((one) => one !== lab);
  await lab.close();
}

/** A laboratory that is set up, closed. */
async function setUp(at: string): Promise<void> {
  await (await openTestKernel({ folder: at })).dispose();
}

const failureOf = (act: Promise<unknown>) => act.then(() => undefined).catch((reason: unknown) => reason);

/** One use case's commit: a document of some size with a number, its activity entry and a job. */
function commitOne(kernel: Kernel, size = 4000): void {
  kernel.change(kernel.systemSession('Test'), (work) => {
    const code = `D${work.nextNumber('fault')}`;
    work.insert('directory', { kind: 'doctor', code, fullName: code, address: 'x'.repeat(size) });
    work.enqueue({ channel: 'email', title: code, payload: {} });
    work.record('setup.updated', { values: { kind: 'Doctor', name: code } });
  });
}

/** Every number from 1 on has its document, its entry and its job, each once. Answers how many. */
function expectWhole(kernel: Kernel): number {
  const reads = kernel.reads();
  const codes = reads
    .find('directory', { selector: { kind: { $eq: 'doctor' } } })
    .flatMap((one) => ('code' in one ? [one.code] : []));
  const wanted = codes.map((_, index) => `D${index + 1}`).sort();
  expect(codes.sort()).toEqual(wanted);
  expect(
    reads
      .find('jobs', { selector: {} })
      .map(({ title }) => title)
      .sort(),
  ).toEqual(wanted);
  const chain = reads.find('activity', { selector: {} }).sort((a, b) => a.position - b.position);
  // Whether the messages were tried meanwhile says nothing about the change.
  const made = chain.filter(({ action }) => action === 'setup.updated');
  expect(made.map(({ values }) => String(values.name)).sort()).toEqual(wanted);
  expect(chain.map(({ position, hash }) => [position, hash])).toEqual(
    chain.map((entry, index) => [index + 1, activityHash(entry)]),
  );
  return codes.length;
}

/** Whether this machine lets the tests make a small disk of their own. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'aliquot-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  if (status === 0) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return status === 0;
}

/** Writes a file until nothing more fits, but for `spare` bytes. */
function fillDisk(file: string, spare = 0): void {
  const handle = openSync(file, 'w');
  const { bavail, bsize } = statfsSync(file);
  const block = Buffer.alloc(bsize);
  try {
    for (let free = bavail * bsize - spare; free >= bsize; free -= bsize) writeSync(handle, block);
  } finally {
    closeSync(handle);
  }
}

describe.skipIf(!canMount)('on a small disk of its own', () => {
  const disk = () => join(folder, 'disk');
  const data = () => join(disk(), 'data');
  const ballast = () => join(disk(), 'ballast');

  beforeEach(() => {
    mkdirSync(disk());
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk()]);
  });
  afterEach(async () => {
    for (const lab of opened.splice(0)) await lab.close();
    execFileSync('umount', [disk()]);
  });

  it('that gets full, refuses the change with the remedy, keeps nothing of it, and goes on when there is room', async () => {
    await setUp(data());
    // The lab's own log is on the full disk too; it must not take the core with it.
    const lab = await openLab(data(), { mode: 'headless' });
    opened.push(lab);
    for (let n = 0; n < 20; n++) commitOne(lab.kernel);
    fillDisk(ballast(), 200_000);
    const error = await failureOf(
      Promise.resolve().then(() => {
        for (let n = 0; n < 500; n++) commitOne(lab.kernel);
      }),
    );
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'full', remedy: expect.stringContaining('Free some space') });
    for (let n = 0; n < 500; n++) lab.kernel.log.warn({ n }, 'x'.repeat(1000));
    await new Promise((resolve) => lab.kernel.log.flush(resolve));
    const kept = expectWhole(lab.kernel);
    rmSync(ballast());
    commitOne(lab.kernel);
    expect(expectWhole(lab.kernel)).toBe(kept + 1);
    await close(lab);
    expect(expectWhole((await open(data())).kernel)).toBe(kept + 1);
  });

  it('that is full already, says so at the start or opens, and is whole when there is room', async () => {
    await setUp(data());
    fillDisk(ballast());
    const error = await failureOf(open(data()));
    if (error !== undefined) {
      expect(error).toBeInstanceOf(StorageError);
      expect(error).toMatchObject({ code: 'full', remedy: expect.stringContaining('Free some space') });
    }
    for (const lab of opened) await close(lab);
    rmSync(ballast());
    const lab = await open(data());
    commitOne(lab.kernel);
    expect(expectWhole(lab.kernel)).toBe(1);
  });

  it('that cannot be written, says so at the start, and opens when it can', async () => {
    await setUp(data());
    execFileSync('mount', ['-o', 'remount,ro', disk()]);
    const error = await failureOf(open(data()));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'readonly', remedy: expect.stringContaining('write access') });
    execFileSync('mount', ['-o', 'remount,rw', disk()]);
    const lab = await open(data());
    commitOne(lab.kernel);
    expect(expectWhole(lab.kernel)).toBe(1);
  });
});

describe('a data folder', () => {
  it('that another lab has open names the other, and opens once it is free', async () => {
    await setUp(folder);
    const first = await open(folder);
    const error = await failureOf(open(folder));
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).detail).toMatchObject({
      kind: 'busy',
      message: expect.stringContaining(`process ${process.pid}`),
      remedy: expect.stringContaining('--data'),
    });
    commitOne(first.kernel);
    await close(first);
    expect(expectWhole((await open(folder)).kernel)).toBe(1);
  });

  it('with a damaged database says what to do and touches nothing; the copy put back opens', async () => {
    await setUp(folder);
    const file = join(folder, 'aliquot.sqlite');
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    const handle = openSync(file, 'r+');
    for (let page = 0; page < statSync(file).size / 4096; page++) {
      writeSync(handle, Buffer.alloc(4000, 0xa5), 0, 4000, page * 4096 + 50);
    }
    closeSync(handle);
    const error = await failureOf(open(folder));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'damaged', remedy: expect.stringContaining('backup') });
    copyFileSync(copy, file);
    const lab = await open(folder);
    commitOne(lab.kernel);
    expect(expectWhole(lab.kernel)).toBe(1);
  });

  it('that is a file, or in one, is refused in words', async () => {
    const file = join(folder, 'a-file');
    closeSync(openSync(file, 'w'));
    for (const place of [file, join(file, 'data')]) {
      const error = await failureOf(open(place));
      expect(error).toBeInstanceOf(StorageError);
      expect((error as StorageError).remedy).not.toBe('');
    }
    expect(readdirSync(folder)).toEqual(['a-file']);
  });

  it.skipIf(process.getuid?.() !== 0)('that belongs to somebody else is refused in words', () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chownSync(closed, 65534, 65534);
    chmodSync(closed, 0o555);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'other-user-child.ts'), '65534', closed],
      { encoding: 'utf8' },
    );
    expect(stdout, stderr).toContain('readonly: ');
    expect(stdout).toContain('write access');
  });
});

describe('a clock that was set back by a day', () => {
  const day = 24 * 60 * 60_000;

  it('leaves ids, sequence and the activity chain in order', async () => {
    const clock = new TestClock();
    const test = await openTestKernel({ folder, clock });
    for (let n = 0; n < 3; n++) commitOne(test.kernel, 10);
    clock.advance(-day);
    for (let n = 0; n < 3; n++) commitOne(test.kernel, 10);
    expect(expectWhole(test.kernel)).toBe(6);
    const changes = test.kernel.database.engine.changesSince(0, 100, ['directory']);
    const ids = changes.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(changes.at(-1)?.document.updatedAt).toBe(new Date(clock.now()).toISOString());
    await test.dispose();
  });

  it('ends sessions and lock-outs after their minutes, not a day later', async () => {
    const clock = new TestClock();
    const test = await openTestKernel({ folder, clock });
    const { sessions } = test.kernel;
    const token = sessions.open('staff-1', 'lab-1');
    for (let n = 0; n < 5; n++) sessions.countFailure('ana', 5, 5);
    expect(() => sessions.refuseIfLocked('ana', 5)).toThrow('5 minutes');
    clock.advance(-day);
    expect(sessions.resolve(token, 30)).toEqual({ staffId: 'staff-1', labId: 'lab-1' });
    expect(() => sessions.refuseIfLocked('ana', 5)).toThrow('5 minutes');
    clock.advance(31 * 60_000);
    expect(sessions.resolve(token, 30)).toBeUndefined();
    sessions.refuseIfLocked('ana', 5);
    await test.dispose();
  });
});
