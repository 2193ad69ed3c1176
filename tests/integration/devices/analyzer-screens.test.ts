import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import { startSimulatedAnalyzer } from '../../../electron/demo/simulator/analyzer.ts';
import { AnalyzerLine } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
let router: ReturnType<typeof createDevicesRouter>;

beforeAll(async () => {
  lab = await openDemoDevices();
  router = createDevicesRouter(lab.service);
});
afterAll(() => lab.dispose());

const context = (...permissions: ('device.read' | 'device.configure')[]) =>
  loggedInAs({ kernel: lab.kernel, session: lab.kernel.systemSession('test') }, permissions);
const technician = () => router.createCaller(context('device.read', 'device.configure'));

const hl7 = (
  id: string,
  sampleId: string,
  results: readonly (readonly [code: string, value: string, unit: string])[],
) =>
  [
    `MSH|^~\\&|BOX|Maker|||20260624120000||ORU^R01|${id}|P|2.3.1`,
    `OBR|1||${sampleId}`,
    ...results.map(([code, value, unit], index) => `OBX|${index + 1}|NM|${code}||${value}|${unit}|||||F`),
    '',
  ].join('\r');

async function newLine(settings = {}) {
  const id = lab.add({
    driver: 'generic-hl7',
    protocol: 'mllp',
    connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    settings,
  });
  return { id, line: await AnalyzerLine.open(await waitFor(() => lab.service.state(id)?.port)) };
}

/** Field and code of what a refused call found wrong. */
async function errorsOf(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => toApiError(thrown, lab.kernel),
  );
  return error?.kind === 'validation' ? error.errors.map(({ field }) => field) : [String(error?.kind)];
}

describe('codes of an analyzer', () => {
  it('are suggested, taught together in one commit, changed and forgotten; what was held follows', async () => {
    const { id, line } = await newLine();
    const api = technician();
    await line.sendHl7(
      hl7('1', 'NOBODY', [
        ['WBC', '5.1', '10*3/uL'],
        ['XYZ', '1', ''],
        ['GLUF', '90', 'mg/dL'],
      ]),
    );
    await waitFor(() => lab.results(id).length === 3);
    const before = await api.codeMap({ deviceId: id });
    expect(before.entries).toEqual([]);
    const of = (code: string) => before.unmapped.find((one) => one.code === code);
    expect(of('WBC')).toMatchObject({
      lastValue: '5.1',
      unit: '10*3/uL',
      count: 1,
      suggestion: { by: 'code', code: 'WBC' },
    });
    expect(of('XYZ')?.suggestion).toBeUndefined();
    const parameterId = of('WBC')?.suggestion?.parameterId;
    const glucose = of('GLUF')?.suggestion?.parameterId;

    expect(
      await errorsOf(
        api.teachCodes({
          deviceId: id,
          entries: [
            { deviceCode: 'WBC', parameterId, factor: '0' },
            { deviceCode: 'XYZ', parameterId: 'nothing' },
          ],
        }),
      ),
    ).toEqual(['entries.0.factor', 'entries.1.parameterId']);
    expect((await api.codeMap({ deviceId: id })).entries).toEqual([]);

    await api.teachCodes({
      deviceId: id,
      entries: [
        { deviceCode: 'WBC', parameterId },
        { deviceCode: 'XYZ' },
        { deviceCode: 'GLUF', parameterId: glucose, factor: '0.0555', deviceUnit: 'mg/dL' },
      ],
    });
    const taught = await api.codeMap({ deviceId: id });
    expect(taught.unmapped).toEqual([]);
    expect(taught.entries.map(({ deviceCode, parameterCode }) => [deviceCode, parameterCode])).toEqual([
      ['WBC', 'WBC'],
      ['XYZ', undefined],
      ['GLUF', 'GLUF'],
    ]);
    // The sample is still unknown, but not any more the code; what is left out is decided.
    expect(lab.results(id).map(({ holdReason, state }) => holdReason ?? state)).toEqual([
      'unknownSample',
      'rejected',
      'unknownSample',
    ]);

    await api.teachCode({ deviceId: id, deviceCode: 'GLUF', parameterId: glucose, factor: '2' });
    await api.forgetCodes({ deviceId: id, codes: ['WBC'] });
    const after = await api.codeMap({ deviceId: id });
    expect(after.entries.map(({ deviceCode, factor }) => [deviceCode, factor])).toEqual([
      ['XYZ', '1'],
      ['GLUF', '2'],
    ]);
    expect(await errorsOf(api.forgetCodes({ deviceId: id, codes: ['WBC'] }))).toEqual(['conflict']);
    line.close();
  });

  it('cost the same number of statements for 2 codes and for 200', async () => {
    const cost = async (count: number) => {
      const { id, line } = await newLine();
      const results = Array.from({ length: count }, (_, n) => [`C${n}`, '1', ''] as const);
      await line.sendHl7(hl7(`${count}`, 'NOBODY', results));
      await waitFor(() => lab.results(id).length === count);
      const asked = context('device.read', 'device.configure');
      const api = router.createCaller(asked);
      await api.codeMap({ deviceId: id });
      const read = asked.counter.statements;
      await api.teachCodes({ deviceId: id, entries: results.map(([deviceCode]) => ({ deviceCode })) });
      line.close();
      return read;
    };
    expect(await cost(200)).toBe(await cost(2));
  });

  it('of a driver stand ready before the analyzer sent any', async () => {
    const id = lab.add({
      driver: 'sysmex-xn',
      protocol: 'astm',
      connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    });
    const { known } = await technician().codeMap({ deviceId: id });
    expect(known.find(({ code }) => code === 'WBC')?.suggestion).toMatchObject({ code: 'WBC', otherUnit: false });
  });
});

