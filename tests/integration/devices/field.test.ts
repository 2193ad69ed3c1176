import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { arrivedSpecimens, createResultsRouter } from '../../../electron/core/results/index.ts';
import { createSync, type Sync } from '../../../electron/core/sync/index.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { startHeadOffice, type TestHeadOffice } from '../../support/head-office.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Station, startStation } from '../sync/start-station.ts';

let lab: DemoDevices;
beforeAll(async () => {
  lab = await openDemoDevices();
  lab.kernel.followers.add(arrivedSpecimens(lab.kernel));
});
afterAll(() => lab.dispose());

const api = () => {
  const session = lab.kernel.systemSession('test');
  return createResultsRouter().createCaller(
    loggedInAs({ kernel: lab.kernel, session }, ['result.read', 'result.release']),
  );
};
const results = (sampleId: string) =>
  lab.results(lab.deviceId('sysmex-xn')).filter((result) => result.sampleId === sampleId);

/** A blood count of this sample over the analyzer's line; resolves with what was stored of it. */
async function measure(sampleId: string, value: string, more: readonly string[] = [], sentAt = '') {
  const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
  const before = results(sampleId).length;
  await line.sendAstm(
    astmFrames([
      `H|\\^&|||XN^1||||||||E1394-97|${sentAt}`,
      'P|1',
      `O|1||1^1^${sampleId}^M|^^^^WBC`,
      ...more,
      `R|1|^^^^WBC^1|${value}|10*3/uL||N||F||||20260624135407`,
      'L|1|N',
    ]),
  );
  line.close();
  await waitFor(() => results(sampleId).length > before);
  const stored = results(sampleId).at(-1);
  if (!stored) throw new Error('nothing was stored');
  return stored;
}

/** A specimen for a blood count with its report, as another would register it, under a number of its own. */
function bloodCount(accession: string) {
  const reads = lab.kernel.reads();
  const received = reads.find('specimens', { selector: { state: { $eq: 'received' } } });
  const original = received.find(({ testCodes }) => testCodes.includes('CBC'));
  const report = original?.reportIds
    .flatMap((id) => reads.get('reports', id) ?? [])
    .find(({ values }) => values.some(({ code }) => code === 'WBC'));
  if (!original || !report) throw new Error('The demo has no blood count');
  const ids = { specimen: newId(), report: newId() };
  return {
    specimen: { ...original, id: ids.specimen, accession, reportIds: [ids.report] },
    report: { ...report, id: ids.report, specimenId: ids.specimen },
  };
}

function register(accession: string) {
  const { specimen, report } = bloodCount(accession);
  lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
    work.insert('reports', report);
    work.insert('specimens', specimen);
  });
  return { specimen, report };
}

function changeReport(id: string, state: 'signed' | 'cancelled', value?: string) {
  lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
    const current = work.need('reports', id);
    const values = current.values.map((line) => (line.code === 'WBC' && value ? { ...line, value } : line));
    work.update('reports', current, { state, values });
  });
}

describe('what the analyzer says beside its values', () => {
  it('is kept with each result: comments of sample and result, the mark of a rerun, its wrong clock', async () => {
    const { specimen } = register('SAID-1');
    const said = ['C|1|I|Left_Shift?^Check film|I'];
    const first = await measure(specimen.accession, '6.0', said, '20010101000000');
    expect(first).toMatchObject({ state: 'pending', sampleComments: ['Left_Shift? Check film'] });
    expect(first.rerun).toBeUndefined();
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.sendAstm(
      astmFrames([
        'H|\\^&|||XN',
        'P|1',
        `O|1||1^1^${specimen.accession}^M|^^^^WBC|||||||R`,
        'R|1|^^^^WBC^1|6.4|10*3/uL||N||F',
        'C|1|I|diluted by hand|I',
        'L|1|N',
      ]),
    );
    line.close();
    await waitFor(() => results(specimen.accession).length === 2);
    const again = results(specimen.accession).find(({ originalValue }) => originalValue === '6.4');
    expect(again).toMatchObject({ rerun: true, comments: ['diluted by hand'] });
    const { rows } = await api().queue({ limit: 200 });
    const group = rows.find(({ accession }) => accession === specimen.accession);
    expect(group?.results.map(({ originalValue, rerun }) => [originalValue, rerun])).toEqual([
      ['6.0', undefined],
      ['6.4', true],
    ]);
    const traced = await api().trace({ deviceResultId: first.id });
    expect(traced.result.clockOffMinutes).toBeLessThan(-1_000_000);
    expect(traced.result).toMatchObject({
      sampleComments: ['Left_Shift? Check film'],
      resultAt: '2026-06-24T13:54:07',
      receivedAt: traced.message.at,
    });
    expect(Date.now() - Date.parse(traced.result.receivedAt)).toBeLessThan(60_000);
  });
});

