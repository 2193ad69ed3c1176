import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { isAccession } from '../../../shared/specimens/accession.ts';
import { fieldsOf, fingerprint, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;

beforeEach(async () => {
  lab = await openOrderLab({ taxPercent: 5 });
});
afterEach(() => lab.dispose());

const without = (...names: string[]) => permissionNames.filter((name) => !names.includes(name));

describe('an order', () => {
  it('makes the bill, a specimen a tube and a report a test, all pointing at each other', async () => {
    const api = lab.api();
    const { bill, specimens, reports } = await api.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('CBC') }, { testId: lab.test('TSH') }, { testId: lab.test('LFT') }],
      referrerId: lab.doctorId,
      organisationId: lab.organisationId,
      diagnoses: [{ code: 'e11.9', title: 'Type 2 diabetes mellitus' }],
    });
    expect(bill).toMatchObject({
      number: 'A-B000001',
      patientId: lab.patient.id,
      registeredOn: '2026-01-05',
      currency: 'INR',
      status: 'open',
      diagnoses: [{ code: 'E11.9', title: 'Type 2 diabetes mellitus' }],
      totals: { gross: 28_500, discount: 0, tax: 1425, net: 29_925, paid: 0, due: 29_925 },
    });
    expect(specimens.map(({ specimenType, testCodes, state }) => ({ specimenType, testCodes, state }))).toEqual([
      { specimenType: 'EDTA', testCodes: ['CBC'], state: 'expected' },
      { specimenType: 'SERUM', testCodes: ['TSH', 'LFT'], state: 'expected' },
    ]);
    expect(specimens.every(({ accession }) => isAccession(accession))).toBe(true);
    expect(new Set(specimens.map(({ accession }) => accession)).size).toBe(2);
    expect(reports.map(({ testCode, state }) => [testCode, state])).toEqual([
      ['CBC', 'ordered'],
      ['TSH', 'ordered'],
      ['LFT', 'ordered'],
    ]);
    for (const [index, line] of bill.lines.entries()) {
      const report = reports[index];
      const specimen = specimens.find(({ id }) => id === line.specimenId);
      expect(line.reportIds).toEqual([report?.id]);
      expect(report?.specimenId).toBe(specimen?.id);
      expect(report?.accession).toBe(specimen?.accession);
      expect(specimen?.reportIds).toContain(report?.id);
      expect(specimen?.billId).toBe(bill.id);
    }
    const shown = await api.bills.get({ id: bill.id });
    expect(shown).toMatchObject({ referrerName: 'Dr. Anil Rao', organisationName: 'Acme Works' });
    expect(shown.specimens.map(({ id }) => id)).toEqual(specimens.map(({ id }) => id));
    expect(shown.reports).toEqual(reports);
    const [entry] = lab.kernel.reads().find('activity', { selector: { action: { $eq: 'bill.created' } } });
    expect(entry).toMatchObject({ patientId: lab.patient.id, subject: { collection: 'billing', id: bill.id } });
    expect(entry?.values).toMatchObject({ number: 'A-B000001', tests: 'CBC, TSH, LFT' });
  });

  it('fills the lines of a report from the catalogue, with the range of this patient', async () => {
    const man = lab.addPatient({ sex: 'male', number: 'A-P000002' });
    const child = lab.addPatient({ number: 'A-P000003', birth: { date: '2024-05-17', precision: 'exact' } });
    const rangeFor = async (patientId: string) => {
      const { reports } = await lab.api().bills.create({ patientId, lines: [{ testId: lab.test('CBC') }] });
      const report = lab.kernel.reads().need('reports', reports[0]?.id ?? '');
      return report.values.find((value) => value.code === 'HGB');
    };
    expect(await rangeFor(lab.patient.id)).toMatchObject({
      parameterId: lab.parameter('HGB'),
      name: 'Haemoglobin',
      loinc: '718-7',
      unit: 'g/dL',
      rangeText: '12.0 – 15.0',
      flag: '',
    });
    expect((await rangeFor(man.id))?.rangeText).toBe('13.0 – 17.0');
    const ofChild = await rangeFor(child.id);
    expect(ofChild).toBeDefined();
    expect(ofChild?.rangeText).toBe('11.1 – 14.1');
    expect(ofChild?.value).toBeUndefined();
  });

  it('costs what the quote said, discounts and first payment included', async () => {
    const api = lab.api();
    const order = {
      lines: [{ testId: lab.test('CBC'), discount: 1000 }, { testId: lab.test('GLUF') }],
      discount: { percent: '10', reason: 'Staff family' },
    };
    const quote = await api.bills.quote(order);
    expect(quote.tubes.map(({ specimenType }) => specimenType)).toEqual(['EDTA', 'FLUORIDE']);
    // 85.00 less 10.00, less 10 % of the 75.00 left, plus 5 % tax.
    expect(quote.totals).toEqual({ gross: 8500, discount: 1750, tax: 338, net: 7088, paid: 0, due: 7088 });
    const { bill } = await api.bills.create({
      ...order,
      patientId: lab.patient.id,
      payment: { method: 'cash', amount: 2000 },
    });
    expect(bill.totals).toEqual({ ...quote.totals, paid: 2000, due: 5088 });
    expect(bill.lines.map(({ discount }) => discount)).toEqual(quote.lines.map(({ discount }) => discount));
    expect(bill).toMatchObject({ status: 'partPaid', discountReason: 'Staff family' });
    expect(bill.payments).toMatchObject([{ kind: 'payment', method: 'cash', amount: 2000 }]);
  });

  it('numbers bills and accessions without a gap, also after refused orders', async () => {
    const api = lab.api();
    const create = (code: string) =>
      api.bills.create({ patientId: lab.patient.id, lines: [{ testId: lab.test(code) }] });
    const first = await create('CBC');
    await refusalOf(() => api.bills.create({ patientId: 'nobody', lines: [{ testId: lab.test('CBC') }] }));
    const second = await create('TSH');
    expect([first.bill.number, second.bill.number]).toEqual(['A-B000001', 'A-B000002']);
    const numbers = [first, second].map(({ specimens }) => specimens[0]?.accession.slice(1, 9));
    expect(numbers).toEqual(['00000001', '00000002']);
  });
});

