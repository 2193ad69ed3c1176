import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listBills } from '../../../electron/core/billing/list-bills.ts';
import { writeCursor } from '../../../electron/core/kernel/index.ts';
import { type BillOrder, listBillsSchema } from '../../../shared/billing/list-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import { type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
let bills: Stored<Bill>[];
const year = { from: '2026-01-01', to: '2026-12-31' };
const count = 1200;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
  const rare = lab.addPatient({ number: 'A-P777777', fullName: 'Zora Sorted' });
  bills = lab.kernel.change(lab.session, (work) =>
    work.insertMany<'billing', Bill>(
      'billing',
      Array.from({ length: count }, (_, index) => billOf(index, index % 100 === 3 ? rare.id : lab.patient.id)),
    ),
  );
}, 30_000);
afterAll(() => lab.dispose());

/** Over three months. Amounts repeat, and so do moments: what was written first comes first then. */
function billOf(index: number, patientId: string): NewDocument<Bill> {
  const at = new Date(Date.UTC(2026, 0, 2) + Math.floor(index / 2) * 3 * 3_600_000).toISOString();
  const on = at.slice(0, 10);
  const price = 1000 + ((index * 37) % 90) * 100;
  const line = { id: `l${index}`, testId: 't', testCode: 'CBC', testName: 'CBC', price, discount: 0, reportIds: [] };
  const payment = { id: `p${index}`, kind: 'payment' as const, at, on, by: 'b', stationId: 's' };
  const paid = [0, 500, price][index % 3] ?? 0;
  const payments = paid > 0 ? [{ ...payment, method: 'cash' as const, amount: paid }] : [];
  const money = { lines: [line], payments, taxPercent: 0 };
  return {
    ...{ kind: 'bill', number: `Z-B${String(index).padStart(6, '0')}`, patientId, diagnoses: [], currency: 'INR' },
    ...{ registeredAt: at, registeredOn: on, branchId: index % 4 ? undefined : 'branch-1' },
    ...{ organisationId: index % 2 ? lab.organisationId : undefined, insurerId: index % 70 ? undefined : 'insurer-1' },
    ...money,
    ...settle({ ...money, cancelled: index % 50 === 0 }),
  };
}

/** Ids of the first pages, and whether there is more. */
async function pagesOf(
  input: Parameters<OrderApi['bills']['list']>[0],
  most: number,
  mostSorted?: number,
): Promise<string[]> {
  const ids: string[] = [];
  let { cursor } = input;
  do {
    const page = await listBills(
      lab.kernel,
      lab.kernel.reads(),
      listBillsSchema.parse({ ...input, cursor }),
      'Asia/Kolkata',
      mostSorted,
    );
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor && ids.length < most);
  return ids;
}

const time = ({ registeredAt, number }: Bill) => `${registeredAt} ${number}`;
const orders: [BillOrder, 'net' | 'due', 1 | -1][] = [
  ['largest', 'net', -1],
  ['smallest', 'net', 1],
  ['mostDue', 'due', -1],
];

