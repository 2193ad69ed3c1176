import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel } from '../../../electron/core/kernel/index.ts';
import { balancesOf, creditAccount, signedAmount, tillAccount } from '../../../shared/billing/balances.ts';
import { type Bill, type BillingDocument, billStatusSchema } from '../../../shared/billing/schema.ts';
import { moneyFlag, settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Plain } from '../../../shared/sync/canonical.ts';
import { mergeDocuments } from '../../../shared/sync/merge.ts';
import { type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab({ taxPercent: 5 });
  api = lab.api();
});
afterAll(() => lab.dispose());

const codes = ['CBC', 'TSH', 'GLUF', 'LFT'] as const;
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

function documentsOf(kernel: Kernel, patientId: string): Stored<BillingDocument>[] {
  return kernel.reads().find('billing', { selector: { patientId: { $eq: patientId } } });
}

/** Checks everything that must hold of a patient's money, from what is stored. */
function check(documents: readonly BillingDocument[], balance: (account: string) => number, patientId: string): void {
  const bills = documents.filter((one): one is Bill => one.kind === 'bill');
  const entries = documents.flatMap((one) => (one.kind === 'accountEntry' ? [one] : []));
  const notes = documents.flatMap((one) => (one.kind === 'creditNote' ? [one] : []));
  for (const bill of bills) {
    const again = settle({ ...bill, cancelled: bill.status === 'cancelled' });
    expect({ totals: bill.totals, status: bill.status }).toEqual(again);
    const moved = bill.payments.filter((one) => one.method === 'credit');
    const booked = entries.filter((one) => one.billId === bill.id && one.entry !== 'creditNote');
    const credited = notes.filter((note) => note.billId === bill.id);
    expect(sum(credited.map((note) => note.total))).toBeLessThanOrEqual(bill.totals.net - (bill.totals.insurer ?? 0));
    const named = credited.flatMap((note) => note.lines.map(({ lineId }) => lineId));
    expect(bill.lines.map((one) => one.id)).toEqual(expect.arrayContaining(named));
    expect(sum(moved.map((one) => (one.kind === 'payment' ? -one.amount : one.amount)))).toBe(
      sum(booked.map(signedAmount)),
    );
  }
  const credit = balance(creditAccount(patientId, 'INR'));
  expect(credit).toBe(sum(entries.map(signedAmount)));
  const money = sum(
    documents.flatMap(balancesOf).flatMap(({ account, amount }) => (account.startsWith('taken/') ? [amount] : [])),
  );
  // Money that came in is on bills or on the account; what credit notes gave came from no till.
  expect(money).toBe(sum(bills.map((bill) => bill.totals.paid)) + credit - sum(notes.map((note) => note.total)));
}

