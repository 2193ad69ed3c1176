import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDeviceValues, type DeviceValueChange, postProcessReport } from '../../../electron/core/reports/index.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const stored = (id: string | undefined) => lab.kernel.reads().need('reports', id ?? '');
const ordered = async (code: string, patientId = lab.patient.id) =>
  stored((await api.bills.create({ patientId, lines: [{ testId: lab.test(code) }] })).reports[0]?.id);
const enter = (report: { id: string; _rev: string }, values: Record<string, string>, comment?: string) =>
  api.reports.enter({
    ...{ id: report.id, rev: report._rev, comment },
    values: Object.entries(values).map(([code, value]) => ({ parameterId: lab.parameter(code), value })),
  });
const lineOf = (report: Pick<Report, 'values'>, code: string) => report.values.find((value) => value.code === code);
const device = (report: Report, code: string, value: string): DeviceValueChange => ({
  reportId: report.id,
  parameterId: lab.parameter(code),
  value,
  flag: '',
  rangeText: 'as measured',
  unit: undefined,
  source: {
    kind: 'analyzer',
    deviceId: 'device-1',
    deviceName: 'Sysmex XN-550',
    deviceResultId: 'result-1',
    journalId: 'journal-1',
    originalValue: value,
    analyzerFlags: [],
  },
  at: '2026-01-05T08:00:00.000Z',
});