describe('get_bills by amount and by what is due', () => {
  const inDay = ({ registeredOn }: Bill) => registeredOn === '2026-01-13';
  const narrowings: [string, object, (bill: Bill) => boolean][] = [
    ['all of a year', {}, () => true],
    ['one organisation', { organisationId: 'organisation' }, (bill) => bill.organisationId !== undefined],
    ['one branch', { branchId: 'branch-1' }, (bill) => bill.branchId !== undefined],
    ['one insurer', { insurerId: 'insurer-1' }, (bill) => bill.insurerId !== undefined],
    ['what is due', { dueOnly: true }, (bill) => bill.status === 'open' || bill.status === 'partPaid'],
    [
      'an organisation at a branch',
      { organisationId: 'organisation', branchId: 'branch-1' },
      (bill) => bill.organisationId !== undefined && bill.branchId !== undefined,
    ],
    ['what was cancelled', { status: 'cancelled' }, (bill) => bill.status === 'cancelled'],
    ['a patient by name', { text: 'Zora' }, (bill) => bill.patientId !== lab.patient.id],
    ['a number', { text: 'Z-B00071' }, (bill) => bill.number.startsWith('Z-B00071')],
    ['one that nothing is', { status: 'paid', dueOnly: true }, () => false],
  ];

  for (const [what, narrow, keep] of narrowings) {
    it(`gives every bill of ${what} once, in its order`, async () => {
      const more = 'organisationId' in narrow ? { ...narrow, organisationId: lab.organisationId } : narrow;
      const kept = bills.filter(keep);
      for (const [order, of, sign] of orders) {
        const sorted = kept.toSorted((a, b) => sign * (a.totals[of] - b.totals[of] || (time(a) < time(b) ? -1 : 1)));
        const expected = sorted.slice(0, 600).map(({ id }) => id);
        // Sorted, and along the index of the amount.
        for (const mostSorted of [undefined, 2]) {
          expect(await pagesOf({ ...year, ...more, order, limit: 200 }, 600, mostSorted)).toEqual(expected);
        }
      }
    });
  }

  it('keeps to days of the lab, page by page', async () => {
    const kolkata = (bill: Bill) => {
      const start = Date.parse('2026-01-13T00:00:00+05:30');
      const at = Date.parse(bill.registeredAt);
      return at >= start && at < start + 86_400_000;
    };
    expect(bills.filter(inDay)).not.toEqual(bills.filter(kolkata));
    for (const [order, of, sign] of orders) {
      const sorted = bills
        .filter(kolkata)
        .toSorted((a, b) => sign * (a.totals[of] - b.totals[of] || (time(a) < time(b) ? -1 : 1)));
      const ids = await pagesOf({ from: '2026-01-13', to: '2026-01-13', order, limit: 7 }, 100);
      expect(ids).toEqual(sorted.map(({ id }) => id));
    }
  });

  it('has the largest of a month though later months are dearer, and follows what is edited', async () => {
    const january = { from: '2026-01-01', to: '2026-01-31' };
    const dear = (index: number, net: number) => {
      const bill = billOf(index, lab.patient.id);
      return { ...bill, number: `Y-B${index}`, totals: { ...bill.totals, net } };
    };
    const insert = (bill: NewDocument<Bill>) =>
      lab.kernel.change(lab.session, (work) => work.insert<'billing', Bill>('billing', bill));
    const [early, late] = [insert(dear(10, 500_000)), insert(dear(1190, 900_000))];
    const first = async (range: { from: string; to: string }) =>
      (await pagesOf({ ...range, order: 'largest', limit: 1 }, 1))[0];
    expect(await first(year)).toBe(late.id);
    expect(await first(january)).toBe(early.id);
    const totals = { ...early.totals, net: 950_000 };
    lab.kernel.change(lab.session, (work) => work.update<'billing', Bill>('billing', early, { totals }));
    expect(await first(year)).toBe(early.id);
    lab.kernel.change(lab.session, (work) => {
      work.remove('billing', work.need('billing', early.id));
      work.remove('billing', work.need('billing', late.id));
    });
    expect(bills.map(({ id }) => id)).toContain(await first(year));
  });

  it.each<[string, object]>([
    ['all', {}],
    ['an organisation', { organisationId: 'o' }],
    ['an insurer', { insurerId: 'i' }],
    ['a doctor', { referrerId: 'r' }],
  ])(
    'finds a page of %s in the index by amount, month by month, without counting or sorting bills',
    async (_, narrow) => {
      const worker = vi.spyOn(lab.kernel.readWorker, 'all');
      const cursor = writeCursor([5000, '2026-02-01', 7]);
      await pagesOf({ ...year, ...narrow, order: 'largest', limit: 10, cursor }, 10);
      const [[sql, ...parameters] = [''], ...others] = worker.mock.calls;
      worker.mockRestore();
      expect(others).toEqual([]);
      const plan = lab.kernel.database.engine
        .all(`EXPLAIN QUERY PLAN ${sql}`, ...parameters)
        .map(({ detail }) => detail);
      expect(plan).toContainEqual(
        expect.stringMatching(
          /USING COVERING INDEX sx_docs_billing.*<expr>=\? AND \(totals\.net,registeredAt\)<\(\?,\?\)/,
        ),
      );
      expect(plan).not.toContainEqual(expect.stringMatching(/^SCAN docs_billing/));
    },
  );

  it('knows its own page markers only', async () => {
    const { nextCursor: cursor } = await api.bills.list({ ...year, limit: 10 });
    const refusal = await refusalOf(() => api.bills.list({ ...year, order: 'largest', cursor }));
    expect(refusal).toMatchObject({ kind: 'validation', errors: [{ field: 'cursor', code: 'malformed' }] });
  });
});
