import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDeviceValues } from '../../../electron/core/reports/index.ts';
import type { ReportInput } from '../../../shared/documents/schema.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const stored = (id: string) => lab.kernel.reads().need('reports', id);
const without = (name: Permission) => permissionNames.filter((one) => one !== name);

/** Reports of TSH for the patient, each with its value. */
async function resulted(count: number, patientId = lab.patient.id): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { reports } = await api.bills.create({ patientId, lines: [{ testId: lab.test('TSH') }] });
    const report = stored(reports[0]?.id ?? '');
    await enter(report, '2.5');
    ids.push(report.id);
  }
  return ids;
}

const enter = (report: { id: string; _rev: string }, value: string) =>
  api.reports.enter({ id: report.id, rev: report._rev, values: [{ parameterId: lab.parameter('TSH'), value }] });

describe('verifying, signing, releasing', () => {
  it('take many reports at once; each step says who and when', async () => {
    const ids = await resulted(3);
    const verified = await api.reports.verify({ ids });
    expect(verified.map(({ state }) => state)).toEqual(['verified', 'verified', 'verified']);
    expect(verified[0]?.verified).toMatchObject({ name: 'Dr. Niamh Byrne', at: '2026-01-05T08:00:00.000Z' });
    const signed = await api.reports.sign({ ids });
    for (const report of signed) {
      expect(report).toMatchObject({ state: 'signed', version: 1, signed: { name: 'Dr. Niamh Byrne' } });
      expect(report.versions).toEqual([
        {
          version: 1,
          values: report.values,
          comment: report.comment,
          verified: report.verified,
          signed: report.signed,
        },
      ]);
    }
    const released = await api.reports.release({ ids, email: false });
    expect(released.mails).toEqual([]);
    expect(released.reports.map(({ releasedAt }) => releasedAt)).toEqual(Array(3).fill('2026-01-05T08:00:00.000Z'));
    expect(lab.kernel.reads().find('jobs', { selector: {} })).toEqual([]);
  });

  it('take all or none, and name every report that cannot', async () => {
    const [one = '', two = '', three = ''] = await resulted(3);
    await api.reports.verify({ ids: [two] });
    const before = fingerprint(lab.kernel);
    expect(await fieldsOf(() => api.reports.verify({ ids: [one, two, 'none'] }))).toEqual([
      'ids.1: report.state',
      'ids.2: report.missing',
    ]);
    expect(await fieldsOf(() => api.reports.sign({ ids: [one, two, three] }))).toEqual([
      'ids.0: report.state',
      'ids.2: report.state',
    ]);
    expect(await fieldsOf(() => api.reports.release({ ids: [two] }))).toEqual(['ids.0: report.state']);
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('need each its right', async () => {
    const ids = await resulted(1);
    const call: Record<string, (one: OrderApi) => Promise<unknown>> = {
      'report.verify': (one) => one.reports.verify({ ids }),
      'report.sign': (one) => one.reports.sign({ ids }),
      'report.release': (one) => one.reports.release({ ids }),
    };
    for (const [permission, attempt] of Object.entries(call)) {
      const person = lab.api(without(permission as Permission));
      expect(await refusalOf(() => attempt(person))).toMatchObject({ kind: 'forbidden', permission });
    }
    const [id = ''] = ids;
    const back = { id, rev: stored(id)._rev, reason: 'look again' };
    const person = lab.api(without('report.verify'));
    expect(await refusalOf(() => person.reports.returnToBench(back))).toMatchObject({ permission: 'report.verify' });
    const reader = lab.api(without('report.read'));
    for (const read of [
      () => reader.reports.get({ id }),
      () => reader.reports.worklist({}),
      () => reader.reports.pdf({ ids }),
    ]) {
      expect(await refusalOf(read)).toMatchObject({ kind: 'forbidden', permission: 'report.read' });
    }
  });

  it('say why a report is not sent', async () => {
    const shy = lab.addPatient({ number: 'A-P000005', consent: { sms: false, whatsapp: false, email: false } });
    const ids = await resulted(1, shy.id);
    await api.reports.verify({ ids });
    await api.reports.sign({ ids });
    const { mails } = await api.reports.release({ ids });
    expect(mails).toMatchObject([{ patientId: shy.id, queued: false }]);
    expect(mails[0]?.reason).toBeTruthy();
  });

  it('send the reports of one order together', async () => {
    const { reports } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('TSH') }, { testId: lab.test('CRP') }],
    });
    const ids = reports.map(({ id }) => id);
    for (const id of ids) {
      const report = stored(id);
      const values = report.values.map(({ parameterId }) => ({ parameterId, value: '1' }));
      await api.reports.enter({ id, rev: report._rev, values });
    }
    const [other = ''] = await resulted(1);
    const all = [...ids, other];
    await api.reports.verify({ ids: all });
    await api.reports.sign({ ids: all });
    const { mails } = await api.reports.release({ ids: all });
    expect(mails.map(({ queued }) => queued)).toEqual([true, true]);
    const jobs = lab.kernel.reads().find('jobs', { selector: {} });
    expect(jobs.map(({ payload }) => payload.reportIds)).toEqual(expect.arrayContaining([ids, [other]]));
  });
});

