import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { createResultsRouter } from '../../../electron/core/results/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const dayMs = 24 * 60 * 60 * 1000;
let folder: string;
let lab: DemoDevices;
let ahead = 0;
const clock = { now: () => Date.now() + ahead };
const folders: string[] = [];

beforeEach(async () => {
  ahead = 0;
  folder = mkdtempSync(join(tmpdir(), 'aliquot-archive-'));
  folders.push(folder);
  lab = await openDemoDevices(folder, clock);
});
afterEach(() => lab.dispose());
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const live = () => lab.journal(lab.deviceId('sysmex-xn'));
const archiveFiles = () => readdirSync(join(folder, 'archive')).map((name) => join(folder, 'archive', name));
const router = () => {
  const session = lab.kernel.systemSession('test');
  const context = loggedInAs({ kernel: lab.kernel, session }, ['device.read', 'device.configure', 'result.read']);
  return {
    devices: createDevicesRouter(lab.service).createCaller(context),
    results: createResultsRouter().createCaller(context),
  };
};

/** Sends ASTM messages, one for each sample, and waits until they are read. */
async function send(...samples: readonly string[]): Promise<void> {
  const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
  const before = live().length;
  for (const sample of samples) {
    await line.sendAstm(
      astmFrames(['H|\\^&|||XN', 'P|1', `O|1||^^${sample}^M|^^^^WBC`, 'R|1|^^^^WBC^1|8.13|10*3/uL||N||F', 'L|1|N']),
    );
  }
  await waitFor(() => {
    const now = live();
    return now.length === before + samples.length && now.every(({ outcome }) => outcome.state === 'parsed');
  });
  line.close();
}

