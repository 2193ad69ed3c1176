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

  it('is refused when the bill has moved on or the right is missing', async () => {
    const { bill } = await order('CBC', 'TSH');
    const paid = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 100 });
    const add = { id: bill.id, add: lines('LFT') };
    expect(await refusalOf(() => api.bills.update({ ...add, rev: bill._rev }))).toMatchObject({ kind: 'conflict' });
    const stranger = lab.api(permissionNames.filter((name) => name !== 'bill.update'));
    expect(await refusalOf(() => stranger.bills.update({ ...add, rev: paid._rev }))).toMatchObject({
      kind: 'forbidden',
    });
  });

  it('takes discounts on added tests as an order does: right, limit, reason, approval', async () => {
    const { bill } = await order('CBC', 'TSH');
    const at = { id: bill.id, rev: bill._rev };
    const [lft, glucose] = lines('LFT', 'GLUF');
    const add = [{ ...lft, discount: 2000 }, { ...glucose }];
    const discount = { percent: 10, reason: 'a colleague' };
    const preview = await api.bills.previewUpdate({ ...at, add, discount });
    // 140.00 less 20.00, and the glucose at 25.00: 10 % of both together.
    expect(preview.added.map((line) => line.discount)).toEqual([2000 + 1200, 250]);
    expect(preview.after).toMatchObject({ gross: 14_500 + 16_500, discount: 3450 });

    const nameless = () => api.bills.update({ ...at, add, discount: { percent: 10, reason: '' } });
    expect(await fieldsOf(nameless)).toEqual(['discount.reason: discount.reason']);
    const above = () => api.bills.update({ ...at, add: [{ ...lft, discount: 14_001 }], discount });
    expect(await fieldsOf(above)).toEqual(['add.0.discount: discount.abovePrice']);
    const stranger = lab.api(permissionNames.filter((name) => name !== 'bill.discount'));
    const rightless = () => stranger.bills.update({ ...at, add, discount });
    expect(await fieldsOf(rightless)).toEqual(['add.0.discount: right', 'discount: right']);
    const desk = lab.api(permissionNames, { discountLimitPercent: 10 });
    const limited = () => desk.bills.update({ ...at, add, discount });
    expect(await fieldsOf(limited)).toEqual(['discount: approval.discount']);
    expect((await desk.bills.previewUpdate({ ...at, add, discount })).approvals).toMatchObject([{ kind: 'discount' }]);

    const updated = await desk.bills.update({ ...at, add: [{ ...lft }], discount });
    expect(updated).toMatchObject({ discountReason: 'a colleague', totals: { discount: 1400 } });
    const again = { id: updated.id, rev: updated._rev, add: [{ ...glucose, discount: 100 }] };
    const { discountReason } = await desk.bills.update({ ...again, discount: { reason: 'rounded' } });
    expect(discountReason).toBe('a colleague; rounded');
  });

  it('leaves what was approved before alone', async () => {
    const { bill } = await api.bills.create({
      ...{ patientId: lab.patient.id, lines: lines('CBC') },
      discount: { percent: 50, reason: 'approved' },
    });
    const desk = lab.api(permissionNames, { discountLimitPercent: 10 });
    const updated = await desk.bills.update({ id: bill.id, rev: bill._rev, add: lines('TSH') });
    expect(updated.totals).toMatchObject({ gross: 14_500, discount: 3000 });
  });

  it('of a credited bill keeps to its credit notes', async () => {
    const { bill } = await order('CBC', 'TSH', 'LFT');
    const credit = (amount: number, rev: string) =>
      api.bills.credit({ billId: bill.id, rev, reason: 'goodwill', lines: [{ lineId: lineOf(bill, 'CBC'), amount }] });
    const credited = (await credit(6000, bill._rev)).bill;
    const change = (rev: string, more: object) => api.bills.update({ id: bill.id, rev, reason: 'a test', ...more });
    const remove = (code: string, rev: string) => change(rev, { remove: [lineOf(bill, code)], refundMethod: 'cash' });
    expect(await fieldsOf(() => remove('CBC', credited._rev))).toEqual(['remove.0: line.credited']);
    const added = await change(credited._rev, { add: lines('GLUF') });
    // The credit of 60.00 went to what was due.
    expect(added.totals).toMatchObject({ net: 31_000, paid: 6000, due: 25_000 });
    const less = await remove('TSH', added._rev);
    expect(less.totals).toMatchObject({ net: 22_500, due: 16_500 });
    const cancel = () => api.bills.cancel({ id: bill.id, rev: less._rev, reason: 'a test' });
    expect(await fieldsOf(cancel)).toEqual(['id: bill.credited']);
  });

  it('of a credited bill never leaves less than what was given back', async () => {
    const group = lab.kernel.change(lab.session, (work) => {
      const insurer = work.insert('directory', { kind: 'insurer', code: 'HALF', name: 'Half' });
      const entry = { kind: 'insuranceGroup' as const, code: 'H', name: 'H', insurerId: insurer.id };
      const { id } = work.insert('directory', { ...entry, coveragePercent: 100, excludedTests: ['TSH', 'CBC'] });
      return { insurerId: insurer.id, groupId: id };
    });
    const policy = { ...group, policyNumber: 'H-1', holderRelation: 'self' as const };
    const patient = lab.addPatient({ number: 'A-P000777', insurances: [policy] });
    const { bill } = await api.bills.create({
      ...{ patientId: patient.id, lines: lines('CBC', 'TSH', 'LFT'), policyNumber: 'H-1' },
    });
    // The patient pays CBC and TSH; the note is on the LFT that the insurer pays.
    expect(bill.totals).toMatchObject({ due: 14_500, insurer: 14_000 });
    const { bill: credited } = await api.bills.credit({
      ...{ billId: bill.id, rev: bill._rev, reason: 'goodwill' },
      lines: [{ lineId: lineOf(bill, 'LFT'), amount: 10_000 }],
    });
    const remove = () =>
      api.bills.update({
        ...{ id: bill.id, rev: credited._rev, reason: 'a test', refundMethod: 'cash' },
        remove: [lineOf(bill, 'TSH')],
      });
    expect(await fieldsOf(remove)).toEqual(['remove: bill.credited']);
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