describe('sending back to the bench', () => {
  it('keeps values and reason, and is over with the next verification', async () => {
    const [id = ''] = await resulted(1);
    await api.reports.verify({ ids: [id] });
    const back = await api.reports.returnToBench({ id, rev: stored(id)._rev, reason: 'Repeat on a new tube' });
    expect(back).toMatchObject({ state: 'inProgress', returned: { reason: 'Repeat on a new tube' } });
    expect(back.verified).toBeUndefined();
    expect(back.values[0]?.value).toBe('2.50');
    const [row] = (await api.reports.worklist({ state: 'inProgress' })).rows;
    expect(row).toMatchObject({ id, returnedReason: 'Repeat on a new tube' });
    expect(await fieldsOf(() => api.reports.verify({ ids: [id] }))).toEqual(['ids.0: report.state']);
    await enter(stored(id), '2.5');
    expect(stored(id)).toMatchObject({ state: 'resulted', returned: { reason: 'Repeat on a new tube' } });
    const [verified] = await api.reports.verify({ ids: [id] });
    expect(verified?.returned).toBeUndefined();
  });

  it('is a conflict when the report has changed, and impossible once it is signed', async () => {
    const [id = ''] = await resulted(1);
    const { _rev: rev } = stored(id);
    await api.reports.verify({ ids: [id] });
    const back = (at: string) => () => api.reports.returnToBench({ id, rev: at, reason: 'look again' });
    expect(await refusalOf(back(rev))).toMatchObject({ kind: 'conflict' });
    expect(await fieldsOf(() => enter(stored(id), '3'))).toEqual(['id: report.closed']);
    await api.reports.sign({ ids: [id] });
    expect(await fieldsOf(back(stored(id)._rev))).toEqual(['id: report.state']);
    expect(await fieldsOf(() => enter(stored(id), '3'))).toEqual(['id: report.closed']);
  });
});

describe('a signed version', () => {
  it('never changes, whatever is asked of the report', async () => {
    const step = fc.constantFrom('enter', 'device', 'verify', 'sign', 'back', 'release', 'cancel', 'reject' as const);
    let signedSteps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
        const { bill, reports, specimens } = await api.bills.create({
          patientId: lab.patient.id,
          lines: [{ testId: lab.test('TSH') }],
        });
        const id = reports[0]?.id ?? '';
        const calls: Record<string, (value: string) => unknown> = {
          enter: (value) => enter(stored(id), value),
          device: (value) => lab.kernel.change(lab.session, (work) => applyDeviceValues(work, [measured(id, value)])),
          verify: () => api.reports.verify({ ids: [id] }),
          sign: () => api.reports.sign({ ids: [id] }),
          back: () => api.reports.returnToBench({ id, rev: stored(id)._rev, reason: 'a property' }),
          release: () => api.reports.release({ ids: [id] }),
          cancel: () => {
            const { _rev: rev } = lab.kernel.reads().need('billing', bill.id);
            return api.bills.cancel({ id: bill.id, rev, reason: 'a property' });
          },
          reject: async () => {
            await api.specimens.collect({ ids: [specimens[0]?.id ?? ''] });
            const { id: specimenId, _rev: rev } = lab.kernel.reads().need('specimens', specimens[0]?.id ?? '');
            return api.specimens.reject({ id: specimenId, rev, reason: 'a property' });
          },
        };
        for (const [index, name] of ['enter', 'verify', ...steps].entries()) {
          const before = stored(id);
          // A refusal is as good as a success here: only what is stored counts.
          await Promise.resolve()
            .then(() => calls[name]?.(String(index)))
            .catch(() => undefined);
          const after = stored(id);
          expect(after.versions.slice(0, before.versions.length)).toEqual(before.versions);
          expect(after.version).toBe(after.versions.length);
          if (before.version > 0) {
            signedSteps++;
            expect(contentOf(after)).toEqual(contentOf(before));
          }
          if (after.state === 'signed' || after.state === 'released') {
            const last = after.versions.at(-1);
            expect(last).toMatchObject({ values: after.values, signed: after.signed });
          }
        }
      }),
      { numRuns: 25 },
    );
    expect(signedSteps).toBeGreaterThan(0);
  });

  const contentOf = ({ values, comment, signed, accession }: Report) => ({ values, comment, signed, accession });
  const measured = (reportId: string, value: string) => ({
    reportId,
    parameterId: lab.parameter('TSH'),
    value,
    flag: '' as const,
    rangeText: undefined,
    unit: undefined,
    source: {
      kind: 'analyzer' as const,
      deviceId: 'device-1',
      deviceName: 'Immunoassay',
      deviceResultId: 'result-1',
      journalId: 'journal-1',
      originalValue: value,
      analyzerFlags: [],
    },
    at: '2026-01-05T08:00:00.000Z',
  });
});

