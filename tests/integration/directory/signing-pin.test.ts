import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;
let desk: Caller;
let adminId: string;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
  desk = await test.as('reception');
  adminId = (await admin.auth.me()).actorId;
});
afterAll(() => test.dispose());

const pin = '7391';
const lastAction = async () => (await admin.activity.list({ limit: 1 })).rows[0];
const deskId = async () => (await desk.auth.me()).actorId;
const order = async (percent: number) => {
  const { rows } = await desk.patients.list({ limit: 1 });
  const [test] = await desk.bills.findTests({ text: 'CBC' });
  const lines = [{ testId: test?.id ?? '' }];
  return { patientId: rows[0]?.id ?? '', lines, discount: { percent, reason: 'Staff family' } };
};

describe('the own signing PIN', () => {
  it('is set with the password, and is then known to be there, never what it is', async () => {
    expect(await admin.auth.pin()).toEqual({ hasPin: false });
    expect(await fieldsOf(() => admin.auth.setPin({ password: 'wrong', pin }))).toEqual(['password: wrong']);
    await expect(admin.auth.setPin({ password: 'aliquot-demo', pin: '1234' })).rejects.toThrow('Too easy');
    await admin.auth.setPin({ password: 'aliquot-demo', pin });
    expect(await admin.auth.pin()).toEqual({ hasPin: true });
    expect(await lastAction()).toMatchObject({ action: 'staff.pinSet', text: 'Mariam Haddad set the own signing PIN' });
    const { rows } = await admin.staff.list({});
    expect(rows.find(({ id }) => id === adminId)).toMatchObject({ hasPin: true });
    expect(JSON.stringify(rows)).not.toMatch(/scrypt|pinHash|passwordHash/);
    const stored = test.lab.kernel.reads().need('directory', adminId);
    expect(JSON.stringify(stored)).not.toContain(`"${pin}"`);
    expect(stored).toMatchObject({ pinHash: expect.stringMatching(/^scrypt\$/) });
  });

  it('stays when the colleague is changed', async () => {
    const person = (await admin.staff.list({})).rows.find(({ id }) => id === adminId);
    if (!person) throw new Error('no administrator');
    const { id, rev, username, fullName, roleIds, active } = person;
    await admin.staff.save({ id, rev, username, fullName, roleIds, active, designation: 'Director' });
    expect(await admin.auth.pin()).toEqual({ hasPin: true });
  });
});

