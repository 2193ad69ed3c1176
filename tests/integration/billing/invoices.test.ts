import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takenOf } from '../../../electron/core/billing/totals.ts';
import { organisationAccount } from '../../../shared/billing/balances.ts';
import type { InvoicePaper } from '../../../shared/documents/schema.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
let organisationId: string;
const dayMs = 86_400_000;
const january = { from: '2026-01-01', to: '2026-01-31' };

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
  organisationId = addOrganisation('CREDIT');
});
afterAll(() => lab.dispose());

function addOrganisation(code: string): string {
  return lab.kernel.change(lab.session, (work) => {
    const entry = { kind: 'organisation' as const, code, name: `${code} Works`, billing: 'credit' as const };
    return work.insert('directory', { ...entry, paymentDays: 14 }).id;
  });
}

const owed = (id = organisationId) => lab.kernel.reads().balance('billing', organisationAccount(id, 'INR'));
const order = async (id: string, ...codes: string[]) => {
  lab.clock.advance(1000);
  const lines = codes.map((code) => ({ testId: lab.test(code) }));
  return (await api.bills.create({ patientId: lab.patient.id, organisationId: id, lines })).bill;
};
const make = async (id: string, period = january) => {
  const { total } = await api.invoices.preview({ organisationId: id, ...period });
  return api.invoices.create({ organisationId: id, ...period, total });
};

describe('an invoice to an organisation', () => {
  it('holds the bills of the period less credit notes, each bill once', async () => {
    const first = await order(organisationId, 'CBC', 'TSH');
    const second = await order(organisationId, 'CBC');
    await api.bills.create({ patientId: lab.patient.id, lines: [{ testId: lab.test('CBC') }] });
    const line = first.lines[0]?.id ?? '';
    await api.bills.credit({
      billId: first.id,
      rev: first._rev,
      lines: [{ lineId: line, amount: 1000 }],
      reason: 'agreed',
    });
    const preview = await api.invoices.preview({ organisationId, ...january });
    expect(preview.items.map(({ amount }) => amount)).toEqual([14_500, 6000, -1000]);
    expect(preview).toMatchObject({ total: 19_500, dueOn: '2026-01-19', organisationName: 'CREDIT Works' });
    const invoice = await api.invoices.create({ organisationId, ...january, total: preview.total });
    expect(invoice).toMatchObject({
      number: 'A-I00001',
      status: 'open',
      totals: { net: 19_500, paid: 0, due: 19_500 },
    });
    expect((await api.bills.get({ id: second.id })).bill.invoiceId).toBe(invoice.id);
    const before = fingerprint(lab.kernel);
    expect(await fieldsOf(() => make(organisationId))).toEqual(['to: invoice.nothing']);
    expect(fingerprint(lab.kernel)).toEqual(before);
    expect(owed()).toBe(19_500);
  });

  it('is refused when a bill came in since the preview', async () => {
    const id = addOrganisation('MOVED');
    await order(id, 'CBC');
    const { total } = await api.invoices.preview({ organisationId: id, ...january });
    await order(id, 'TSH');
    const create = () => api.invoices.create({ organisationId: id, ...january, total });
    expect(await fieldsOf(create)).toEqual(['total: invoice.moved']);
  });

  it('is paid in parts; money, the account and the till follow', async () => {
    const id = addOrganisation('PAYS');
    await order(id, 'CBC');
    let invoice = await make(id);
    const pay = (amount: number) =>
      api.invoices.pay({ id: invoice.id, rev: invoice._rev, method: 'transfer', amount, reference: 'BANK 1' });
    expect(await fieldsOf(() => pay(6001))).toEqual(['amount: payment.aboveDue']);
    const stale = invoice;
    invoice = await pay(2000);
    expect([invoice.status, owed(id)]).toEqual(['partPaid', 4000]);
    const again = () => api.invoices.pay({ id: stale.id, rev: stale._rev, method: 'cash', amount: 1 });
    expect(await refusalOf(again)).toMatchObject({ kind: 'conflict' });
    invoice = await pay(4000);
    expect([invoice.status, owed(id)]).toEqual(['paid', 0]);
    expect(invoice.payments.map(({ amount }) => amount)).toEqual([2000, 4000]);
    const taken = await takenOf(lab.kernel, lab.kernel.reads(), january);
    expect(taken.find(({ method }) => method === 'transfer')?.amount).toBe(6000);
  });

  it('gives its bills free when it is cancelled, and what was paid back', async () => {
    const id = addOrganisation('CANCELS');
    const bill = await order(id, 'CBC');
    const invoice = await make(id);
    const paid = await api.invoices.pay({ id: invoice.id, rev: invoice._rev, method: 'cash', amount: 500 });
    const seen = (await api.bills.get({ id: bill.id })).bill;
    const cancelBill = (rev: string) => api.bills.cancel({ id: bill.id, rev, reason: 'ordered twice' });
    expect(await fieldsOf(() => cancelBill(seen._rev))).toEqual(['id: bill.invoiced']);
    const cancelled = await api.invoices.cancel({ id: paid.id, rev: paid._rev, reason: 'wrong month' });
    expect(cancelled).toMatchObject({ status: 'cancelled', totals: { net: 0, paid: 0, due: 0 } });
    expect(owed(id)).toBe(6000);
    const next = await make(id);
    expect(next.items.map((item) => item.id)).toEqual([bill.id]);
    const twice = () => api.invoices.cancel({ id: cancelled.id, rev: cancelled._rev, reason: 'again' });
    expect(await fieldsOf(twice)).toEqual(['id: invoice.cancelled']);
  });

  it('takes a later credit note off the next invoice', async () => {
    const id = addOrganisation('LATER');
    const bill = await order(id, 'CBC');
    await make(id);
    const seen = (await api.bills.get({ id: bill.id })).bill;
    const lines = [{ lineId: bill.lines[0]?.id ?? '', amount: 700 }];
    await api.bills.credit({ billId: bill.id, rev: seen._rev, lines, reason: 'agreed' });
    await order(id, 'TSH');
    expect((await make(id)).totals.net).toBe(8500 - 700);
    expect(owed(id)).toBe(6000 + 8500 - 700);
  });

  it('is printed with lines, totals and ageing', async () => {
    const id = addOrganisation('PRINTS');
    await order(id, 'CBC');
    const invoice = await make(id);
    lab.clock.advance(60 * dayMs);
    api = lab.api();
    const { fileName } = await api.invoices.paper({ id: invoice.id });
    expect(fileName).toBe(`invoice-${invoice.number}.pdf`);
    expect(lab.tray.printed.at(-1) as InvoicePaper).toMatchObject({
      organisation: 'PRINTS Works',
      period: january,
      items: [{ amount: 6000, tests: 'CBC', patientName: 'Maria Silva' }],
      totals: { due: 6000 },
      ageing: { '0-30': 0, '31-60': 6000 },
    });
    const rows = await api.invoices.ageing();
    expect(rows.find((row) => row.id === id)).toMatchObject({ count: 1, total: 6000, bands: { '31-60': 6000 } });
    const { rows: list } = await api.invoices.list({ organisationId: id });
    expect(list).toMatchObject([{ organisationName: 'PRINTS Works', overdueDays: 46, bills: 1 }]);
    expect(await api.invoices.list({ organisationId: id, status: 'paid' })).toMatchObject({ rows: [] });
  });
});

