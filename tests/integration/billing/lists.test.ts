import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReceiptInput } from '../../../shared/documents/schema.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
const dayMs = 86_400_000;
const all = { from: '2026-01-01', to: '2026-12-31' };

/** 230 bills of 46 patients over 23 days, ten a day; every fifth is paid, every seventh cancelled. */
beforeAll(async () => {
  lab = await openOrderLab({ taxPercent: 5 });
  const patients = Array.from({ length: 46 }, (_, index) =>
    lab.addPatient({
      number: `A-P1${String(index).padStart(5, '0')}`,
      fullName: `${index % 2 ? 'Bashir' : 'Chloé'} Number${index}`,
      phone: `+9198765${String(10_000 + index)}`,
    }),
  );
  for (let index = 0; index < 230; index++) {
    if (index % 10 === 0) {
      lab.clock.advance(dayMs);
      api = lab.api();
    }
    lab.clock.advance(1000);
    const { bill } = await api.bills.create({
      patientId: patients[index % 46]?.id ?? '',
      lines: [{ testId: lab.test('CBC') }, { testId: lab.test('TSH') }],
      referrerId: index % 3 ? lab.doctorId : undefined,
      organisationId: index % 4 ? undefined : lab.organisationId,
      payment: index % 5 ? undefined : { method: index % 2 ? 'cash' : 'card', amount: 15_225 },
    });
    if (index % 7 === 0) await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'a seventh' });
  }
}, 60_000);
afterAll(() => lab.dispose());

async function numbersOf(input: Parameters<OrderApi['bills']['list']>[0]): Promise<string[]> {
  const numbers: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.bills.list({ ...input, cursor });
    expect(page.rows.length).toBeLessThanOrEqual(input.limit ?? 50);
    numbers.push(...page.rows.map((row) => row.number));
    cursor = page.nextCursor;
  } while (cursor);
  return numbers;
}

const numbered = (index: number) => `A-B${String(index + 1).padStart(6, '0')}`;
const newestFirst = (keep: (index: number) => boolean) =>
  Array.from({ length: 230 }, (_, index) => 229 - index)
    .filter(keep)
    .map(numbered);

describe('get_bills', () => {
  it('gives every bill of the range once, the newest first, page by page', async () => {
    expect(await numbersOf({ ...all, limit: 60 })).toEqual(newestFirst(() => true));
    expect(await numbersOf({ ...all, limit: 200 })).toEqual(newestFirst(() => true));
  });

  it('keeps to days of the lab, both included', async () => {
    // The first ten were made on 6 January at 13:30 in Kolkata.
    expect(await numbersOf({ from: '2026-01-06', to: '2026-01-07' })).toEqual(newestFirst((index) => index < 20));
    expect(await numbersOf({ from: '2026-01-05', to: '2026-01-05' })).toEqual([]);
    expect(await fieldsOf(() => api.bills.list({ from: '2026-01-07', to: '2026-01-06' }))).toEqual(['to: range.order']);
  });

  it('keeps to a status', async () => {
    expect(await numbersOf({ ...all, status: 'cancelled' })).toEqual(newestFirst((index) => index % 7 === 0));
    const paid = newestFirst((index) => index % 5 === 0 && index % 7 !== 0);
    expect(await numbersOf({ ...all, status: 'paid', limit: 7 })).toEqual(paid);
  });

  it('shows patient, doctor, organisation and lines without another call', async () => {
    const { rows } = await api.bills.list({ from: '2026-01-06', to: '2026-01-06' });
    expect(rows.at(-2)).toMatchObject({
      number: 'A-B000002',
      patientName: 'Bashir Number1',
      patientNumber: 'A-P100001',
      referrerName: 'Dr. Anil Rao',
      organisationName: undefined,
      tests: ['CBC', 'TSH'],
      lines: [
        { testCode: 'CBC', price: 6000, discount: 0 },
        { testCode: 'TSH', price: 8500, discount: 0 },
      ],
      totals: { net: 15_225, due: 15_225 },
    });
    expect(rows.at(-1)).toMatchObject({ organisationName: 'Acme Works', referrerName: undefined });
  });

  it('narrows by bill number, patient number, phone and name', async () => {
    const of = (patient: number) => newestFirst((index) => index % 46 === patient);
    expect(await numbersOf({ ...all, text: 'a-b00020' })).toEqual(
      Array.from({ length: 10 }, (_, index) => numbered(199 + index)),
    );
    expect(await numbersOf({ ...all, text: 'A-P100017' })).toEqual(of(17));
    expect(await numbersOf({ ...all, text: '+91 98765 10008' })).toEqual(of(8));
    expect(await numbersOf({ ...all, text: 'chloé number12', limit: 2 })).toEqual(of(12));
    expect(await numbersOf({ ...all, text: 'Bashir' })).toEqual(newestFirst((index) => (index % 46) % 2 === 1));
    expect(await numbersOf({ ...all, text: 'nobody of that name' })).toEqual([]);
    expect(await numbersOf({ from: '2026-01-06', to: '2026-01-06', text: 'A-B000230' })).toEqual([]);
  });

  it('needs as many statements for 200 rows as for 10', async () => {
    const list = (limit: number, text?: string, order?: 'largest' | 'mostDue') =>
      lab.statementsOf(() => api.bills.list({ ...all, limit, text, order }));
    expect(await list(200)).toBe(await list(10));
    expect(await list(200, undefined, 'largest')).toBe(await list(10, undefined, 'largest'));
    expect(await list(200, 'Bashir', 'mostDue')).toBe(await list(10, 'Bashir', 'mostDue'));
    expect(await list(200, 'Bashir')).toBe(await list(10, 'Bashir'));
    expect(await list(200)).toBeLessThan(12);
  });
});

