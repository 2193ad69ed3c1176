import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Matcher } from '../../../electron/core/results/matching.ts';
import type { ReportInput } from '../../../shared/documents/schema.ts';
import { fieldsOf, type OrderApi, type OrderLab, openOrderLab } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const order = (pregnancy: { weeks?: number } | undefined, ...codes: string[]) =>
  api.bills.create({
    patientId: lab.patient.id,
    lines: codes.map((code) => ({ testId: lab.test(code) })),
    ...(pregnancy ? { pregnancy } : {}),
  });
const report = (id: string | undefined) => lab.kernel.reads().need('reports', id ?? '');
const enter = async (id: string | undefined, value: string) => {
  const { id: reportId, _rev: rev, values } = report(id);
  return api.reports.enter({ id: reportId, rev, values: [{ parameterId: values[0]?.parameterId ?? '', value }] });
};

describe('the order of a pregnant woman', () => {
  it('has the ranges of her trimester, on the report and for what is entered', async () => {
    const { reports, bill } = await order({ weeks: 10 }, 'TSH');
    expect(bill.pregnancy).toEqual({ weeks: 10 });
    const [id] = reports.map((one) => one.id);
    expect(report(id).values[0]?.rangeText).toBe('0.10 – 2.50');
    expect((await enter(id, '2.8')).values[0]).toMatchObject({ flag: 'H', rangeText: '0.10 – 2.50' });
    const other = await order({ weeks: 20 }, 'TSH');
    expect((await enter(other.reports[0]?.id, '2.8')).values[0]).toMatchObject({ flag: '', rangeText: '0.20 – 3.00' });
    await api.reports.pdf({ ids: [id ?? ''] });
    expect((lab.tray.printed.at(-1) as ReportInput).pregnancy).toEqual({ weeks: 10 });
  });

  it('without weeks, or without a pregnancy, has the ranges of everybody', async () => {
    const plain = report((await order(undefined, 'TSH')).reports[0]?.id);
    expect(plain.pregnancy).toBeUndefined();
    expect(plain.values[0]?.rangeText).not.toBe('0.10 – 2.50');
    const unknown = report((await order({}, 'TSH')).reports[0]?.id);
    expect(unknown.pregnancy).toEqual({});
    expect(unknown.values[0]?.rangeText).toBe(plain.values[0]?.rangeText);
  });

  it('counts for tests that are added later', async () => {
    const { bill } = await order({ weeks: 30 }, 'CBC');
    const updated = await api.bills.update({ id: bill.id, rev: bill._rev, add: [{ testId: lab.test('TSH') }] });
    expect(report(updated.lines[1]?.reportIds[0]).values[0]?.rangeText).toBe('0.30 – 3.00');
  });

  it('counts for what an analyzer sends', async () => {
    const { reports, specimens } = await order({ weeks: 10 }, 'TSH');
    await api.specimens.receive({ ids: specimens.map(({ id }) => id) });
    lab.kernel.change(lab.session, (work) =>
      work.insert('setup', {
        kind: 'codeMap',
        deviceId: 'cobas',
        entries: [{ deviceCode: 'TSH', parameterId: lab.parameter('TSH'), factor: '1' }],
      }),
    );
    const result = {
      ...{ kind: 'patient' as const, deviceId: 'cobas', sampleId: specimens[0]?.accession ?? '', code: 'TSH' },
      ...{ value: { kind: 'numeric' as const, number: '2.8' }, unit: undefined },
    };
    const now = new Date(lab.clock.now()).toISOString();
    const match = new Matcher(lab.kernel.reads(), now, [result]).match(result);
    expect(match).toMatchObject({ reportId: reports[0]?.id, state: 'pending', flag: 'H', rangeText: '0.10 – 2.50' });
  });

  it('is refused for a man, a child and a woman of old age, and for weeks that there are not', async () => {
    const refused = (change: object) => {
      const { id } = lab.addPatient(change);
      return fieldsOf(() => api.bills.create({ patientId: id, lines: [{ testId: lab.test('TSH') }], pregnancy: {} }));
    };
    expect(await refused({ number: 'A-P000201', sex: 'male' })).toEqual(['pregnancy: pregnancy.patient']);
    const born = (date: string) => ({ birth: { date, precision: 'exact' } });
    expect(await refused({ number: 'A-P000202', ...born('2020-01-01') })).toEqual(['pregnancy: pregnancy.patient']);
    expect(await refused({ number: 'A-P000203', ...born('1950-01-01') })).toEqual(['pregnancy: pregnancy.patient']);
    await expect(order({ weeks: 50 }, 'TSH')).rejects.toThrow('Completed weeks');
  });
});

describe('who has to be minded', () => {
  it('is told in the lists of specimens and on the collection list', async () => {
    const child = lab.addPatient({
      ...{ number: 'A-P000301', fullName: 'Omar Haddad', warning: 'Faints when blood is drawn' },
      birth: { date: '2020-01-01', precision: 'exact' },
    });
    const { specimens } = await api.bills.create({ patientId: child.id, lines: [{ testId: lab.test('CBC') }] });
    const { rows } = await api.specimens.list({ text: specimens[0]?.accession });
    expect(rows).toMatchObject([{ warning: 'Faints when blood is drawn', minorAlone: true }]);
    await api.specimens.collectionList();
    expect(JSON.stringify(lab.tray.printed.at(-1))).toContain(
      '! Faints when blood is drawn\\n! Minor without a guardian',
    );
  });
});