describe('the report on paper', () => {
  const printed = () => lab.tray.printed.at(-1) as ReportInput;

  it('is preliminary until all of it is signed, with what is there', async () => {
    const { bill, reports } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('TSH') }, { testId: lab.test('CBC') }],
    });
    const ids = reports.map(({ id }) => id);
    await enter(stored(ids[0] ?? ''), '88');
    await api.reports.verify({ ids: ids.slice(0, 1) });
    await api.reports.sign({ ids: ids.slice(0, 1) });
    await api.reports.pdf({ ids });
    expect(printed()).toMatchObject({ status: 'preliminary', number: bill.number });
    expect(printed().verification).toBeUndefined();
    const values = printed().departments.flatMap(({ tests }) => tests.flatMap((test) => test.values));
    expect(values.find((value) => value.value !== undefined)).toMatchObject({ value: '88.00', flag: 'H' });
    const { fileName } = await api.reports.pdf({ ids: ids.slice(0, 1) });
    expect(fileName).toBe(`report-${bill.number}.pdf`);
    expect(printed().status).toBe('final');
  });

  it('notes what the analyzer sent where it was converted, not where it was rounded', async () => {
    const [id = ''] = await resulted(1);
    const send = (originalValue: string, value: string) =>
      lab.kernel.change(lab.session, (work) =>
        applyDeviceValues(work, [
          {
            ...{ reportId: id, parameterId: lab.parameter('TSH'), value, flag: '', rangeText: undefined },
            ...{ unit: undefined, at: work.now },
            source: {
              ...{ kind: 'analyzer', deviceId: 'd', deviceName: 'cobas', deviceResultId: 'r', journalId: 'j' },
              ...{ originalValue, originalUnit: 'nIU/mL', analyzerFlags: [] },
            },
          },
        ]),
      );
    send('2.504', '2.50');
    await api.reports.pdf({ ids: [id] });
    expect(printed().departments[0]?.tests[0]?.values[0]?.original).toBeUndefined();
    send('2500', '2.50');
    await api.reports.pdf({ ids: [id] });
    expect(printed().departments[0]?.tests[0]?.values[0]?.original).toBe('2500 nIU/mL (cobas)');
  });

  it('holds one order, and nothing cancelled', async () => {
    const [one = '', two = ''] = await resulted(2);
    const { bill, reports } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('CBC') }],
    });
    await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'a test' });
    expect(await fieldsOf(() => api.reports.pdf({ ids: [one, two, 'none'] }))).toEqual([
      'ids.1: report.otherBill',
      'ids.2: report.missing',
    ]);
    expect(await fieldsOf(() => api.reports.pdf({ ids: [reports[0]?.id ?? ''] }))).toEqual(['ids.0: report.state']);
  });
});

describe('the worklist', () => {
  it('narrows by state, page by page, with as many statements for 200 rows as for 10', async () => {
    const patient = lab.addPatient({ number: 'A-P000900', fullName: 'Ama Owusu' });
    const made: string[] = [];
    for (let index = 0; index < 30; index++) {
      lab.clock.advance(1000);
      const { reports } = await api.bills.create({
        patientId: patient.id,
        lines: ['CBC', 'TSH', 'CRP', 'GLUF', 'LFT', 'RFT', 'LIPID'].map((code) => ({ testId: lab.test(code) })),
      });
      made.push(...reports.map(({ id }) => id));
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.reports.worklist({ state: 'ordered', limit: 60, cursor });
      seen.push(...page.rows.filter((row) => row.patientName === 'Ama Owusu').map((row) => row.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.toSorted()).toEqual(made.toSorted());
    const orderTimes = seen.map((id) => stored(id).orderedAt);
    expect(orderTimes).toEqual(orderTimes.toSorted().toReversed());
    const list = (limit: number) => lab.statementsOf(() => api.reports.worklist({ limit, state: 'ordered' }));
    expect(await list(200)).toBe(await list(10));
    await enter(stored((await resulted(1, patient.id))[0] ?? ''), '999');
    const [row] = (await api.reports.worklist({ state: 'resulted' })).rows;
    expect(row).toMatchObject({ testCode: 'TSH', filled: 1, total: 1, abnormal: 1, ageText: '35 y' });
  }, 60_000);
});
