import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueOf, priceChainOf } from '../../../electron/core/catalogue/index.ts';
import { demoCatalogue } from '../../../electron/demo/data/index.ts';
import { priceOf } from '../../../shared/billing/prices.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const codesOf = (kind: string) =>
  demoCatalogue
    .filter((entry) => entry.kind === kind)
    .map((entry) => entry.code)
    .toSorted();

describe('the catalogue', () => {
  it('lists every test in force with its price and specimen type', async () => {
    const rows = await api.catalogue.tests();
    expect(rows.map(({ code }) => code)).toEqual(codesOf('test'));
    expect(rows.find(({ code }) => code === 'CBC')).toMatchObject({
      id: lab.test('CBC'),
      specimenType: 'EDTA',
      typeName: 'EDTA whole blood',
      price: 6000,
      parameterCount: 24,
    });
    expect((await api.catalogue.parameters()).map(({ code }) => code)).toEqual(codesOf('parameter'));
    expect((await api.catalogue.specimenTypes()).map(({ code }) => code)).toEqual(codesOf('specimenType'));
  });

  it('joins a test to its parameters in the order of the report, and to their ranges', async () => {
    const { test, parameters, ranges, price } = await api.catalogue.test({ id: lab.test('LIPID') });
    expect(parameters.map(({ code }) => code)).toEqual(test.parameters.map(({ parameter }) => parameter));
    expect(price).toBe(12_000);
    expect(Object.keys(ranges).every((code) => parameters.some((one) => one.code === code))).toBe(true);
    expect(Object.keys(ranges).length).toBeGreaterThan(0);
    expect(await refusalOf(() => api.catalogue.test({ id: lab.parameter('HGB') }))).toMatchObject({ kind: 'notFound' });
  });

  it('is there for a day: ranges, prices and tests that are in force on it', () => {
    lab.kernel.change(lab.session, (work) => {
      const [ranges] = work.find('catalogue', { selector: { kind: { $eq: 'referenceRanges' }, code: { $eq: 'TSH' } } });
      const [list] = work.find('catalogue', { selector: { kind: { $eq: 'priceList' } } });
      if (ranges?.kind !== 'referenceRanges' || list?.kind !== 'priceList') throw new Error('the demo has both');
      work.update('catalogue', ranges, { activeTo: '2025-12-31' });
      work.insert('catalogue', {
        ...{ kind: 'referenceRanges', code: 'TSH-2026', parameter: 'TSH', activeFrom: '2026-01-01' },
        ranges: [{ sex: 'any', ageFromDays: 0, low: '0.3', high: '4.5' }],
      });
      work.update('catalogue', list, { activeTo: '2025-12-31' });
      work.insert('catalogue', {
        ...{ kind: 'priceList', code: 'ABROAD', name: 'In another currency', currency: 'USD' },
        prices: [{ kind: 'test', code: 'TSH', amount: 100 }],
      });
      work.insert('catalogue', {
        ...{ kind: 'priceList', code: 'WALKIN-2026', name: 'From 2026', currency: 'INR', activeFrom: '2026-01-01' },
        prices: [{ kind: 'test', code: 'TSH', amount: 9000 }],
      });
    });
    const on = (day?: string) => {
      const found = catalogueOf(lab.kernel.reads(), { testIds: [lab.test('TSH')], on: day });
      const chain = priceChainOf(lab.kernel.reads(), {}, day);
      return [priceOf(chain, 'test', 'TSH')?.amount, found.ranges.get('TSH')?.map((range) => range.low)];
    };
    const [oldPrice, oldRanges] = on('2025-12-31');
    expect(oldPrice).toBe(8500);
    expect(oldRanges).not.toContain('0.3');
    expect(on('2026-01-01')).toEqual([9000, ['0.3']]);
    expect(on()).toEqual([9000, ['0.3']]);
  });

  it('needs as many statements for all tests as for one', () => {
    const statements = (codes: readonly string[]) => {
      const counter = { statements: 0, rows: 0 };
      lab.kernel.database.cache.clear();
      lab.kernel.database.engine.counted(counter, () =>
        catalogueOf(lab.kernel.reads(), { testIds: codes.map((code) => lab.test(code)), on: '2026-01-05' }),
      );
      return counter.statements;
    };
    expect(statements(codesOf('test'))).toBe(statements(['CBC']));
    expect(statements(['CBC'])).toBeLessThanOrEqual(8);
  });

  it('needs its right', async () => {
    const stranger = lab.api(permissionNames.filter((name) => name !== 'catalogue.read'));
    for (const call of [
      () => stranger.catalogue.tests(),
      () => stranger.catalogue.parameters(),
      () => stranger.catalogue.specimenTypes(),
      () => stranger.catalogue.test({ id: lab.test('CBC') }),
    ]) {
      expect(await refusalOf(call)).toMatchObject({ kind: 'forbidden', permission: 'catalogue.read' });
    }
  });
});
