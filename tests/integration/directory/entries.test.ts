import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DirectoryEntry, EntryInput } from '../../../shared/directory/entries.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
});
afterAll(() => test.dispose());

const add = (entry: EntryInput) => admin.directory.save({ entry });
const change = ({ id, _rev }: Stored<DirectoryEntry>, entry: EntryInput) =>
  admin.directory.save({ id, rev: _rev, entry });
const lastAction = async () => (await admin.activity.list({ limit: 1 })).rows[0];

describe('an entry of the directory', () => {
  it('keeps phones as E.164, an e-mail trimmed, and only what was given', async () => {
    const entry = await add({
      kind: 'doctor',
      code: 'dr-rao',
      fullName: ' Dr. Anil Kumar Rao ',
      phone: '050 765 4321',
      email: ' Anil@Clinic.EXAMPLE ',
      address: '',
    });
    expect(entry).toMatchObject({
      code: 'DR-RAO',
      fullName: 'Dr. Anil Kumar Rao',
      phone: '+971507654321',
      email: 'Anil@clinic.example',
    });
    expect(entry).not.toHaveProperty('address');
    expect(await lastAction()).toMatchObject({
      action: 'directory.created',
      text: 'Doctor Dr. Anil Kumar Rao (DR-RAO) added',
      subject: { id: entry.id },
    });
    expect(await admin.directory.get({ id: entry.id })).toEqual(entry);
  });

  it('has a code of its own within its kind', async () => {
    expect(await fieldsOf(() => add({ kind: 'doctor', code: 'DR-RAO', fullName: 'Another' }))).toEqual(['code: taken']);
    // The same letters with other signs are another code, and another kind another list.
    await add({ kind: 'doctor', code: 'DRRAO', fullName: 'Another' });
    await add({ kind: 'insurer', code: 'DR-RAO', name: 'Insurer' });
  });

  it('without a code gets the next of this station', async () => {
    const codes = [
      await add({ kind: 'doctor', code: '', fullName: 'First' }),
      await add({ kind: 'doctor', code: '', fullName: 'Second' }),
      await add({ kind: 'outsourceLab', code: '', name: 'Reference Lab', tests: [] }),
    ].map(({ code }) => code);
    expect(codes).toEqual([
      expect.stringMatching(/-D0001$/),
      expect.stringMatching(/-D0002$/),
      expect.stringMatching(/-L0001$/),
    ]);
  });

  it('is refused with all that is wrong at once', async () => {
    const organisation = {
      ...{ kind: 'organisation' as const, code: 'MARINA-CLINIC', name: 'Twice' },
      ...{ phone: '12', email: 'nobody', priceList: 'NONE', allowedTests: ['CBC', 'NOTEST'] },
    };
    expect(await fieldsOf(() => add(organisation))).toEqual([
      'allowedTests: unknown',
      'code: taken',
      'email: email.invalid',
      'phone: phone.tooShort',
      'priceList: unknown',
    ]);
    const group = { kind: 'insuranceGroup' as const, code: 'G', name: 'Group', coveragePercent: 80 };
    const [doctor] = await admin.directory.find({ kind: 'doctor', text: 'rao' });
    expect(await fieldsOf(() => add({ ...group, insurerId: doctor?.id ?? '' }))).toEqual(['insurerId: unknown']);
    const tests = [
      { test: 'CBC', rate: 100 },
      { test: 'CBC', rate: 200 },
    ];
    expect(await fieldsOf(() => add({ kind: 'outsourceLab', code: 'X', name: 'X', tests }))).toEqual([
      'tests: duplicate',
    ]);
    const refused = await refusalOf(() => add({ ...group, insurerId: 'x', coveragePercent: 101, copay: -1 })).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).toContain('coveragePercent');
  });

  it('is changed field by field: what is left out goes, the log names the fields', async () => {
    const { priceLists } = await admin.directory.references();
    const made = await add({
      ...{ kind: 'organisation', code: 'ACME', name: 'Acme', contactPerson: 'Ms. Bell', billing: 'credit' },
      ...{ creditLimit: 500_000, paymentDays: 30, priceList: priceLists[0]?.code, allowedTests: ['CBC', 'TSH'] },
    });
    const changed = await change(made, {
      ...{ kind: 'organisation', code: 'ACME', name: 'Acme Works', billing: 'credit', creditLimit: 500_000 },
      ...{ priceList: priceLists[0]?.code, allowedTests: [] },
    });
    expect(changed).not.toHaveProperty('contactPerson');
    expect(changed).not.toHaveProperty('allowedTests');
    expect(await lastAction()).toMatchObject({
      text: 'Organisation Acme Works (ACME) changed: name, contactPerson, paymentDays, allowedTests',
    });
    expect(await refusalOf(() => change(made, { kind: 'organisation', code: 'ACME', name: 'Late' }))).toMatchObject({
      kind: 'conflict',
    });
    const before = await admin.activity.list({ limit: 1 });
    await change(changed, {
      ...{ kind: 'organisation', code: 'ACME', name: 'Acme Works', billing: 'credit', creditLimit: 500_000 },
      ...{ priceList: priceLists[0]?.code, active: true },
    });
    expect((await admin.activity.list({ limit: 1 })).rows[0]?.id).toBe(before.rows[0]?.id);
    expect(await refusalOf(() => change(changed, { kind: 'doctor', code: 'ACME', fullName: 'x' }))).toMatchObject({
      kind: 'conflict',
    });
  });

  it('that is switched off stays, is told apart, and is offered no more', async () => {
    const off = await add({ kind: 'insurer', code: 'OLD', name: 'Old Mutual', active: false });
    const find = async (inactive?: boolean) =>
      (await admin.directory.find({ kind: 'insurer', text: 'mutual', inactive })).map(({ code, active }) => [
        code,
        active,
      ]);
    expect(await find()).toEqual([]);
    expect(await find(true)).toEqual([['OLD', false]]);
    const on = await change(off, { kind: 'insurer', code: 'OLD', name: 'Old Mutual', active: true });
    expect(await lastAction()).toMatchObject({ action: 'directory.enabled' });
    expect(await find()).toEqual([['OLD', true]]);
    await change(on, { kind: 'insurer', code: 'OLD', name: 'Old Mutual', active: false });
    expect(await lastAction()).toMatchObject({ action: 'directory.disabled' });
    expect((await admin.directory.list({ kind: 'insurer', active: false })).rows.map(({ code }) => code)).toEqual([
      'OLD',
    ]);
    expect((await admin.directory.list({ kind: 'insurer', active: true })).rows.map(({ code }) => code)).toEqual([
      'DR-RAO',
      'PALM-HEALTH',
    ]);
  });

  it('is not found as a colleague or a role, nor a colleague as an entry', async () => {
    const { rows } = await admin.staff.list({ limit: 1 });
    const id = rows[0]?.id ?? '';
    expect(await refusalOf(() => admin.directory.get({ id }))).toMatchObject({ kind: 'notFound' });
    const [role] = await admin.staff.roles();
    expect(await refusalOf(() => admin.directory.get({ id: role?.id ?? '' }))).toMatchObject({ kind: 'notFound' });
  });

  it('of a group names its insurer in the list', async () => {
    const [insurer] = await admin.directory.find({ kind: 'insurer', text: 'insurer' });
    await add({
      kind: 'insuranceGroup',
      code: 'GOLD',
      name: 'Gold',
      insurerId: insurer?.id ?? '',
      coveragePercent: 90,
    });
    const { rows } = await admin.directory.list({ kind: 'insuranceGroup' });
    const gold = rows.find(({ code }) => code === 'GOLD');
    expect(gold).toMatchObject({ insurerName: 'Insurer', coveragePercent: 90 });
  });
});