const amount = fc.integer({ min: 1, max: 9000 });
const method = fc.constantFrom('cash' as const, 'card' as const, 'credit' as const);
const place = fc.nat({ max: 3 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('order' as const), code: fc.constantFrom(...codes), percent: fc.nat({ max: 100 }) }),
  fc.record({ kind: fc.constant('pay' as const), place, method, amount }),
  fc.record({ kind: fc.constant('payAll' as const), place, method }),
  fc.record({ kind: fc.constant('refund' as const), place, method, amount }),
  fc.record({ kind: fc.constant('cancel' as const), place }),
  fc.record({
    kind: fc.constant('update' as const),
    place,
    code: fc.constantFrom(...codes),
    method,
    percent: fc.nat({ max: 90 }),
  }),
  fc.record({ kind: fc.constant('creditNote' as const), place, amount }),
  fc.record({ kind: fc.constant('advance' as const), amount }),
  fc.record({ kind: fc.constant('return' as const), amount }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function run(one: Step, patientId: string, bills: readonly Stored<Bill>[]): (() => Promise<unknown>) | undefined {
  const bill = 'place' in one ? bills[one.place % Math.max(1, bills.length)] : undefined;
  const at = bill && { id: bill.id, rev: bill._rev };
  const line = bill?.lines[0];
  switch (one.kind) {
    case 'order':
      return () =>
        api.bills.create({
          patientId,
          lines: [{ testId: lab.test(one.code) }, { testId: lab.test('CRP') }],
          discount: { percent: one.percent, reason: 'a property' },
        });
    case 'pay':
      return at && (() => api.bills.pay({ ...at, method: one.method, amount: one.amount }));
    case 'payAll':
      return at && bill.totals.due > 0
        ? () => api.bills.pay({ ...at, method: one.method, amount: bill.totals.due })
        : undefined;
    case 'refund':
      return at && (() => api.bills.refund({ ...at, method: one.method, amount: one.amount, reason: 'a property' }));
    case 'cancel':
      return at && (() => api.bills.cancel({ ...at, reason: 'a property' }));
    case 'update': {
      if (!bill || !at || !line) return undefined;
      const present = bill.lines.some(({ testCode }) => testCode === one.code);
      const discount = { percent: one.percent, reason: 'a property' };
      const change = present ? { remove: [line.id] } : { add: [{ testId: lab.test(one.code) }], discount };
      return () => api.bills.update({ ...at, ...change, reason: 'a property', refundMethod: one.method });
    }
    case 'creditNote':
      if (!bill || !at || !line) return undefined;
      return () =>
        api.bills.credit({
          ...{ billId: bill.id, rev: bill._rev, reason: 'a property' },
          lines: [{ lineId: line.id, amount: Math.min(one.amount, Math.max(1, line.price - line.discount)) }],
        });
    case 'advance':
      return () => api.bills.advance({ patientId, method: 'cash', amount: one.amount });
    case 'return':
      return () => api.bills.returnCredit({ patientId, method: 'cash', amount: one.amount, reason: 'a property' });
    default:
      return one satisfies never;
  }
}

describe('whatever the sequence of order, update, pay, refund, cancel, credit note, advance', () => {
  it('balances add up, nothing is negative, totals are what they are recomputed to be', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const patient = lab.addPatient({ number: `A-P9${String(done).padStart(5, '0')}` });
        const reads = lab.kernel.reads();
        for (const one of steps) {
          const before = documentsOf(lab.kernel, patient.id);
          const bills = before.filter((document): document is Stored<Bill> => document.kind === 'bill');
          const call = run(one, patient.id, bills);
          if (!call) continue;
          try {
            await call();
            done++;
          } catch {
            // Refused: in words, and nothing is left behind.
            expect(await refusalOf(call)).toMatchObject({ kind: 'validation' });
            expect(documentsOf(lab.kernel, patient.id)).toEqual(before);
          }
          const after = documentsOf(lab.kernel, patient.id);
          check(after, (account) => reads.balance('billing', account), patient.id);
          expect(reads.balance('billing', creditAccount(patient.id, 'INR'))).toBeGreaterThanOrEqual(0);
          for (const bill of after) {
            if (bill.kind !== 'bill') continue;
            expect(bill.totals.due).toBeGreaterThanOrEqual(0);
            expect(bill.totals.paid).toBeGreaterThanOrEqual(0);
            expect(moneyFlag(bill)).toBeUndefined();
            const earlier = bills.find((old) => old.id === bill.id);
            expect(bill.payments.slice(0, earlier?.payments.length ?? 0)).toEqual(earlier?.payments ?? []);
          }
        }
      }),
      { numRuns: 30 },
    );
    expect(done).toBeGreaterThan(60);
    // The totals of all bills are kept with each commit; those of one status are added up from the bills.
    const range = { from: '2026-01-01', to: '2026-12-31' };
    const parts = await Promise.all(
      billStatusSchema.options.map((status) => api.bills.totals({ ...range, status }).then(([totals]) => totals)),
    );
    const [all] = await api.bills.totals(range);
    expect(all?.cancelled).toBeGreaterThan(0);
    const { currency, ...sums } = all ?? { currency: '' };
    expect(currency).toBe('INR');
    for (const [name, amount] of Object.entries(sums)) {
      expect([name, amount]).toEqual([name, sum(parts.map((part) => part?.[name as keyof typeof sums] ?? 0))]);
    }
  });
});