describe('entering by hand', () => {
  it('rounds, matches choices, flags for the patient and marks as entered', async () => {
    const before = await ordered('CBC');
    const some = await enter(before, { HGB: ' 6,94 ', PLT: '> 1200.4', WBC: '10.001' }, 'Slightly lipaemic');
    expect(some.state).toBe('inProgress');
    expect(some.comment).toBe('Slightly lipaemic');
    expect(lineOf(some, 'HGB')).toMatchObject({
      ...{ value: '6.9', flag: 'LL', rangeText: '12.0 – 15.0', unit: 'g/dL' },
      ...{ source: { kind: 'manual' }, at: '2026-01-05T08:00:00.000Z' },
    });
    expect(lineOf(some, 'PLT')).toMatchObject({ value: '>1200', flag: 'HH' });
    expect(lineOf(some, 'WBC')).toMatchObject({ value: '10.00', flag: '' });
    const ofHiv = await ordered('HIV');
    const hiv = await enter(ofHiv, { [ofHiv.values[0]?.code ?? '']: ' POS ' });
    expect(hiv.values[0]).toMatchObject({ value: 'Reactive', flag: 'A' });
    expect(hiv.state).toBe('resulted');
    expect(hiv.resultedAt).toBe('2026-01-05T08:00:00.000Z');
  });

  it('uses the range of the patient, by sex', async () => {
    const man = lab.addPatient({ number: 'A-P000002', sex: 'male' });
    const ofMan = await enter(await ordered('CBC', man.id), { HGB: '12.5' });
    const ofWoman = await enter(await ordered('CBC'), { HGB: '12.5' });
    expect(lineOf(ofMan, 'HGB')).toMatchObject({ flag: 'L', rangeText: '13.0 – 17.0' });
    expect(lineOf(ofWoman, 'HGB')).toMatchObject({ flag: '', rangeText: '12.0 – 15.0' });
  });

  it('is complete without free text and without what the test calls optional', async () => {
    const urine = await ordered('URINE');
    const required = urine.values.filter((value) => !value.optional);
    expect(required.length).toBeLessThan(urine.values.length);
    const choices = new Map(
      (await api.catalogue.test({ id: lab.test('URINE') })).parameters.map((one) => [one.id, one.choices?.[0]?.value]),
    );
    const values = required.map(({ parameterId }) => ({ parameterId, value: choices.get(parameterId) ?? '1' }));
    const input = { id: urine.id, rev: urine._rev };
    const missingOne = await api.reports.enter({ ...input, values: values.slice(1) });
    expect(missingOne.state).toBe('inProgress');
    const complete = await api.reports.enter({ ...input, rev: missingOne._rev, values: values.slice(0, 1) });
    expect(complete.state).toBe('resulted');
  });

  it('clears a value that is emptied, and goes back to the bench with it', async () => {
    const report = await enter(await ordered('TSH'), { TSH: '2.5' });
    expect(report.state).toBe('resulted');
    const cleared = await enter(report, { TSH: ' ' });
    expect(cleared.state).toBe('inProgress');
    expect(cleared.resultedAt).toBeUndefined();
    expect(cleared.values[0]).toEqual(expect.not.objectContaining({ value: expect.anything() }));
    expect(cleared.values[0]).toEqual(expect.not.objectContaining({ source: expect.anything() }));
  });

  it('leaves a report without values as it was, whatever the comment', async () => {
    const before = await ordered('TSH');
    const after = await enter(before, {}, 'Patient fasting');
    expect(after).toMatchObject({ state: 'ordered', comment: 'Patient fasting' });
    expect((await enter(after, {}, '')).comment).toBeUndefined();
  });

  it('tells every error at its value at once and writes nothing', async () => {
    const report = await ordered('CBC');
    const before = fingerprint(lab.kernel);
    const wrong = () =>
      api.reports.enter({
        id: report.id,
        rev: report._rev,
        values: [
          { parameterId: lab.parameter('HGB'), value: 'abc' },
          { parameterId: lab.parameter('WBC'), value: '5' },
          { parameterId: lab.parameter('WBC'), value: '6' },
          { parameterId: lab.parameter('TSH'), value: '1' },
          { parameterId: lab.parameter('PLT'), value: '1.234,5' },
        ],
      });
    expect(await fieldsOf(wrong)).toEqual([
      'values.0.value: value.notNumeric',
      'values.2.parameterId: value.twice',
      'values.3.parameterId: value.parameter',
      'values.4.value: value.notNumeric',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
    const hiv = await ordered('HIV');
    const code = hiv.values[0]?.code ?? '';
    expect(await fieldsOf(() => enter(hiv, { [code]: 'perhaps' }))).toEqual(['values.0.value: value.notAChoice']);
  });

  it('on a state that somebody else has changed is a conflict', async () => {
    const report = await ordered('TSH');
    await enter(report, { TSH: '2.5' });
    const before = fingerprint(lab.kernel);
    expect(await refusalOf(() => enter(report, { TSH: '9' }))).toMatchObject({ kind: 'conflict', id: report.id });
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('keeps the trace to the analyzer where the value stays as it is', async () => {
    const report = await ordered('CBC');
    lab.kernel.change(lab.session, (work) => applyDeviceValues(work, [device(report, 'HGB', '13.0')]));
    const after = await enter(stored(report.id), { HGB: '13.00', WBC: '5' });
    expect(lineOf(after, 'HGB')?.source).toMatchObject({ kind: 'analyzer', deviceResultId: 'result-1' });
    expect(lineOf(after, 'WBC')?.source).toEqual({ kind: 'manual' });
    const changed = await enter(after, { HGB: '13.1' });
    expect(lineOf(changed, 'HGB')?.source).toEqual({ kind: 'manual' });
    const [last] = lab.kernel.reads().find('activity', {
      selector: { 'subject.id': { $eq: report.id } },
      sort: [{ position: 'desc' }],
    });
    expect(last?.values).toMatchObject({ count: 1, changes: 'HGB 13.0 → 13.1' });
  });

  it('needs its right', async () => {
    const report = await ordered('TSH');
    const stranger = lab.api(permissionNames.filter((name) => name !== 'result.enter'));
    const call = () => stranger.reports.enter({ id: report.id, rev: report._rev, values: [] });
    expect(await refusalOf(call)).toMatchObject({ kind: 'forbidden', permission: 'result.enter' });
  });
});

describe('results of analyzers', () => {
  it('go to many reports in one read and one write, and move their states', async () => {
    const cbc = await ordered('CBC');
    const tsh = await ordered('TSH');
    const closed = await enter(await ordered('TSH'), { TSH: '2' });
    await api.reports.verify({ ids: [closed.id] });
    await api.reports.sign({ ids: [closed.id] });
    const changes = [
      ...cbc.values.map((value) => device(cbc, value.code, '1')),
      device(cbc, 'HGB', '2'),
      device(tsh, 'TSH', '3'),
      device(tsh, 'HGB', '4'),
      device(closed, 'TSH', '5'),
      { ...device(tsh, 'TSH', '6'), reportId: 'gone' },
    ];
    const counter = { statements: 0, rows: 0 };
    const applied = lab.kernel.database.engine.counted(counter, () =>
      lab.kernel.change(lab.session, (work) => {
        const result = applyDeviceValues(work, changes);
        expect(postProcessReport(work, result.updated)).toEqual(result.updated);
        return result;
      }),
    );
    expect(applied.closed).toEqual([closed.id, 'gone']);
    expect(applied.updated.map(({ id, state }) => [id, state])).toEqual([
      [cbc.id, 'resulted'],
      [tsh.id, 'resulted'],
    ]);
    expect(lineOf(stored(cbc.id), 'HGB')).toMatchObject({ value: '2', unit: 'g/dL', rangeText: 'as measured' });
    expect(lineOf(stored(closed.id), 'TSH')?.value).toBe('2.00');
    expect(counter.statements).toBeLessThan(12);
  });

  it('keep a report in progress until it is complete', async () => {
    const cbc = await ordered('CBC');
    lab.kernel.change(lab.session, (work) => applyDeviceValues(work, [device(cbc, 'HGB', '13.0')]));
    expect(stored(cbc.id).state).toBe('inProgress');
    expect(stored(cbc.id).resultedAt).toBeUndefined();
  });

  it('undo a verification', async () => {
    const tsh = await enter(await ordered('TSH'), { TSH: '2' });
    await api.reports.verify({ ids: [tsh.id] });
    lab.kernel.change(lab.session, (work) => applyDeviceValues(work, [device(tsh, 'TSH', '7.00')]));
    expect(stored(tsh.id).state).toBe('resulted');
    expect(stored(tsh.id).verified).toBeUndefined();
  });

  it('follow the rights of whoever releases them', async () => {
    const tsh = await ordered('TSH');
    const bare = { ...lab.session, permissions: new Set(['report.read'] as const) };
    const apply = () => lab.kernel.change(bare, (work) => applyDeviceValues(work, [device(tsh, 'TSH', '2')]));
    expect(await refusalOf(apply)).toMatchObject({ kind: 'forbidden' });
    expect(stored(tsh.id)).toEqual(tsh);
    const releaser = { ...lab.session, permissions: new Set(['result.release'] as const) };
    lab.kernel.change(releaser, (work) => applyDeviceValues(work, [device(tsh, 'TSH', '2')]));
    expect(stored(tsh.id).state).toBe('resulted');
  });
});

describe('previous values', () => {
  it('are the last five signed ones of the same parameters, the newest first', async () => {
    const patient = lab.addPatient({ number: 'A-P000042' });
    for (let index = 1; index <= 7; index++) {
      lab.clock.advance(60_000);
      const report = await enter(await ordered('TSH', patient.id), { TSH: `${index}` });
      await api.reports.verify({ ids: [report.id] });
      if (index !== 6) await api.reports.sign({ ids: [report.id] });
    }
    lab.clock.advance(60_000);
    const now = await ordered('TSH', patient.id);
    const { previous, ageText, bill, specimen } = await api.reports.get({ id: now.id });
    expect(previous[lab.parameter('TSH')]?.map(({ value }) => value)).toEqual(['7.00', '5.00', '4.00', '3.00', '2.00']);
    expect(ageText).toBe('35 y');
    expect(bill?.number).toMatch(/^A-B/);
    expect(specimen?.accession).toBe(now.accession);
    const first = (await api.reports.worklist({ state: 'signed', limit: 200 })).rows.findLast(
      (row) => row.patientId === patient.id,
    );
    expect((await api.reports.get({ id: first?.id ?? '' })).previous[lab.parameter('TSH')]).toEqual([]);
  });
});