describe('finding as one types', () => {
  it('goes by the beginning of the code and of any word of the name, without accents', async () => {
    const find = async (text: string) =>
      (await admin.directory.find({ kind: 'doctor', text })).map(({ code }) => code).toSorted();
    expect(await find('anil k')).toEqual(['DR-RAO']);
    expect(await find('rao dr')).toEqual(['DR-RAO']);
    expect(await find('KUM')).toEqual(['DR-RAO']);
    expect(await find('nunez')).toEqual(['DR-NUNEZ']);
    expect(await find('Núñez pena')).toEqual(['DR-NUNEZ']);
    expect(await find('dr-s')).toEqual(['DR-SCHAEFER']);
    expect(await find('umar')).toEqual([]);
    expect(await find('..')).toEqual([]);
    const [first] = await admin.directory.find({ kind: 'organisation', text: 'mari' });
    expect(first).toEqual({
      ...{ id: first?.id, code: 'MARINA-CLINIC', name: 'Marina Family Clinic', kind: 'organisation', active: true },
    });
    const all = await admin.directory.find({ kind: 'doctor', text: '', limit: 3 });
    expect(all.map(({ code }) => code)).toEqual(all.map(({ code }) => code).toSorted());
    expect(all).toHaveLength(3);
  });

  it('follows a changed name', async () => {
    const made = await add({ kind: 'doctor', code: 'D-MOVE', fullName: 'Before Marriage' });
    await change(made, { kind: 'doctor', code: 'D-MOVE', fullName: 'After Marriage' });
    const find = async (text: string) => (await admin.directory.find({ kind: 'doctor', text })).length;
    expect([await find('before'), await find('after'), await find('marriage')]).toEqual([0, 1, 1]);
  });
});