describe('messages of an analyzer', () => {
  it('are found by outcome and by sample, page by page', async () => {
    const { id, line } = await newLine();
    for (const [n, sample] of ['S-1', 'S-2', 'S-1'].entries())
      await line.sendHl7(hl7(`${n}`, sample, [['A', `${n}`, '']]));
    await line.sendHl7('MSH|^~\\&|\r');
    await waitFor(() => lab.journal(id).filter(({ outcome }) => outcome.state === 'parsed').length >= 3);
    await waitFor(() => lab.journal(id).every(({ outcome }) => outcome.state !== 'stored'));
    const api = technician();
    const parsed = await api.traffic({ deviceId: id, outcome: 'parsed', limit: 2 });
    expect(parsed.rows.every(({ outcome }) => outcome.state === 'parsed')).toBe(true);
    expect(parsed.nextCursor).toBeDefined();
    const ofSample = await api.traffic({ deviceId: id, sampleId: ' S-1 ' });
    expect(ofSample.rows.map(({ messageId }) => messageId)).toEqual(['2', '0']);
    expect((await api.traffic({ deviceId: id, sampleId: 'S-9' })).rows).toEqual([]);
    line.close();
  });

  it('are read again in a range with a mended map, in slices; progress is told, and it can be cancelled', async () => {
    const { id, line } = await newLine();
    const count = 60;
    for (let n = 0; n < count; n++) await line.sendHl7(hl7(`${n}`, `T-${n}`, [['A', `${n}`, '']]));
    await waitFor(() => lab.results(id).length === count);
    const first = new Set(lab.results(id).map((result) => result.id));
    const api = technician();
    const device = (await api.get({ id })).device;
    const { name, driver, protocol, connection, enabled } = device;
    // The instrument puts `T-` before the sample id.
    await api.save({
      ...{ id, rev: device._rev, name, driver, protocol, connection, enabled },
      settings: { sampleIdPrefixes: ['T-'] },
    });
    const range = { deviceId: id, from: '2020-01-01', to: '2999-01-01', onlyFailed: false };
    // What it will do is shown before it is done, and nothing is written.
    const preview = await api.previewReplay(range);
    expect(preview).toMatchObject({ total: count, compared: count, changed: count, same: 0, added: 0, gone: 0 });
    expect(preview.lines[0]).toMatchObject({ sampleId: '0', code: 'A', before: { sampleId: 'T-0' } });
    expect(new Set(lab.results(id).map((result) => result.id))).toEqual(first);
    const started = await api.startReplay(range);
    expect(started).toMatchObject({ total: count, done: 0, ended: false });
    expect(await errorsOf(api.startReplay(range))).toEqual(['busy']);
    const ended = await waitFor(async () => {
      const state = await api.replayState({ id: started.id });
      return state.ended ? state : undefined;
    });
    expect(ended).toMatchObject({ done: count, results: count, failed: 0, cancelled: false });
    const again = lab.results(id);
    expect(again).toHaveLength(count);
    expect(again.every(({ sampleId }) => /^\d+$/.test(sampleId))).toBe(true);
    expect(again.some((result) => first.has(result.id))).toBe(false);

    const second = await api.startReplay(range);
    await api.cancelReplay({ id: second.id });
    const stopped = await waitFor(async () => {
      const state = await api.replayState({ id: second.id });
      return state.ended ? state : undefined;
    });
    expect(stopped.cancelled).toBe(true);
    expect(stopped.done).toBeLessThan(count);
    expect(lab.results(id)).toHaveLength(count);
    line.close();
  });

  it('shows before a replay what appears, what goes, what stays because somebody decided, and what can be read now', async () => {
    const { id, line } = await newLine({ controlPrefixes: ['T-'] });
    const two = [
      ['A', '1', ''],
      ['B', '2', ''],
    ] as const;
    await line.sendHl7(hl7('1', 'T-1', two));
    await line.sendHl7(hl7('2', 'S-2', two));
    await waitFor(() => lab.results(id).length === 4);
    const [, , decided, gone] = lab.results(id);
    const [first, second] = lab.journal(id);
    if (!first || !second || !decided || !gone) throw new Error('no results');
    lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
      const change = { state: 'rejected' as const, decidedBy: 'somebody' };
      work.update('deviceResults', work.need('deviceResults', decided.id), change);
      // A result more than the driver reads now, and one less.
      work.update('deviceResults', work.need('deviceResults', gone.id), { index: 9 });
    });
    const device = (await technician().get({ id })).device;
    const { name, driver, protocol, connection, enabled } = device;
    const saved = { id, rev: device._rev, name, driver, protocol, connection, enabled, settings: {} };
    await technician().save(saved);
    expect(await technician().previewMessage({ journalId: first.id })).toMatchObject({ changed: 2, same: 0, gone: 0 });
    const preview = await technician().previewMessage({ journalId: second.id });
    expect(preview).toMatchObject({ decided: 1, added: 1, gone: 1, same: 0, changed: 0 });
    lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
      const outcome = { state: 'failed' as const, at: work.now, reason: 'a driver of before', place: '' };
      work.update('journal', work.need('journal', second.id), { outcome });
    });
    const range = { deviceId: id, from: '2020-01-01', to: '2999-01-01', onlyFailed: true };
    expect(await technician().previewReplay(range)).toMatchObject({ total: 1, compared: 1, mended: 1, unreadable: 0 });
    line.close();
  });

  it('that came twice are not read again', async () => {
    const { id, line } = await newLine();
    await line.sendHl7(hl7('1', 'S-1', [['A', '1', '']]));
    await waitFor(() => lab.results(id).length === 1);
    const [message] = lab.journal(id);
    if (!message) throw new Error('no message');
    const api = technician();
    expect(await api.replay({ journalId: message.id })).toEqual({ results: 1, failed: 0 });
    lab.kernel.change(lab.kernel.systemSession('test'), (work) =>
      work.update('journal', work.need('journal', message.id), { outcome: { state: 'duplicate', of: message.id } }),
    );
    expect(await errorsOf(api.replay({ journalId: message.id }))).toEqual(['journalId']);
    expect(lab.results(id)).toHaveLength(1);
    line.close();
  });
});

