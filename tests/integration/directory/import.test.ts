import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportKind, readImportTable } from '../../../shared/directory/import.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { refusalOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
});
afterAll(() => test.dispose());

/** A file as the screen reads it: parsed, then given to the core. */
async function load(kind: ImportKind, csv: string, dryRun = false) {
  const table = readImportTable(kind, Papa.parse<string[]>(csv).data);
  const outcome = await admin.directory.import({ kind, rows: table.rows, dryRun });
  return { ...outcome, unknown: table.unknown, tableErrors: table.errors };
}

const doctors = [
  'Code,Name,Speciality,Phone,E-mail,Registration number,Active,Shoe size',
  'IMP-1,"Dr. Rosa, Elder",Cardiology,050 123 4567,rosa@clinic.example,R-1,yes,38',
  'imp-2,Dr. Sam Old,,,,,no,',
  'IMP-3,,,12,,,,',
  ',Nobody,,,,,,',
  'IMP-1,Again,,,,,,',
  'IMP-4,Dr. Wrong,,,not mail,,perhaps,',
  ',,,,,,,',
].join('\r\n');

describe('a file of doctors', () => {
  it('is looked at without a trace: what it would do, and what is wrong in which line', async () => {
    const { engine } = test.lab.kernel.database;
    const before = engine.lastSequence();
    const outcome = await load('doctor', doctors, true);
    expect(engine.lastSequence()).toBe(before);
    expect(outcome).toMatchObject({ created: 2, changed: 0, same: 0, unknown: ['Shoe size'] });
    expect(outcome.tableErrors.map(({ line, field }) => [line, field])).toEqual([
      [5, 'code'],
      [6, 'code'],
    ]);
    expect(outcome.errors.map(({ line, field, message }) => [line, field, message])).toEqual([
      [4, 'name', 'Enter the name'],
      [4, 'phone', 'The phone number is too short'],
      [7, 'active', 'Write "yes" or "no"'],
      [7, 'email', expect.any(String)],
    ]);
  });

  it('stores the good rows in one commit with one entry in the log', async () => {
    const outcome = await load('doctor', doctors);
    expect(outcome).toMatchObject({ created: 2, changed: 0 });
    expect((await admin.activity.list({ limit: 1 })).rows[0]?.text).toBe('Doctors imported: 2 new, 0 changed');
    const [rosa] = await admin.directory.find({ kind: 'doctor', text: 'rosa' });
    expect(await admin.directory.get({ id: rosa?.id ?? '' })).toMatchObject({
      ...{
        code: 'IMP-1',
        fullName: 'Dr. Rosa, Elder',
        phone: '+971501234567',
        registrationNumber: 'R-1',
        active: true,
      },
    });
    expect(await admin.directory.find({ kind: 'doctor', text: 'sam' })).toEqual([]);
  });

  it('read a second time changes nothing; a shorter one keeps what it does not name', async () => {
    expect(await load('doctor', doctors)).toMatchObject({ created: 0, changed: 0, same: 2 });
    const outcome = await load('doctor', 'code,name,phone\nIMP-1,Dr. Rosa Elder,\nIMP-2,Dr. Sam Old,+971501112233');
    expect(outcome).toMatchObject({ created: 0, changed: 2, errors: [] });
    const [rosa] = await admin.directory.find({ kind: 'doctor', text: 'rosa' });
    expect(await admin.directory.get({ id: rosa?.id ?? '' })).toMatchObject({
      ...{ fullName: 'Dr. Rosa Elder', phone: '+971501234567', speciality: 'Cardiology' },
    });
  });

  it('without its headings is refused before a row is read', () => {
    const table = readImportTable('doctor', [
      ['First', 'Second'],
      ['a', 'b'],
    ]);
    expect(table.rows).toEqual([]);
    expect(table.errors.map(({ line, field }) => [line, field])).toEqual([
      [1, 'code'],
      [1, 'name'],
    ]);
  });
});

describe('a file of organisations', () => {
  it('has amounts in the currency of the laboratory, and codes that must exist', async () => {
    const { priceLists } = await admin.directory.references();
    const csv = [
      'code;name;billing;credit_limit;PAYMENT DAYS;price list;allowed tests',
      `ORG-1;Acme;Credit;1,250.50;30;${priceLists[0]?.code};cbc, tsh`,
      'ORG-2;Bad;sometimes;a lot;1000;NOLIST;NOTEST',
    ].join('\n');
    const outcome = await load('organisation', csv);
    expect(outcome).toMatchObject({ created: 1 });
    expect(outcome.errors.map(({ line, field }) => `${line} ${field}`).toSorted()).toEqual([
      '3 allowedTests',
      '3 billing',
      '3 creditLimit',
      '3 paymentDays',
      '3 priceList',
    ]);
    const [acme] = await admin.directory.find({ kind: 'organisation', text: 'ORG-1' });
    expect(await admin.directory.get({ id: acme?.id ?? '' })).toMatchObject({
      ...{ billing: 'credit', creditLimit: 125_050, paymentDays: 30, allowedTests: ['CBC', 'TSH'] },
    });
    const twice = await load('organisation', 'code,name,phone\nORG-4,D,\nORG-4,D,12\n,E,13', true);
    expect(twice).toMatchObject({ created: 1 });
    expect([...twice.tableErrors, ...twice.errors].map(({ line, field }) => `${line} ${field}`).toSorted()).toEqual([
      '3 code',
      '3 phone',
      '4 code',
      '4 phone',
    ]);
    const unknown = await load('organisation', 'code,name,priceList,allowedTests\nORG-3,C,NOLIST,CBC NOTEST', true);
    expect(unknown.errors.map(({ field }) => field)).toEqual(['priceList', 'allowedTests']);
  });

  it('can be what the list on the screen exported', async () => {
    const csv = [
      '\uFEFFCode,Name,Contact person,Phone,E-mail,Billing,Credit limit,Price list,In use',
      'ORG-1,Acme,,\'+971 4 399 1111,lab@acme.example,On an invoice,"1,250.50",,No',
    ].join('\r\n');
    expect(await load('organisation', csv)).toMatchObject({ created: 0, changed: 1, errors: [], unknown: [] });
    const { rows } = await admin.directory.list({ kind: 'organisation', text: 'acme', active: false });
    expect(rows).toMatchObject([{ phone: '+97143991111', billing: 'credit', creditLimit: 125_050, active: false }]);
  });

  it('costs as many statements for 250 rows as for 10, and is refused to a role without the right', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ line: n + 2, cells: { code: `S${n}`, name: `Some ${n}` } }));
    const cost = async (count: number) => {
      const context = await test.context('admin');
      const caller = test.lab.router.createCaller(context);
      await caller.directory.import({ kind: 'organisation', rows: rows(count), dryRun: true });
      return context.counter.statements;
    };
    await cost(10);
    expect(await cost(250)).toBe(await cost(10));
    const reception = await test.as('reception');
    const refused = () => reception.directory.import({ kind: 'organisation', rows: rows(1), dryRun: true });
    expect(await refusalOf(refused)).toMatchObject({ kind: 'forbidden', permission: 'directory.update' });
  });
});