describe('approving at another’s desk', () => {
  it('offers who may, with and without PIN', async () => {
    const choices = await desk.bills.approvers();
    expect(choices).toEqual([{ id: adminId, name: 'Mariam Haddad', username: 'admin', hasPin: true }]);
  });

  it('takes the PIN; who approved what is kept on the bill and in the log, and the desk stays logged in', async () => {
    const wanted = await order(40);
    expect(await fieldsOf(() => desk.bills.create(wanted))).toEqual(['discount: approval.discount']);
    const { bill } = await desk.bills.create({ ...wanted, approver: { staffId: adminId, pin } });
    expect(bill.approvals).toMatchObject([{ kind: 'discount', by: adminId, name: 'Mariam Haddad' }]);
    expect(bill.createdBy).toBe(await deskId());
    const entries = (await admin.activity.list({ limit: 5 })).rows;
    expect(entries.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(new RegExp(`^Mariam Haddad approved on bill ${bill.number}: Discount`)),
    );
    expect(JSON.stringify(entries)).not.toContain(pin);
    expect((await desk.auth.me()).name).toBe('Jocelyn Reyes');
  });

  it('lets reception refund and cancel, which its role may not alone', async () => {
    const { bill } = await desk.bills.create(await order(0));
    const paid = await desk.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: bill.totals.net });
    const refund = { id: bill.id, rev: paid._rev, method: 'cash', amount: 100, reason: 'Test not done' } as const;
    expect(await fieldsOf(() => desk.bills.refund(refund))).toEqual(['approver: approval.refund']);
    const approver = { staffId: adminId, pin };
    const refunded = await desk.bills.refund({ ...refund, approver });
    expect(refunded.approvals).toMatchObject([
      { kind: 'refund', name: 'Mariam Haddad', what: /Refund .*1.00.*Test not done/ },
    ]);
    const cancel = { id: bill.id, rev: refunded._rev, reason: 'Ordered twice' };
    expect(await fieldsOf(() => desk.bills.cancel(cancel))).toEqual(['approver: approval.cancellation']);
    const cancelled = await desk.bills.cancel({ ...cancel, approver });
    expect(cancelled.bill).toMatchObject({
      status: 'cancelled',
      approvals: [{ kind: 'refund' }, { kind: 'cancellation' }],
    });
    const again = await admin.bills.create(await order(0));
    const alone = await admin.bills.cancel({ id: again.bill.id, rev: again.bill._rev, reason: 'Ordered twice' });
    expect(alone.bill.approvals).toBeUndefined();
  });

  it('lets reception issue a credit note and give credit back; who allowed it is kept with each', async () => {
    const { bill } = await desk.bills.create(await order(0));
    const paid = await desk.bills.pay({ id: bill.id, rev: bill._rev, method: 'cash', amount: bill.totals.net });
    const lines = [{ lineId: bill.lines[0]?.id ?? '', amount: 500 }];
    const note = { billId: bill.id, rev: paid._rev, lines, reason: 'Charged too much' };
    const before = await desk.bills.account({ patientId: bill.patientId });
    expect(await fieldsOf(() => desk.bills.credit(note))).toEqual(['approver: approval.creditNote']);
    expect(await desk.bills.account({ patientId: bill.patientId })).toEqual(before);
    const approver = { staffId: adminId, pin };
    const { creditNote } = await desk.bills.credit({ ...note, approver });
    expect(creditNote).toMatchObject({
      total: 500,
      createdBy: await deskId(),
      approvals: [
        {
          kind: 'creditNote',
          name: 'Mariam Haddad',
          what: expect.stringMatching(/5\.00 on bill .*: Charged too much$/),
        },
      ],
    });
    expect((await desk.bills.get({ id: bill.id })).creditNotes).toMatchObject([{ approvals: [{ by: adminId }] }]);

    const back = { patientId: bill.patientId, method: 'cash', amount: 500, reason: 'Does not come again' } as const;
    expect(await fieldsOf(() => desk.bills.returnCredit(back))).toEqual(['approver: approval.returnedCredit']);
    // What is wrong with it is told with the question, so that nobody approves what is refused then.
    const tooMuch = { ...back, amount: before.balance + 501, reason: '' };
    expect((await fieldsOf(() => desk.bills.returnCredit(tooMuch))).length).toBe(3);
    const entry = await desk.bills.returnCredit({ ...back, approver });
    expect(entry).toMatchObject({
      entry: 'returned',
      amount: 500,
      approvals: [{ kind: 'returnedCredit', by: adminId }],
    });
    expect((await desk.bills.account({ patientId: bill.patientId })).balance).toBe(before.balance);
    const texts = (await admin.activity.list({ limit: 10 })).rows.map(({ text }) => text);
    expect(texts).toContainEqual(
      expect.stringMatching(new RegExp(`^Mariam Haddad approved on bill ${bill.number}: Credit note of`)),
    );
    expect(texts).toContainEqual(
      expect.stringMatching(/^Mariam Haddad approved for .*5\.00 of credit given back by cash/),
    );

    const alone = await admin.bills.advance({ patientId: bill.patientId, method: 'cash', amount: 700 });
    expect(alone.approvals).toBeUndefined();
    expect((await admin.bills.returnCredit({ ...back, amount: 700 })).approvals).toBeUndefined();
  });

  it('is refused to who has nothing to do with money, whoever approves', async () => {
    const { bill } = await desk.bills.create(await order(0));
    const technician = await test.as('technician');
    const approver = { staffId: adminId, pin };
    const cancel = () => technician.bills.cancel({ id: bill.id, rev: bill._rev, reason: 'no reason', approver });
    expect(await refusalOf(cancel)).toMatchObject({ kind: 'forbidden', permission: 'bill.update' });
    const lines = [{ lineId: bill.lines[0]?.id ?? '', amount: 100 }];
    const credit = () =>
      technician.bills.credit({ billId: bill.id, rev: bill._rev, lines, reason: 'no reason', approver });
    expect(await refusalOf(credit)).toMatchObject({ kind: 'forbidden', permission: 'bill.pay' });
    const giveBack = () =>
      technician.bills.returnCredit({
        ...{ patientId: bill.patientId, method: 'cash' as const, amount: 1, reason: 'no reason' },
        approver,
      });
    expect(await refusalOf(giveBack)).toMatchObject({ kind: 'forbidden', permission: 'bill.pay' });
  });

  it('is refused with a PIN of somebody without the right, without PIN, or switched off', async () => {
    const technician = await test.as('technician');
    const { actorId } = await technician.auth.me();
    const by = async (staffId: string) =>
      fieldsOf(async () => desk.bills.create({ ...(await order(40)), approver: { staffId, pin: '8264' } }));
    expect(await by(actorId)).toEqual(['approver: approval.wrong']);
    await technician.auth.setPin({ password: 'aliquot-demo', pin: '8264' });
    expect(await by(actorId)).toEqual(['discount: approval.discount']);
    expect(await by('nobody')).toEqual(['approver: approval.wrong']);
  });

  it('locks the PIN after wrong ones, however many come at once, and an administrator unlocks it; each wrong one is in the log', async () => {
    const { lockAfterFailures } = await admin.setup.preferences();
    const wanted = await order(40);
    const guess = (tried: string) =>
      refusalOf(() => desk.bills.create({ ...wanted, approver: { staffId: adminId, pin: tried } }));
    const answers = await Promise.all(
      Array.from({ length: lockAfterFailures + 4 }, (_, index) => guess(`820${index}`)),
    );
    const kinds = answers.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'validation')).toHaveLength(lockAfterFailures);
    expect(kinds.filter((kind) => kind === 'busy')).toHaveLength(4);
    expect(await guess(pin)).toMatchObject({ kind: 'busy', message: /Too many wrong PINs/ });
    const entries = (await admin.activity.list({ limit: 20 })).rows.filter(
      ({ action }) => action === 'approval.refused',
    );
    expect(entries).toHaveLength(lockAfterFailures);
    expect(entries[0]).toMatchObject({
      actorName: 'Jocelyn Reyes',
      text: 'Approval as Mariam Haddad refused: wrong PIN',
    });
    // The password still approves, and the log-in is not locked.
    const byPassword = { username: 'admin', password: 'aliquot-demo' };
    expect((await desk.bills.create({ ...wanted, approver: byPassword })).bill.approvals).toHaveLength(1);
    await admin.staff.unlock({ id: adminId });
    expect((await desk.bills.create({ ...wanted, approver: { staffId: adminId, pin } })).bill.approvals).toHaveLength(
      1,
    );
  });

  it('with a wrong password is an error of the approval, not of the session at the desk', async () => {
    const approver = { username: 'admin', password: 'a guess' };
    expect(await fieldsOf(async () => desk.bills.create({ ...(await order(40)), approver }))).toEqual([
      'approver: approval.wrong',
    ]);
  });
});

describe('a PIN that was forgotten', () => {
  it('is taken away by who manages staff; the colleague sets another', async () => {
    const technician = await test.as('technician');
    const { actorId: id } = await technician.auth.me();
    expect(await refusalOf(() => desk.staff.removePin({ id }))).toMatchObject({ kind: 'forbidden' });
    await admin.staff.removePin({ id });
    expect(await lastAction()).toMatchObject({ action: 'staff.pinRemoved', text: /Vikram Deshmukh/ });
    expect(await technician.auth.pin()).toEqual({ hasPin: false });
    expect(await fieldsOf(() => admin.staff.removePin({ id }))).toEqual(['id: pin.none']);
  });
});