describe('an analyzer at a glance', () => {
  it('has what it sent today and by hour, from the read worker', async () => {
    const { id, line } = await newLine();
    await line.sendHl7(hl7('1', 'S-1', [['A', '1', '']]));
    await line.sendHl7(hl7('2', 'S-2', [['A', '1', '']]));
    await waitFor(() => lab.results(id).length === 2);
    const released = lab.results(id)[0];
    if (!released) throw new Error('no result');
    const decidedAt = new Date(Date.parse(released.receivedAt) + 20 * 60_000).toISOString();
    lab.kernel.change(lab.kernel.systemSession('test'), (work) =>
      work.update('deviceResults', work.need('deviceResults', released.id), { state: 'released', decidedAt }),
    );
    const api = technician();
    const today = (await api.today()).find(({ deviceId }) => deviceId === id);
    expect(today).toMatchObject({ messages: 2, errors: 0 });
    expect(today?.lastMessageAt).toBeDefined();
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const { hours, turnaround } = await api.statistics({ deviceId: id, from: day(-1), to: day(1) });
    expect(hours.reduce((sum, { messages }) => sum + messages, 0)).toBe(2);
    expect(turnaround).toMatchObject({ counts: [0, 0, 0, 1, 0, 0, 0, 0], median: 20, nineOfTen: 20 });
    expect(await errorsOf(api.statistics({ deviceId: id, from: day(0), to: day(-1) }))).toEqual(['to']);
    line.close();
  });

  it('being tried out shows the first message, what the driver made of it, and codes nobody mapped', async () => {
    const since = new Date().toISOString();
    const api = technician();
    const { id, line } = await newLine();
    expect((await api.tryOut({ deviceId: id, since })).reading).toBeUndefined();
    await line.sendHl7(hl7('1', 'S-1', [['A', '1.5', 'mmol/L']]));
    const reading = await waitFor(async () => (await api.tryOut({ deviceId: id, since })).reading);
    expect(reading).toMatchObject({ ok: true, count: 1, unmapped: ['A'] });
    expect(reading.results).toMatchObject([
      { sampleId: 'S-1', kind: 'patient', code: 'A', value: '1.5', unit: 'mmol/L' },
    ]);
    line.close();
  });

  it('can be a simulated one that this PC calls', async () => {
    const simulated = await startSimulatedAnalyzer({
      driver: 'sysmex-xn',
      end: { kind: 'server', host: '127.0.0.1', port: 0 },
    });
    const { id } = await technician().save({
      ...{ name: 'Called', driver: 'sysmex-xn', protocol: 'astm', settings: {}, enabled: true },
      connection: { kind: 'tcpClient', host: '127.0.0.1', port: simulated.port },
    });
    await waitFor(() => lab.service.state(id)?.state === 'connected');
    await simulated.sendFor('NOBODY-1', ['WBC']);
    await waitFor(() => lab.results(id).length === 1);
    await simulated.stop();
    await waitFor(() => lab.service.state(id)?.state !== 'connected');
  });
});

describe('whoever may only look', () => {
  it('teaches, forgets and reads again nothing', async () => {
    const api = router.createCaller(context('device.read'));
    const id = lab.deviceId('sysmex-xn');
    const range = { deviceId: id, from: '2020-01-01', to: '2020-01-02', onlyFailed: true };
    for (const call of [
      api.teachCodes({ deviceId: id, entries: [{ deviceCode: 'A' }] }),
      api.forgetCodes({ deviceId: id, codes: ['WBC'] }),
      api.startReplay(range),
      api.previewReplay(range),
      api.archiveNow(),
      api.serialPorts(),
    ]) {
      expect(await errorsOf(call)).toEqual(['forbidden']);
    }
  });
});
