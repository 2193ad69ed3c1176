import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../electron/core/kernel/index.ts';
import { organisationAccount } from '../../../shared/billing/balances.ts';
import type { ReceiptInput } from '../../../shared/documents/schema.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
let organisationId: string;
let insuredId: string;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
  const passwordHash = await hashPassword('allow it please');
  lab.kernel.change(lab.session, (work) => {
    const list = (code: string, prices: Record<string, number>) =>
      work.insert('catalogue', {
        ...{ kind: 'priceList', code, name: code, currency: 'INR' },
        prices: Object.entries(prices).map(([name, amount]) => ({ kind: 'test', code: name, amount })),
      });
    list('ACME-LIST', { CBC: 5000 });
    list('GROUP-LIST', { TSH: 8000 });
    organisationId = work.insert('directory', {
      ...{ kind: 'organisation', code: 'CREDIT', name: 'Credit Works', billing: 'credit', creditLimit: 12_000 },
      ...{ priceList: 'ACME-LIST', allowedTests: ['CBC', 'TSH', 'DIAB'] },
    }).id;
    const insurer = work.insert('directory', { kind: 'insurer', code: 'SAFE', name: 'Safe Health' });
    const group = work.insert('directory', {
      ...{ kind: 'insuranceGroup', code: 'GOLD', name: 'Safe Gold', insurerId: insurer.id },
      ...{ coveragePercent: 80, copay: 2000, coverageLimit: 10_000, priceList: 'GROUP-LIST', excludedTests: ['CRP'] },
    });
    const bare = { insurerId: insurer.id, holderRelation: 'self' as const };
    insuredId = lab.addPatient({
      number: 'A-P000077',
      insurances: [
        { ...bare, groupId: group.id, policyNumber: 'GOLD-1' },
        { ...bare, policyNumber: 'NO-GROUP' },
        { ...bare, groupId: group.id, policyNumber: 'OVER', validTo: '2025-12-31' },
      ],
    }).id;
    const role = (name: string, discountLimitPercent: number, approve: boolean) =>
      work.insert('directory', {
        ...{ kind: 'role', name, strictFields: [], discountLimitPercent },
        permissions: approve ? [...permissionNames] : ['bill.create'],
      }).id;
    const staff = (username: string, roleId: string) =>
      work.insert('directory', {
        ...{ kind: 'staff', username, fullName: `Person ${username}`, roleIds: [roleId], passwordHash, active: true },
      });
    staff('manager', role('Manager', 50, true));
    staff('clerk', role('Clerk', 100, false));
  });
});
afterAll(() => lab.dispose());

const lines = (...codes: string[]) => codes.map((code) => ({ testId: lab.test(code) }));
const approver = { username: 'manager', password: 'allow it please' };

describe('an insured patient', () => {
  it('pays what the group does not, by the nearest price list', async () => {
    const order = { patientId: insuredId, lines: lines('CBC', 'TSH', 'CRP'), policyNumber: 'GOLD-1' };
    const quote = await api.bills.quote(order);
    const crp = quote.lines[2]?.price ?? 0;
    expect(quote.lines.map(({ priceSource, notCovered }) => [priceSource, notCovered])).toEqual([
      ['standard', undefined],
      ['insuranceGroup', undefined],
      ['standard', true],
    ]);
    // 60.00 + 80.00 are covered at 80 %: 112.00, but the limit is 100.00.
    expect(quote.totals).toMatchObject({ net: 14_000 + crp, insurer: 10_000, due: 4000 + crp });
    const { bill } = await api.bills.create({
      ...order,
      payment: { method: 'cash', amount: 4000 + crp, tendered: 20_000 },
    });
    expect(bill).toMatchObject({ status: 'paid', coverage: { policyNumber: 'GOLD-1', coveragePercent: 80 } });
    await api.bills.receipt({ id: bill.id });
    expect(lab.tray.printed.at(-1) as ReceiptInput).toMatchObject({
      insurer: 'Safe Health',
      totals: { insurer: 10_000, due: 0 },
      payments: [{ tendered: 20_000 }],
    });
    const { rows } = await api.bills.list({ from: '2026-01-01', to: '2026-12-31', insurerId: bill.insurerId });
    expect(rows.map(({ number, insurerName }) => [number, insurerName])).toEqual([[bill.number, 'Safe Health']]);
  });

  it('needs a valid policy of a known group', async () => {
    const with_ = (policyNumber: string) =>
      fieldsOf(() => api.bills.create({ patientId: insuredId, lines: lines('CBC'), policyNumber }));
    expect(await with_('NO-GROUP')).toEqual(['policyNumber: policy.noGroup']);
    expect(await with_('OVER')).toEqual(['policyNumber: policy.notValid']);
    expect(await with_('OTHER')).toEqual(['policyNumber: policy.missing']);
  });
});

