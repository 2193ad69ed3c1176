import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const lines = (...codes: string[]) => codes.map((code) => ({ testId: lab.test(code) }));
const order = (...codes: string[]) => api.bills.create({ patientId: lab.patient.id, lines: lines(...codes) });
const lineOf = (bill: { lines: { id: string; testCode: string }[] }, code: string) =>
  bill.lines.find((line) => line.testCode === code)?.id ?? '';
const specimen = (id: string) => lab.kernel.reads().need('specimens', id);

describe('bill_update', () => {
  it('shows before what it does: tubes, reports, money', async () => {
    const { bill, specimens } = await order('CBC', 'TSH');
    await api.specimens.collect({ ids: specimens.map(({ id }) => id) });
    const change = { id: bill.id, rev: bill._rev, add: lines('LFT', 'GLUF'), remove: [lineOf(bill, 'CBC')] };
    const before = fingerprint(lab.kernel);
    const preview = await api.bills.previewUpdate(change);
    expect(fingerprint(lab.kernel)).toEqual(before);
    expect(preview).toMatchObject({
      problems: [],
      removed: [{ testCode: 'CBC', price: 6000 }],
      before: { net: 14_500 },
      refund: 0,
    });
    expect(preview.added.map(({ testCode }) => testCode)).toEqual(['LFT', 'GLUF']);
    expect(preview.specimens).toMatchObject([
      { what: 'cancelled', testCodes: [], state: 'collected' },
      { what: 'changed', testCodes: ['TSH', 'LFT'], accession: specimens[1]?.accession },
      { what: 'new', testCodes: ['GLUF'] },
    ]);
    const updated = await api.bills.update({ ...change, reason: 'doctor called' });
    expect(updated.totals).toEqual(preview.after);
    const { specimens: now, reports } = await api.bills.get({ id: bill.id });
    expect(now.map(({ testCodes, state }) => [testCodes, state])).toEqual([
      [['TSH', 'LFT'], 'collected'],
      [['GLUF'], 'expected'],
    ]);
    for (const report of reports) {
      const tube = now.find(({ id }) => id === report.specimenId);
      expect(tube?.reportIds).toContain(report.id);
      expect(report.accession).toBe(tube?.accession);
      expect(report.state).toBe('ordered');
    }
    expect(specimen(specimens[0]?.id ?? '')).toMatchObject({ state: 'cancelled' });
    const gone = lab.kernel.reads().need('reports', bill.lines[0]?.reportIds[0] ?? '');
    expect(gone.state).toBe('cancelled');
  });

  it('gives back what is then paid too much, by the method chosen', async () => {
    const { bill } = await order('CBC', 'TSH');
    const paid = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'card', amount: 14_500 });
    const change = { id: bill.id, rev: paid._rev, remove: [lineOf(bill, 'TSH')], reason: 'not wanted' };
    expect((await api.bills.previewUpdate(change)).refund).toBe(8500);
    expect(await fieldsOf(() => api.bills.update(change))).toEqual(['refundMethod: refund.method']);
    const updated = await api.bills.update({ ...change, refundMethod: 'card' });
    expect(updated.payments.slice(1)).toMatchObject([{ kind: 'refund', method: 'card', amount: 8500 }]);
    expect(updated).toMatchObject({ status: 'paid', totals: { net: 6000, paid: 6000, due: 0 } });
  });

  it('is refused for what was measured or signed, for the last test, twice, without reason and for nothing', async () => {
    const { bill, reports } = await order('GLUF', 'TSH');
    const glucose = lab.kernel.reads().need('reports', reports[0]?.id ?? '');
    const value = { parameterId: glucose.values[0]?.parameterId ?? '', value: '5.1' };
    await api.reports.enter({ id: glucose.id, rev: glucose._rev, values: [value] });
    const change = (more: object) => () => api.bills.update({ id: bill.id, rev: bill._rev, ...more });
    const remove = [lineOf(bill, 'GLUF')];
    expect(await fieldsOf(change({ remove, reason: 'a test' }))).toEqual(['remove.0: report.hasResults']);
    const preview = await api.bills.previewUpdate({ id: bill.id, rev: bill._rev, remove });
    expect(preview.problems.map(({ message }) => message)).toEqual([expect.stringContaining('has results')]);
    expect(await fieldsOf(change({ remove: [lineOf(bill, 'TSH')] }))).toEqual(['reason: reason']);
    expect(await fieldsOf(change({ remove: ['none'], reason: 'a test' }))).toEqual(['remove.0: line.missing']);
    expect(await fieldsOf(change({ add: lines('TSH') }))).toEqual(['add.0.testId: test.twice']);
    expect(await fieldsOf(change({}))).toEqual(['add: bill.unchanged']);
    const other = await order('CBC');
    const all = { id: other.bill.id, rev: other.bill._rev, remove: [lineOf(other.bill, 'CBC')], reason: 'a test' };
    expect(await fieldsOf(() => api.bills.update(all))).toEqual(['remove: bill.empty']);
  });

  it('is refused when the bill has moved on, is cancelled or credited, or the right is missing', async () => {
    const { bill } = await order('CBC', 'TSH');
    const paid = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 100 });
    const add = { id: bill.id, add: lines('LFT') };
    expect(await refusalOf(() => api.bills.update({ ...add, rev: bill._rev }))).toMatchObject({ kind: 'conflict' });
    const stranger = lab.api(permissionNames.filter((name) => name !== 'bill.update'));
    expect(await refusalOf(() => stranger.bills.update({ ...add, rev: paid._rev }))).toMatchObject({
      kind: 'forbidden',
    });
    const credited = await api.bills.credit({
      ...{ billId: bill.id, rev: paid._rev, reason: 'goodwill' },
      lines: [{ lineId: lineOf(bill, 'CBC'), amount: 1000 }],
    });
    expect(await fieldsOf(() => api.bills.update({ ...add, rev: credited.bill._rev }))).toEqual(['id: bill.credited']);
    const cancel = () => api.bills.cancel({ id: bill.id, rev: credited.bill._rev, reason: 'a test' });
    expect(await fieldsOf(cancel)).toEqual(['id: bill.credited']);
  });

  it('is worked out with as many statements for ten tests as for two', async () => {
    const { bill } = await order('HBA1C', 'CBC');
    const cost = (codes: string[]) => {
      const change = { id: bill.id, rev: bill._rev, add: lines(...codes), remove: [lineOf(bill, 'CBC')] };
      return lab.statementsOf(() => api.bills.previewUpdate(change));
    };
    const few = await cost(['TSH', 'GLUF']);
    expect(few).toBeLessThan(25);
    expect(await cost(['TSH', 'GLUF', 'LFT', 'RFT', 'LIPID', 'CRP', 'VITD', 'URINE', 'HIV', 'HBSAG'])).toBe(few);
  });

  it('of a received tube goes on at the bench at once', async () => {
    const { bill, specimens } = await order('TSH');
    await api.specimens.receive({ ids: specimens.map(({ id }) => id) });
    const updated = await api.bills.update({ id: bill.id, rev: bill._rev, add: lines('LFT') });
    const report = lab.kernel.reads().need('reports', updated.lines[1]?.reportIds[0] ?? '');
    expect(report).toMatchObject({ state: 'inProgress', accession: specimens[0]?.accession });
  });
});