describe('a result of an unknown sample', () => {
  it('stays with the specimen that a person gave it to while its code is taught', async () => {
    const { specimen } = register('GIVEN-1');
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    const sent = ['H|\\^&|||XN', 'P|1', 'O|1||1^1^NOBODY-7^M|^^^^WBC', 'R|1|^^^^NEW-CODE^1|6.1|10*3/uL||N||F', 'L|1|N'];
    await line.sendAstm(astmFrames(sent));
    line.close();
    await waitFor(() => results('NOBODY-7').length === 1);
    const [held] = results('NOBODY-7');
    expect(await api().assign({ ids: [held?.id ?? ''], accession: specimen.accession })).toEqual({ pending: 0 });
    expect(results('NOBODY-7')).toMatchObject([{ holdReason: 'unmappedCode', specimenId: specimen.id }]);
    const { values } = bloodCount('any').report;
    const parameterId = values.find(({ code }) => code === 'WBC')?.parameterId;
    const session = lab.kernel.systemSession('test');
    const devices = createDevicesRouter(lab.service).createCaller(
      loggedInAs({ kernel: lab.kernel, session }, ['device.configure']),
    );
    const deviceId = lab.deviceId('sysmex-xn');
    expect(await devices.teachCode({ deviceId, deviceCode: 'NEW-CODE', parameterId })).toEqual({ pending: 1 });
    expect(results('NOBODY-7')).toMatchObject([{ state: 'pending', specimenId: specimen.id, value: '6.10' }]);
  });
});

describe('a sample id that is used again', () => {
  it('goes to the specimen that came in last', async () => {
    const yesterday = register('DAILY-17');
    await measure('DAILY-17', '5.0');
    const today = register('DAILY-17');
    const second = await measure('DAILY-17', '7.0');
    expect(results('DAILY-17').map(({ specimenId, originalValue }) => [originalValue, specimenId])).toEqual([
      ['5.0', yesterday.specimen.id],
      ['7.0', today.specimen.id],
    ]);
    expect(second).toMatchObject({ state: 'pending', reportId: today.report.id });
  });
});

describe('a report that takes no results', () => {
  it('signed: they are held beside what stands there, also when it was signed while they waited', async () => {
    const { report } = register('SIGNED-1');
    const waiting = await measure('SIGNED-1', '5.0');
    changeReport(report.id, 'signed', '4.9');
    expect(await api().release({ ids: [waiting.id] })).toEqual({ released: 0, held: 1 });
    const late = await measure('SIGNED-1', '6.0');
    expect(late).toMatchObject({ state: 'held', holdReason: 'reportClosed', reportId: report.id, value: '6.00' });
    const { rows } = await api().holding({ limit: 200 });
    const held = rows.filter(({ sampleId }) => sampleId === 'SIGNED-1');
    expect(held.map(({ originalValue, reportedValue }) => [originalValue, reportedValue])).toEqual([
      ['6.0', '4.9'],
      ['5.0', '4.9'],
    ]);
    expect(
      lab.kernel
        .reads()
        .need('reports', report.id)
        .values.find(({ code }) => code === 'WBC')?.value,
    ).toBe('4.9');
  });

  it('cancelled: they are held with that reason, and follow when the test is ordered again', async () => {
    const { report, specimen } = register('CANCELLED-1');
    changeReport(report.id, 'cancelled');
    const held = await measure('CANCELLED-1', '5.0');
    expect(held).toMatchObject({ state: 'held', holdReason: 'reportCancelled' });
    const again = { ...bloodCount('CANCELLED-1').report, specimenId: specimen.id };
    lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
      const current = work.need('specimens', specimen.id);
      work.update('specimens', current, { reportIds: [...current.reportIds, again.id] });
      work.insert('reports', again);
    });
    await waitFor(() => results('CANCELLED-1')[0]?.state === 'pending');
    expect(results('CANCELLED-1')[0]).toMatchObject({ reportId: again.id });
  });
});

describe('a sample of another station', () => {
  let office: TestHeadOffice;
  let sync: Sync;
  let other: Station;
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-other-'));
  beforeAll(async () => {
    office = await startHeadOffice();
    sync = createSync(lab.kernel, { probeMs: 50 });
    other = await startStation(folder, 'B', lab.kernel.needIdentity().labId);
    await sync.configure(lab.kernel.systemSession('test'), { url: office.url, enabled: true });
    await other.call('configure', { url: office.url });
  }, 30_000);
  afterAll(async () => {
    await other?.kill();
    await sync?.close();
    await office?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is kept until replication brings its specimen, and reaches that station with its match', {
    timeout: 60_000,
  }, async () => {
    const held = await measure('ELSEWHERE-1', '5.5');
    expect(held).toMatchObject({ state: 'held', holdReason: 'unknownSample' });
    const { specimen, report } = bloodCount('ELSEWHERE-1');
    const {
      _rev: _r,
      _meta: _m,
      _attachments: _a,
      ...document
    } = specimen as typeof specimen & Record<string, unknown>;
    const { _rev: _r2, _meta: _m2, _attachments: _a2, ...values } = report as typeof report & Record<string, unknown>;
    await other.call('insert', { collection: 'reports', document: values });
    await other.call('insert', { collection: 'specimens', document });
    await waitFor(() => results('ELSEWHERE-1')[0]?.state === 'pending', { timeout: 50_000 });
    const there = await waitFor(
      async () => {
        const found = await other.call('get', { collection: 'deviceResults', id: held.id });
        return found && 'state' in found && found.state === 'pending' ? found : undefined;
      },
      { timeout: 50_000 },
    );
    expect(there).toMatchObject({ specimenId: specimen.id, reportId: report.id, sampleId: 'ELSEWHERE-1' });
  });
});