describe('an organisation on credit', () => {
  const outstanding = () => lab.kernel.reads().balance('billing', organisationAccount(organisationId, 'INR'));
  const order = (...codes: string[]) => ({ patientId: lab.patient.id, organisationId, lines: lines(...codes) });

  it('pays in place of the patient, up to its limit, beyond it with approval', async () => {
    const first = await api.bills.create(order('CBC'));
    expect(first.bill).toMatchObject({ onCredit: true, status: 'paid', totals: { organisation: 5000, due: 0 } });
    expect(first.bill.lines[0]).toMatchObject({ priceList: 'ACME-LIST', priceSource: 'organisation' });
    expect(outstanding()).toBe(5000);
    const before = fingerprint(lab.kernel);
    const over = order('CBC', 'TSH');
    expect(await fieldsOf(() => api.bills.create(over))).toEqual(['organisationId: approval.credit']);
    expect(fingerprint(lab.kernel)).toEqual(before);
    expect((await api.bills.quote(over)).approvals).toMatchObject([{ kind: 'credit' }]);
    const { bill } = await api.bills.create({ ...over, approver });
    expect(bill.approvals).toMatchObject([{ kind: 'credit', name: 'Person manager' }]);
    expect(outstanding()).toBe(5000 + bill.totals.net);
    await api.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'ordered twice' });
    expect(outstanding()).toBe(5000);
  });

  it('is billed for its own tests only, and takes no money of the patient', async () => {
    expect(await fieldsOf(() => api.bills.create(order('CRP')))).toEqual(['lines.0.testId: test.notAllowed']);
    const paid = { ...order('CBC'), payment: { method: 'cash' as const, amount: 1 } };
    expect(await fieldsOf(() => api.bills.create(paid))).toEqual(['payment.amount: payment.aboveDue']);
  });

  it('is credited by a credit note, which leaves the bill as it is', async () => {
    const { bill } = await api.bills.create(order('CBC'));
    const owed = outstanding();
    const line = bill.lines[0]?.id ?? '';
    const { creditNote } = await api.bills.credit({
      ...{ billId: bill.id, rev: bill._rev, reason: 'haemolysed' },
      lines: [{ lineId: line, amount: 2000 }],
    });
    expect(creditNote).toMatchObject({ number: 'A-C000001', to: 'organisation', total: 2000 });
    expect(outstanding()).toBe(owed - 2000);
    expect((await api.bills.get({ id: bill.id })).bill).toEqual(bill);
  });
});

describe('a discount beyond the limit of the role', () => {
  const order = (percent: number) => ({
    patientId: lab.patient.id,
    lines: lines('CBC'),
    discount: { percent, reason: 'Staff family' },
  });

  it('is refused without approval, and by somebody who may not or does not know the password', async () => {
    const desk = lab.api(permissionNames, { discountLimitPercent: 5 });
    expect((await desk.bills.create(order(5))).bill.approvals).toBeUndefined();
    expect(await fieldsOf(() => desk.bills.create(order(6)))).toEqual(['discount: approval.discount']);
    const by = (username: string) => ({ username, password: approver.password });
    expect(await fieldsOf(() => desk.bills.create({ ...order(6), approver: by('clerk') }))).toEqual([
      'discount: approval.discount',
    ]);
    expect(await fieldsOf(() => desk.bills.create({ ...order(51), approver }))).toEqual([
      'discount: approval.discount',
    ]);
    const guess = { ...approver, password: 'guess' };
    expect(await fieldsOf(() => desk.bills.create({ ...order(6), approver: guess }))).toEqual([
      'approver: approval.wrong',
    ]);
    const line = { ...order(0), lines: [{ testId: lab.test('CBC'), discount: 600 }, ...lines('TSH', 'LFT')] };
    expect(await fieldsOf(() => desk.bills.create(line))).toEqual(['discount: approval.discount']);
  });

  it('is kept with who approved it, on the bill and in the activity log', async () => {
    const desk = lab.api(permissionNames, { discountLimitPercent: 5 });
    const { bill } = await desk.bills.create({ ...order(20), approver });
    expect(bill.approvals).toMatchObject([{ kind: 'discount', name: 'Person manager', at: bill.registeredAt }]);
    const entries = lab.kernel.reads().find('activity', { selector: { action: { $eq: 'bill.approved' } } });
    expect(entries.some(({ subject }) => subject?.id === bill.id)).toBe(true);
  });
});