describe('at thousands of doctors', () => {
  const many = 5000;

  beforeAll(() => {
    const { kernel } = test.lab;
    const doctors = Array.from({ length: many }, (_, n) => ({
      kind: 'doctor' as const,
      code: `N${String(n).padStart(6, '0')}`,
      fullName: `Common Name${n}`,
      active: n % 50 !== 0,
    }));
    kernel.change(kernel.systemSession('test'), (work) => work.insertMany('directory', doctors));
  }, 30_000);

  const cost = async (call: (caller: Caller) => Promise<unknown>) => {
    const context = await test.context('admin');
    const caller = test.lab.router.createCaller(context);
    await call(await test.as('admin'));
    await call(caller);
    return { statements: context.counter.statements, rows: context.counter.rows };
  };

  it('a picker and a page need constant statements and read no more than they show', async () => {
    const calls: Record<string, (caller: Caller, limit: number) => Promise<unknown>> = {
      find: (caller, limit) => caller.directory.find({ kind: 'doctor', text: 'common', limit }),
      findNothing: (caller, limit) => caller.directory.find({ kind: 'doctor', text: '', limit }),
      findOther: (caller, limit) => caller.directory.find({ kind: 'organisation', text: 'mar', limit }),
      list: (caller, limit) => caller.directory.list({ kind: 'doctor', limit }),
      listActive: (caller, limit) => caller.directory.list({ kind: 'doctor', active: true, limit }),
      listOff: (caller, limit) => caller.directory.list({ kind: 'doctor', active: false, limit }),
      listText: (caller, limit) => caller.directory.list({ kind: 'doctor', text: 'name9', limit }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const few = await cost((caller) => call(caller, 5));
      const more = await cost((caller) => call(caller, 50));
      expect(more.statements, name).toBe(few.statements);
      // Session, roles and the like are a handful of rows; the keys and the documents are two rows for each one shown.
      expect(more.rows, name).toBeLessThan(3 * 50 + 30);
    }
  });

  it('pages come in the order of codes, each entry once', async () => {
    const codes: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.directory.list({ kind: 'doctor', active: false, limit: 40, cursor });
      codes.push(...page.rows.map(({ code }) => code));
      cursor = page.nextCursor;
    } while (cursor);
    expect(codes).toEqual(Array.from({ length: 100 }, (_, n) => `N${String(n * 50).padStart(6, '0')}`));
    const deep = Buffer.from(JSON.stringify(['N004990', ''])).toString('base64url');
    const end = await admin.directory.list({ kind: 'doctor', cursor: deep, limit: 50 });
    expect(end.rows.map(({ code }) => code)).toContain('N004999');
    expect(end.nextCursor).toBeUndefined();
  });

  it('a text that fits more than a page says so', async () => {
    const page = await admin.directory.list({ kind: 'doctor', text: 'common', limit: 20 });
    expect([page.rows.length, page.more]).toEqual([20, true]);
    expect((await admin.directory.list({ kind: 'doctor', text: 'name4999', limit: 20 })).more).toBe(false);
  });
});