describe('a refused order', () => {
  it('tells every error at its field at once and leaves nothing behind', async () => {
    const api = lab.api(without('bill.discount'));
    const merged = lab.addPatient({ number: 'A-P000009', mergedInto: lab.patient.id, allowedTests: [lab.test('TSH')] });
    const before = fingerprint(lab.kernel);
    const fields = await fieldsOf(() =>
      api.bills.create({
        patientId: merged.id,
        lines: [
          { testId: lab.test('CBC'), discount: 999_999 },
          { testId: 'no-such-test' },
          { testId: lab.test('TSH') },
          { testId: lab.test('TSH') },
        ],
        diagnoses: [
          { code: 'E11.9', title: 'a' },
          { code: 'E11.9', title: 'b' },
        ],
        referrerId: lab.organisationId,
        organisationId: lab.doctorId,
        discount: { percent: 5, amount: 100, reason: ' ' },
      }),
    );
    expect(fields).toEqual([
      'diagnoses.1.code: diagnosis.twice',
      'discount.percent: discount.twoForms',
      'discount.reason: discount.reason',
      'discount: right',
      'lines.0.discount: discount.abovePrice',
      'lines.0.discount: right',
      'lines.0.testId: test.notAllowed',
      'lines.1.testId: test.missing',
      'lines.3.testId: test.twice',
      'organisationId: organisation.missing',
      'patientId: patient.merged',
      'referrerId: referrer.missing',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('is refused for a test that is over, has no price or misses a part', async () => {
    lab.kernel.change(lab.session, (work) => {
      const change = (code: string, fields: object) =>
        work.update('catalogue', work.need('catalogue', lab.test(code)), fields);
      change('CBC', { activeTo: '2026-01-04' });
      change('TSH', { activeFrom: '2026-01-06' });
      change('LFT', { specimenType: 'NONE' });
      change('RFT', { parameters: [{ parameter: 'NONE' }] });
      const [list] = work.find('catalogue', { selector: { kind: { $eq: 'priceList' } } });
      if (list?.kind === 'priceList') {
        work.update('catalogue', list, { prices: list.prices.filter((price) => price.code !== 'CRP') });
      }
    });
    const codes = ['CBC', 'TSH', 'LFT', 'RFT', 'CRP', 'GLUF'];
    const order = { patientId: lab.patient.id, lines: codes.map((code) => ({ testId: lab.test(code) })) };
    const expected = [
      'lines.0.testId: test.inactive',
      'lines.1.testId: test.inactive',
      'lines.2.testId: test.incomplete',
      'lines.3.testId: test.incomplete',
      'lines.4.testId: test.noPrice',
    ];
    expect(await fieldsOf(() => lab.api().bills.create(order))).toEqual(expected);
    expect(await fieldsOf(() => lab.api().bills.quote(order))).toEqual(expected);
  });

  it('takes no more than is due and needs the right to take money', async () => {
    const order = { patientId: lab.patient.id, lines: [{ testId: lab.test('CBC') }] };
    const payment = { method: 'card' as const, amount: 6301 };
    const pay = (api: ReturnType<OrderLab['api']>) => fieldsOf(() => api.bills.create({ ...order, payment }));
    expect(await pay(lab.api())).toEqual(['payment.amount: payment.aboveDue']);
    expect(await pay(lab.api(without('bill.pay')))).toEqual(['payment.amount: payment.aboveDue', 'payment: right']);
    const { bill } = await lab.api().bills.create({ ...order, payment: { ...payment, amount: 6300 } });
    expect(bill.status).toBe('paid');
  });

  it('tells malformed input by field, unknown keys included', async () => {
    const before = fingerprint(lab.kernel);
    const order = { patientId: lab.patient.id, lines: [{ testId: lab.test('CBC'), discount: -1 }], colour: 'red' };
    await expect(lab.api().bills.create(order)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      cause: { issues: [{ path: ['lines', 0, 'discount'] }, { code: 'unrecognized_keys', keys: ['colour'] }] },
    });
    expect((fingerprint(lab.kernel) as { counters: unknown }).counters).toEqual(
      (before as { counters: unknown }).counters,
    );
  });

  it('needs the right to order', async () => {
    const api = lab.api(without('bill.create'));
    const order = { patientId: lab.patient.id, lines: [{ testId: lab.test('CBC') }] };
    const refusal = { kind: 'forbidden', permission: 'bill.create' };
    expect(await refusalOf(() => api.bills.create(order))).toMatchObject(refusal);
    expect(await refusalOf(() => api.bills.quote(order))).toMatchObject(refusal);
  });
});