describe('two stations that did not meet', () => {
  /** The bill and the account as the other station left them when it used the patient's credit for what was due. */
  function atTheOtherStation(bill: Stored<Bill>): BillingDocument[] {
    const { due: amount } = bill.totals;
    const at = '2026-01-05T09:00:00.000Z';
    const by = { createdBy: 'bela', updatedBy: 'bela', createdAt: at, updatedAt: at, stationId: 'station-2' };
    const payment = {
      id: 'theirs',
      kind: 'payment' as const,
      at,
      on: '2026-01-05',
      by: 'bela',
      stationId: 'station-2',
    };
    const payments = [...bill.payments, { ...payment, method: 'credit' as const, amount }];
    return [
      { ...bill, ...by, createdAt: bill.createdAt, payments, ...settle({ ...bill, payments, cancelled: false }) },
      {
        ...{ kind: 'accountEntry', id: 'their-entry', labId: bill.labId, ...by, patientId: bill.patientId },
        ...{ billId: bill.id, entry: 'used', amount, currency: 'INR', registeredAt: at, registeredOn: '2026-01-05' },
      },
    ];
  }

  it('that take the same due and use the same credit: both entries are kept, shown as credit and flagged', async () => {
    const patient = lab.addPatient({ number: 'A-P800000' });
    await api.bills.advance({ patientId: patient.id, method: 'cash', amount: 6300 });
    const { bill } = await api.bills.create({ patientId: patient.id, lines: [{ testId: lab.test('CBC') }] });
    const foreign = atTheOtherStation(bill);
    await api.bills.pay({ id: bill.id, rev: bill._rev, method: 'credit', amount: 6300 });
    const ours = new Map(documentsOf(lab.kernel, patient.id).map((one) => [one.id, one]));
    const plain = (document: object | undefined) => JSON.parse(JSON.stringify(document)) as Plain;
    lab.kernel.change(lab.session, (work) => {
      for (const document of foreign) {
        const own = ours.get(document.id);
        if (!own) work.insert('billing', plain(document) as never);
        else if (own.kind === 'bill') {
          const merged = mergeDocuments('billing', plain(bill), plain(own), plain(document)).document;
          const mirrored = mergeDocuments('billing', plain(bill), plain(document), plain(own)).document;
          expect(mirrored).toEqual(merged);
          const { payments, totals, status } = merged as unknown as Bill;
          work.update<'billing', Bill>('billing', own, { payments, totals, status });
        }
      }
    });

    const { bill: shown, flag, credit } = await api.bills.get({ id: bill.id });
    expect(shown.payments).toHaveLength(2);
    expect(shown).toMatchObject({ status: 'paid', totals: { net: 6300, paid: 12_600, due: -6300 } });
    expect(flag).toBe('overpaid');
    expect(credit).toBe(-6300);
    const [row] = (await api.bills.list({ from: '2026-01-01', to: '2026-12-31', text: shown.number })).rows;
    expect(row?.flag).toBe('overpaid');
    const reads = lab.kernel.reads();
    check(documentsOf(lab.kernel, patient.id), (account) => reads.balance('billing', account), patient.id);
    // The credit that was used twice is put right by leaving the overpayment on the account.
    const repaired = await api.bills.refund({
      ...{ id: bill.id, rev: shown._rev, method: 'credit', amount: 6300, reason: 'used at both desks' },
    });
    expect(moneyFlag(repaired)).toBeUndefined();
    expect((await api.bills.account({ patientId: patient.id })).balance).toBe(0);
  });

  it('have tills of their own', () => {
    const shares = balancesOf({
      ...{ kind: 'accountEntry', entry: 'advance', method: 'cash', amount: 700, currency: 'INR' },
      ...{ id: 'e', labId: 'lab-1', patientId: 'p', registeredAt: '', registeredOn: '2026-01-05', updatedBy: 'x' },
      ...{ createdAt: '', createdBy: 'anna', updatedAt: '', stationId: 'station-2' },
    });
    expect(shares).toContainEqual({ account: `${tillAccount('station-2', 'anna', 'INR')}cash`, amount: 700 });
  });
});