describe('the archive of analyzer messages', () => {
  it('takes what is older than the preferences say, and gives it back to the trace, the message view and a replay', async () => {
    await send('OLD-1', 'OLD-2');
    const [first] = live();
    const [result] = lab.results(lab.deviceId('sysmex-xn'));
    if (!first || !result) throw new Error('nothing was sent');
    const before = await router().results.trace({ deviceResultId: result.id });
    ahead = 91 * dayMs;
    await send('NEW-1');
    expect(await lab.service.retention.run()).toMatchObject({ archived: 2 });
    expect(live().map(({ bytes }) => /NEW-1/.test(bytes))).toEqual([true]);

    const after = await router().results.trace({ deviceResultId: result.id });
    expect(after).toEqual({ ...before, message: { ...before.message, archived: true } });
    const viewed = await router().devices.message({ journalId: first.id });
    expect(viewed).toMatchObject({ archived: true, message: { bytes: first.bytes, digest: first.digest } });
    expect(viewed.results).toHaveLength(1);

    expect(await router().devices.replay({ journalId: first.id })).toEqual({ results: 1, failed: 0 });
    const again = await router().devices.message({ journalId: first.id });
    expect(again.results).toHaveLength(1);
    expect(again.message.outcome).not.toEqual(viewed.message.outcome);
    expect(live()).toHaveLength(1);
    expect(await router().devices.archive()).toMatchObject({ days: 90, error: undefined, months: [{}] });
  });

  it('is listed by month, searched, a page at a time, with the last outcome of each message', async () => {
    await send('LIST-1', 'LIST-2', 'LIST-3');
    const [first] = live();
    const month = first?.at.slice(0, 7) ?? '';
    const deviceId = lab.deviceId('sysmex-xn');
    await expect(router().devices.archived({ month })).rejects.toThrow(/No such entry/);
    ahead = 91 * dayMs;
    const api = router().devices;
    expect(await api.archiveNow()).toMatchObject({ archived: 3 });
    expect((await api.archive()).months).toMatchObject([{ month, messages: 3 }]);

    const page = await api.archived({ month, deviceId, limit: 2 });
    expect(page.rows.map(({ bytes }) => /LIST-\d/.exec(bytes)?.[0])).toEqual(['LIST-3', 'LIST-2']);
    const rest = await api.archived({ month, deviceId, limit: 2, cursor: page.nextCursor });
    expect(rest).toMatchObject({ rows: [{ id: first?.id }] });
    expect(rest.nextCursor).toBeUndefined();
    expect((await api.archived({ month, text: 'list-2' })).rows).toHaveLength(1);
    expect((await api.archived({ month, text: 'nothing like it' })).rows).toEqual([]);
    expect((await api.archived({ month, deviceId: lab.deviceId('mindray-bs') })).rows).toEqual([]);

    // Read again, it is there twice with two outcomes, and listed once with the later.
    const before = rest.rows[0]?.outcome;
    expect(await api.previewMessage({ journalId: first?.id ?? '' })).toMatchObject({
      compared: 1,
      same: 1,
      changed: 0,
    });
    await api.replay({ journalId: first?.id ?? '' });
    const again = await api.archived({ month, text: 'LIST-1' });
    expect(again.rows).toHaveLength(1);
    expect(again.rows[0]?.outcome).not.toEqual(before);
    expect((await api.archive()).months).toMatchObject([{ month, messages: 4 }]);
    for (const file of archiveFiles()) writeFileSync(file, 'no database');
    expect((await api.archive()).months).toMatchObject([{ month, messages: undefined }]);
    await expect(api.archived({ month })).rejects.toThrow(/cannot be used/);
  });

  it('is searched in slices: a page may be empty and go on, and nothing is passed over', async () => {
    const { kernel } = lab;
    const count = 2300;
    const at = new Date(kernel.clock.now()).toISOString();
    kernel.change(kernel.systemSession('test'), (work) => {
      for (let n = 0; n < count; n++) {
        work.insert<'journal', AnalyzerMessage>('journal', {
          ...{ kind: 'analyzer', deviceId: 'gone', deviceName: 'Gone', driver: 'sysmex-xn', protocol: 'astm' },
          ...{ direction: 'in', peer: '', at, tolerated: [], digest: '0'.repeat(64) },
          bytes: n === 7 ? 'the needle' : `hay ${n}`,
          outcome: { state: 'incomplete', reason: '' },
        });
      }
    });
    ahead = 91 * dayMs;
    const api = router().devices;
    expect((await api.archiveNow()).archived).toBeGreaterThanOrEqual(count);
    const found: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await api.archived({ month: at.slice(0, 7), text: 'NEEDLE', cursor });
      found.push(...page.rows.map(({ bytes }) => bytes));
      cursor = page.nextCursor;
      pages++;
    }
    expect(found).toEqual(['the needle']);
    expect(pages).toBe(2);
  });

  it('keeps what is younger, and as long as the preferences say', async () => {
    await send('A', 'B');
    ahead = 89 * dayMs;
    expect(await lab.service.retention.run()).toMatchObject({ archived: 0 });
    const { kernel } = lab;
    kernel.change(kernel.systemSession('test'), (work) => {
      const preferences = work.first('setup', { selector: { kind: { $eq: 'preferences' } } });
      if (preferences) work.update('setup', preferences, { journalDays: 30 });
    });
    expect(await lab.service.retention.run()).toMatchObject({ archived: 2 });
    expect(live()).toEqual([]);
  });

  it('loses and doubles nothing when it is killed between the archive and the journal', async () => {
    const samples = Array.from({ length: 6 }, (_, index) => `K-${index}`);
    await send(...samples);
    const ids = live().map(({ id }) => id);
    await lab.dispose();
    const child = fork(join(import.meta.dirname, 'archive-child.ts'), [folder, '100'], {
      execPath: process.execPath,
      execArgv: [],
    });
    const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
    lab = await openDemoDevices(folder, clock);
    expect(archiveFiles().flatMap(idsIn)).toHaveLength(6);
    expect(live().map(({ id }) => id)).toEqual(ids);

    ahead = 100 * dayMs;
    expect(await lab.service.retention.run()).toMatchObject({ archived: 6 });
    expect(live()).toEqual([]);
    expect(archiveFiles().flatMap(idsIn).sort()).toEqual(ids.toSorted());
  }, 120_000);

  it('says in words that a message is damaged, and never gives it out', async () => {
    await send('D-1');
    const [message] = live();
    const [result] = lab.results(lab.deviceId('sysmex-xn'));
    if (!message || !result) throw new Error('nothing was sent');
    ahead = 100 * dayMs;
    await lab.service.retention.run();
    const [file = ''] = archiveFiles();
    const database = new DatabaseSync(file);
    const forged = JSON.stringify({ ...message, bytes: message.bytes.replace('8.13', '9.13') });
    database.prepare('UPDATE messages SET data = ?').run(gzipSync(forged));
    database.close();
    const trace = () => router().results.trace({ deviceResultId: result.id });
    await expect(trace()).rejects.toThrow(/archive of analyzer messages of \d{4}-\d{2} cannot be used: its SHA-256/);
    writeFileSync(file, 'not a database any more, whatever its name says'.repeat(100));
    await expect(trace()).rejects.toThrow(/cannot be used: file is not a database/);
  });

  it('leaves everything in the journal when the archive cannot be written', async () => {
    await send('E-1');
    ahead = 100 * dayMs;
    writeFileSync(join(folder, 'archive'), 'a file in the way');
    await expect(lab.service.retention.run()).rejects.toThrow(/cannot be used/);
    expect(live()).toHaveLength(1);
    expect((await router().devices.archive()).error).toMatch(/cannot be used/);
  });

  it('forgets ids of messages by age: within thirty days the same message is a repetition, long after it is new', async () => {
    const id = lab.deviceId('mindray-bs');
    const message =
      'MSH|^~\\&|M|B|||20240105101500||ORU^R01|77|P|2.3.1||||0||ASCII\rOBR|1|IDS-1|1\rOBX|1|NM|GLU|Glucose|5.4|mmol/L|||||F\r';
    const line = await AnalyzerLine.open(await lab.port('mindray-bs'));
    const resend = async () => {
      line.send(Buffer.from(`\x0b${message}\x1c\r`, 'latin1'));
      expect(await line.until(0x1c)).toContain('MSA|AA|77');
    };
    const kept = () => lab.kernel.database.engine.all('SELECT count(*) AS n FROM device_message_ids')[0]?.n;
    await resend();
    await waitFor(() => lab.journal(id).filter(({ outcome }) => outcome.state === 'parsed').length === 1);
    ahead = 29 * dayMs;
    expect(await lab.service.retention.run()).toMatchObject({ idsForgotten: 0 });
    await resend();
    expect(kept()).toBe(1);
    ahead = 91 * dayMs;
    expect(await lab.service.retention.run()).toEqual({ archived: 1, idsForgotten: 1 });
    expect(kept()).toBe(0);
    await resend();
    await waitFor(() => lab.journal(id).length === 1);
    line.close();
  });
});

function idsIn(file: string): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('SELECT id FROM messages')
      .all()
      .map(({ id }) => String(id));
  } finally {
    database.close();
  }
}