describe('many bills', () => {
  it('need as many statements as few, to preview, to make, to list', async () => {
    const statements = async (code: string, bills: number, invoices: number) => {
      const id = addOrganisation(code);
      for (let index = 0; index < invoices; index++) {
        for (let one = 0; one < bills; one++) await order(id, 'CBC');
        if (index < invoices - 1) await make(id, { from: '2026-01-01', to: '2026-12-31' });
      }
      const period = { organisationId: id, from: '2026-01-01', to: '2026-12-31' };
      const preview = await lab.statementsOf(() => api.invoices.preview(period));
      const { total } = await api.invoices.preview(period);
      const create = await lab.statementsOf(() => api.invoices.create({ ...period, total }));
      const list = await lab.statementsOf(() => api.invoices.list({ organisationId: id, limit: 200 }));
      // Each bill is one row to write; nothing else may grow.
      return { preview, create: create - bills, list };
    };
    expect(await statements('MANY', 40, 3)).toEqual(await statements('FEW', 2, 1));
  }, 30_000);
});

describe('rights', () => {
  it('who may read invoices may not make them', async () => {
    const reader = lab.api(permissionNames.filter((name) => name !== 'invoice.manage'));
    const refusal = { kind: 'forbidden', permission: 'invoice.manage' };
    expect(await refusalOf(() => reader.invoices.preview({ organisationId, ...january }))).toMatchObject(refusal);
    const { rows } = await reader.invoices.list({ organisationId });
    const pay = () => reader.invoices.pay({ id: rows[0]?.id ?? '', rev: '1', method: 'cash', amount: 1 });
    expect(await refusalOf(pay)).toMatchObject(refusal);
  });
});