describe('totals', () => {
  it('are those of the bills in the range, cancelled ones apart', async () => {
    const [totals, ...others] = await api.bills.totals(all);
    expect(others).toEqual([]);
    const standing = Array.from({ length: 230 }, (_, index) => index).filter((index) => index % 7 !== 0);
    const paid = standing.filter((index) => index % 5 === 0);
    expect(totals).toEqual({
      currency: 'INR',
      count: standing.length,
      cancelled: 230 - standing.length,
      gross: standing.length * 14_500,
      discount: 0,
      tax: standing.length * 725,
      insurer: 0,
      organisation: 0,
      net: standing.length * 15_225,
      paid: paid.length * 15_225,
      due: (standing.length - paid.length) * 15_225,
    });
  });

  it('keep to the range', async () => {
    const [day] = await api.bills.totals({ from: '2026-01-07', to: '2026-01-07' });
    expect(day).toMatchObject({ count: 9, cancelled: 1 });
    expect(await api.bills.totals({ from: '2025-01-01', to: '2025-12-31' })).toEqual([]);
  });

  it('cost a year what they cost a day, and not what bills there are', async () => {
    const statements = (range: { from: string; to: string }) => lab.statementsOf(() => api.bills.totals(range));
    expect(await statements(all)).toBe(await statements({ from: '2026-01-07', to: '2026-01-07' }));
    const worker = vi.spyOn(lab.kernel.readWorker, 'all');
    await api.bills.totals(all);
    expect(worker.mock.calls.map(([sql]) => sql)).toEqual([expect.not.stringContaining('docs_billing')]);
    worker.mockRestore();
  });

  it('are those of one moment, whatever others commit meanwhile', async () => {
    lab.clock.advance(40 * dayMs);
    api = lab.api();
    const today = { from: '2026-03-01', to: '2026-12-31' };
    const patientId = lab.addPatient({ number: 'A-P300000' }).id;
    const making = (async () => {
      for (let index = 0; index < 30; index++) {
        const { bill } = await api.bills.create({ patientId, lines: [{ testId: lab.test('CBC') }] });
        if (index % 3 === 0) await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'a third' });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return true;
    })();
    const seen = new Set<number>();
    for (let done = false; !done; ) {
      const [totals] = await api.bills.totals(today);
      if (totals)
        expect(totals).toMatchObject({ gross: totals.count * 6000, net: totals.count * 6300, due: totals.net });
      seen.add(totals?.count ?? 0);
      done = await Promise.race([making, Promise.resolve(false)]);
    }
    expect(seen.size).toBeGreaterThan(1);
    expect((await api.bills.totals(today))[0]).toMatchObject({ count: 20, cancelled: 10, net: 126_000 });
  });
});

describe('a bill on paper', () => {
  it('holds what the bill says', async () => {
    const { bill } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('CBC') }],
      referrerId: lab.doctorId,
      payment: { method: 'cash', amount: 300, reference: 'till 2' },
    });
    const { fileName, pdf } = await api.bills.receipt({ id: bill.id });
    expect(fileName).toBe(`bill-${bill.number}.pdf`);
    expect(Buffer.from(pdf, 'base64').toString()).toBe('%PDF-');
    expect(lab.tray.printed.at(-1) as ReceiptInput).toMatchObject({
      kind: 'receipt',
      number: bill.number,
      status: 'partPaid',
      currency: 'INR',
      patient: { name: 'Maria Silva', number: 'A-P000001', age: '35 y', dateOfBirth: '1990-05-17' },
      letterhead: { name: 'Test laboratory' },
      referrer: 'Dr. Anil Rao',
      lines: [{ code: 'CBC', price: 6000, discount: 0 }],
      payments: [{ kind: 'payment', method: 'cash', amount: 300, reference: 'till 2', by: 'Dr. Niamh Byrne' }],
      totals: { net: 6300, due: 6000 },
      preparedBy: 'Dr. Niamh Byrne',
    });
  });
});

describe('rights', () => {
  it('bills are seen with bill.read alone', async () => {
    const stranger = lab.api(permissionNames.filter((name) => name !== 'bill.read'));
    const [row] = (await api.bills.list({ ...all, limit: 1 })).rows;
    const id = row?.id ?? '';
    const refusal = { kind: 'forbidden', permission: 'bill.read' };
    expect(await refusalOf(() => stranger.bills.list(all))).toMatchObject(refusal);
    expect(await refusalOf(() => stranger.bills.totals(all))).toMatchObject(refusal);
    expect(await refusalOf(() => stranger.bills.get({ id }))).toMatchObject(refusal);
    expect(await refusalOf(() => stranger.bills.receipt({ id }))).toMatchObject(refusal);
    expect(await refusalOf(() => api.bills.get({ id: 'none' }))).toMatchObject({ kind: 'notFound' });
  });
});

describe('midnight', () => {
  it('belongs to the day it begins, in the list and in the totals', async () => {
    lab.clock.time = Date.parse('2027-03-09T18:30:00.000Z');
    api = lab.api();
    await api.bills.create({ patientId: lab.patient.id, lines: [{ testId: lab.test('CBC') }] });
    const on = async (day: string) => {
      const range = { from: day, to: day };
      return [(await api.bills.list(range)).rows.length, (await api.bills.totals(range))[0]?.count ?? 0];
    };
    expect(await on('2027-03-09')).toEqual([0, 0]);
    expect(await on('2027-03-10')).toEqual([1, 1]);
  });
});