describe('a locked PIN', () => {
  it('can be used again when its time is over', async () => {
    const pinHash = await hashPassword('7391');
    const [manager] = lab.kernel.reads().byKeys('directory', ['manager']).get('manager') ?? [];
    if (manager?.kind !== 'staff') throw new Error('no manager');
    lab.kernel.change(lab.session, (work) => work.update('directory', work.need('directory', manager.id), { pinHash }));
    const { lockAfterFailures, lockMinutes } = lab.kernel.preferences();
    const create = (pin: string) => {
      const desk = lab.api(permissionNames, { discountLimitPercent: 5 });
      const discount = { percent: 20, reason: 'Staff family' };
      const order = { patientId: lab.patient.id, lines: lines('CBC'), discount };
      return desk.bills.create({ ...order, approver: { staffId: manager.id, pin } });
    };
    for (let tried = 0; tried < lockAfterFailures; tried++) {
      expect(await fieldsOf(() => create('8264'))).toEqual(['approver: approval.wrong']);
    }
    expect(await refusalOf(() => create('7391'))).toMatchObject({ kind: 'busy' });
    lab.clock.advance(lockMinutes * 60_000 + 1000);
    expect((await create('7391')).bill.approvals).toHaveLength(1);
  });
});

describe('a profile', () => {
  const profile = (code: string) => {
    const [found] = lab.kernel.reads().byKeys('catalogue', [code]).get(code) ?? [];
    if (found?.kind !== 'profile') throw new Error(`no profile ${code}`);
    return found;
  };

  it('stands for its tests at its own price, without those that are ordered already', async () => {
    const diab = profile('DIAB');
    const whole = await api.bills.quote({ lines: [{ profileId: diab.id }] });
    const [list] = lab.kernel.reads().find('catalogue', {
      selector: { kind: { $eq: 'priceList' }, code: { $eq: 'WALKIN' } },
    });
    const price = list?.kind === 'priceList' && list.prices.find((one) => one.code === 'DIAB')?.amount;
    expect(whole.totals.gross).toBe(price);
    expect(whole.lines.map(({ testCode }) => testCode)).toEqual(diab.tests);
    const { bill } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('RFT') }, { profileId: diab.id, discount: 1000 }],
      discount: { reason: 'a package' },
    });
    expect(bill.lines.map(({ testCode, profileCode }) => [testCode, profileCode])).toEqual([
      ['RFT', undefined],
      ...diab.tests.filter((code) => code !== 'RFT').map((code) => [code, 'DIAB']),
    ]);
    expect(bill.totals.discount).toBe(1000);
  });

  it('is refused when it adds nothing, and so is a test that it holds', async () => {
    const { id } = profile('DIAB');
    const twice = (order: object[]) =>
      fieldsOf(() => api.bills.create({ patientId: lab.patient.id, lines: order as { testId: string }[] }));
    expect(await twice([{ profileId: id }, { profileId: id }])).toEqual(['lines.1.profileId: test.twice']);
    expect(await twice([{ profileId: id }, ...lines('GLUF')])).toEqual(['lines.1.testId: test.twice']);
  });
});

describe('mixed payments', () => {
  it('are kept one by one, with the change of the cash', async () => {
    const { bill } = await api.bills.create({
      ...{ patientId: lab.patient.id, lines: lines('CBC') },
      payments: [
        { method: 'card', amount: 2000, reference: 'slip 9' },
        { method: 'cash', amount: 4000, tendered: 5000 },
      ],
    });
    expect(bill).toMatchObject({ status: 'paid', payments: [{ method: 'card' }, { method: 'cash', tendered: 5000 }] });
  });

  it('are refused where they are more than is due, less than handed over, or credit that is not there', async () => {
    const pay = (...payments: { method: 'cash' | 'card' | 'credit'; amount: number; tendered?: number }[]) =>
      fieldsOf(() => api.bills.create({ patientId: lab.patient.id, lines: lines('CBC'), payments }));
    expect(await pay({ method: 'card', amount: 4000 }, { method: 'cash', amount: 2001 })).toEqual([
      'payments.1.amount: payment.aboveDue',
    ]);
    expect(await pay({ method: 'cash', amount: 2000, tendered: 1999 })).toEqual([
      'payment.tendered: payment.tenderedLess',
    ]);
    expect(await pay({ method: 'card', amount: 2000, tendered: 3000 })).toEqual([
      'payment.tendered: payment.tenderedMethod',
    ]);
    expect(await pay({ method: 'credit', amount: 1 })).toEqual(['payment.amount: credit.tooLittle']);
  });
});
