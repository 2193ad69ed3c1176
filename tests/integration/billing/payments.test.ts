import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needBill } from '../../../electron/core/billing/queries.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const order = async (...codes: string[]) =>
  api.bills.create({ patientId: lab.patient.id, lines: codes.map((code) => ({ testId: lab.test(code) })) });
const without = (name: string) => permissionNames.filter((one) => one !== name);

describe('a payment', () => {
  it('is appended; due and status follow', async () => {
    const { bill } = await order('CBC');
    const half = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 2500 });
    expect(half).toMatchObject({ status: 'partPaid', totals: { paid: 2500, due: 3500 } });
    const whole = await api.bills.pay({
      ...{ id: bill.id, rev: half._rev, method: 'card', amount: 3500 },
      reference: 'slip 12',
    });
    expect(whole).toMatchObject({ status: 'paid', totals: { paid: 6000, due: 0 } });
    expect(whole.payments[0]).toEqual(half.payments[0]);
    expect(whole.payments[1]).toMatchObject({ kind: 'payment', method: 'card', amount: 3500, reference: 'slip 12' });
  });

  it('on a state that somebody else has changed is a conflict and changes nothing', async () => {
    const { bill } = await order('CBC');
    const paid = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 1000 });
    const before = fingerprint(lab.kernel);
    const again = () => api.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 1000 });
    expect(await refusalOf(again)).toMatchObject({ kind: 'conflict', collection: 'billing', id: bill.id });
    expect(fingerprint(lab.kernel)).toEqual(before);
    expect(lab.kernel.reads().need('billing', bill.id)._rev).toBe(paid._rev);
  });

  it('above what is due, or on a cancelled bill, is refused', async () => {
    const { bill } = await order('CBC');
    const pay = (rev: string, amount: number) => () =>
      api.bills.pay({ id: bill.id, rev, method: 'cash' as const, amount });
    expect(await fieldsOf(pay(bill._rev, 6001))).toEqual(['amount: payment.aboveDue']);
    const cancelled = await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'ordered twice' });
    expect(await fieldsOf(pay(cancelled.bill._rev, 1))).toEqual(['amount: bill.cancelled']);
  });

  it('needs its right, or the approval of somebody who has it', async () => {
    const { bill } = await order('CBC');
    const pay = () =>
      lab.api(without('bill.pay')).bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: 1 });
    expect(await refusalOf(pay)).toMatchObject({ kind: 'forbidden', permission: 'bill.pay' });
  });
});

describe('a cancellation', () => {
  it('gives back what was paid by the way it was paid, and cancels specimens and reports', async () => {
    const { bill, specimens, reports } = await order('CBC', 'TSH');
    const paid = await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'card', amount: 4000 });
    const more = await api.bills.pay({ id: bill.id, rev: paid._rev, method: 'cash', amount: 500 });
    await api.specimens.collect({ ids: [specimens[0]?.id ?? ''] });
    const { bill: cancelled, kept } = await api.bills.cancel({ id: bill.id, rev: more._rev, reason: 'Patient left' });
    expect(kept).toEqual([]);
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      cancelReason: 'Patient left',
      totals: { net: 14_500, paid: 0, due: 0 },
    });
    expect(cancelled.payments.slice(0, 2)).toEqual(more.payments);
    expect(cancelled.payments.slice(2)).toMatchObject([
      { kind: 'refund', method: 'card', amount: 4000 },
      { kind: 'refund', method: 'cash', amount: 500 },
    ]);
    const reads = lab.kernel.reads();
    for (const { id } of specimens) {
      const specimen = reads.need('specimens', id);
      expect(specimen.state).toBe('cancelled');
      expect(specimen.custody.at(-1)).toMatchObject({ state: 'cancelled', reason: 'Patient left' });
    }
    for (const { id } of reports) expect(reads.need('reports', id).state).toBe('cancelled');
  });

  it('keeps what was measured already, with its specimen', async () => {
    const { bill, reports, specimens } = await order('GLUF', 'TSH', 'CRP');
    const glucose = lab.kernel.reads().need('reports', reports[0]?.id ?? '');
    await api.reports.enter({
      ...{ id: glucose.id, rev: glucose._rev },
      values: [{ parameterId: glucose.values[0]?.parameterId ?? '', value: '5.1' }],
    });
    const { kept } = await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'Wrong patient' });
    expect(kept.map(({ testCode }) => testCode)).toEqual(['GLUF']);
    const states = specimens.map(({ id }) => lab.kernel.reads().need('specimens', id));
    expect(states.map(({ specimenType, state }) => `${specimenType} ${state}`)).toEqual([
      'FLUORIDE expected',
      'SERUM cancelled',
    ]);
  });

  it('is refused once a report is signed, and a second time', async () => {
    const { bill, reports } = await order('GLUF');
    const id = reports[0]?.id ?? '';
    const report = lab.kernel.reads().need('reports', id);
    const value = { parameterId: report.values[0]?.parameterId ?? '', value: '5.1' };
    await api.reports.enter({ id, rev: report._rev, values: [value] });
    await api.reports.verify({ ids: [id] });
    await api.reports.sign({ ids: [id] });
    const cancel = (one: { id: string; _rev: string }) => () =>
      api.bills.cancel({ id: one.id, rev: one._rev, reason: 'no reason' });
    expect(await fieldsOf(cancel(bill))).toEqual(['id: bill.reported']);
    const other = await order('CBC');
    const { bill: cancelled } = await cancel(other.bill)();
    expect(await fieldsOf(cancel(cancelled))).toEqual(['id: bill.cancelled']);
    expect(await refusalOf(cancel(other.bill))).toMatchObject({ kind: 'conflict' });
  });

  it('needs its right', async () => {
    const { bill } = await order('CBC');
    const cancel = () =>
      lab.api(without('bill.cancel')).bills.cancel({ id: bill.id, rev: bill._rev, reason: 'no reason' });
    expect(await fieldsOf(cancel)).toEqual(['approver: approval.cancellation']);
  });
});

describe('whatever is paid, refused and cancelled', () => {
  it('the balances add up and no entry is ever changed', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('pay' as const),
          method: fc.constantFrom('cash' as const, 'card' as const),
          amount: fc.integer({ min: 1, max: 4000 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        let { bill } = await order('CBC');
        for (const one of steps) {
          const before = bill;
          const call = async () => {
            if (one.kind === 'cancel') {
              return (await api.bills.cancel({ id: before.id, rev: before._rev, reason: 'a property' })).bill;
            }
            const { method, amount } = one;
            return api.bills.pay({ id: before.id, rev: before._rev, method, amount });
          };
          const cancelled = before.status === 'cancelled';
          if (cancelled || (one.kind === 'pay' && one.amount > before.totals.due)) {
            expect(await refusalOf(call)).toMatchObject({ kind: 'validation' });
          } else bill = await call();
          if (one.kind === 'cancel') expect(bill.totals.paid).toBe(0);
          const stored = needBill(lab.kernel.reads(), bill.id);
          expect(stored.payments.slice(0, before.payments.length)).toEqual(before.payments);
          const { net, paid, due } = stored.totals;
          expect(paid + due).toBe(stored.status === 'cancelled' ? 0 : net);
          const entries = stored.payments.map((entry) => (entry.kind === 'payment' ? entry.amount : -entry.amount));
          expect(paid).toBe(entries.reduce((total, entry) => total + entry, 0));
          expect(due).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 25 },
    );
  });
});
