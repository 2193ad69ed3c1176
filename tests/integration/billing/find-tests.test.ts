import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const day = { activeFrom: '2026-01-01', activeTo: '2026-02-28' };

describe('finding a test for an order', () => {
  it('takes code, alias and name, says what is drawn and which tests a profile is', async () => {
    const first = async (text: string) => (await api.bills.findTests({ text }))[0];
    expect(await first('tsh')).toMatchObject({ kind: 'test', code: 'TSH', tests: ['TSH'], typeName: 'Serum' });
    expect(await first('TSH')).toMatchObject({ id: lab.test('TSH'), price: 8500 });
    const id = lab.kernel.change(lab.session, (work) => {
      const profile = { kind: 'profile' as const, code: 'TWO', name: 'Two of them', aliases: [] };
      return work.insert('catalogue', { ...profile, tests: ['CBC', 'TSH'] }).id;
    });
    // Without a price of its own a profile costs what its tests cost.
    expect(await first('two of')).toMatchObject({ id, kind: 'profile', tests: ['CBC', 'TSH'], price: 14_500 });
    expect(await api.bills.findTests({ text: '   ' })).toEqual([]);
  });

  it('shows the price that the order will have: by organisation, insurance, day', async () => {
    const ids = lab.kernel.change(lab.session, (work) => {
      const list = (code: string, amount: number, more: object = {}) =>
        work.insert('catalogue', {
          ...{ kind: 'priceList', code, name: code, currency: 'INR', ...more },
          prices: [{ kind: 'test', code: 'CBC', amount }],
        });
      list('WORKS', 4000, day);
      list('CARE', 3000);
      const organisation = { kind: 'organisation' as const, code: 'W', name: 'Works', priceList: 'WORKS' };
      const insurer = work.insert('directory', { kind: 'insurer', code: 'C', name: 'Care', priceList: 'CARE' });
      const group = { kind: 'insuranceGroup' as const, code: 'C', name: 'C', insurerId: insurer.id };
      return {
        organisationId: work.insert('directory', organisation).id,
        insurerId: insurer.id,
        groupId: work.insert('directory', { ...group, coveragePercent: 80, excludedTests: [] }).id,
      };
    });
    const { insurerId, groupId, organisationId } = ids;
    const policy = { insurerId, groupId, policyNumber: 'C-1', holderRelation: 'self' as const };
    const { id: patientId } = lab.addPatient({ number: 'A-P000009', insurances: [policy] });
    const cost = async (payers: { organisationId?: string; policyNumber?: string }) => {
      const found = (await api.bills.findTests({ text: 'cbc', patientId, ...payers }))[0]?.price;
      const lines = [{ testId: lab.test('CBC') }];
      const { lines: quoted } = await api.bills.quote({ patientId, lines, ...payers });
      expect(found).toBe(quoted[0]?.price);
      return found;
    };
    expect(await cost({})).toBe(6000);
    expect(await cost({ organisationId })).toBe(4000);
    expect(await cost({ policyNumber: 'C-1' })).toBe(3000);
    expect(await cost({ organisationId, policyNumber: 'C-1' })).toBe(3000);
    // A price list that changes, and one that has run out, are noticed at once.
    lab.kernel.change(lab.session, (work) => {
      const [list] = work.find('catalogue', { selector: { kind: { $eq: 'priceList' }, code: { $eq: 'CARE' } } });
      if (list) work.update('catalogue', list, { prices: [{ kind: 'test', code: 'CBC', amount: 3500 }] });
    });
    expect(await cost({ policyNumber: 'C-1' })).toBe(3500);
    lab.clock.advance(90 * 86_400_000);
    api = lab.api();
    expect(await cost({ organisationId })).toBe(6000);
  });

  it('follows each change of the catalogue at once, of whatever kind', async () => {
    const found = async (text: string) => (await api.bills.findTests({ text }))[0];
    expect(await found('cbc')).toMatchObject({ code: 'CBC' });
    lab.kernel.change(lab.session, (work) => {
      const test = work.need('catalogue', lab.test('CBC'));
      if (test.kind === 'test') work.update('catalogue', test, { aliases: [...test.aliases, 'Zebra count'] });
    });
    expect(await found('zebra')).toMatchObject({ code: 'CBC', typeName: 'EDTA whole blood' });
    lab.kernel.change(lab.session, (work) => {
      const test = work.need('catalogue', lab.test('CBC'));
      if (test.kind === 'test') work.update('catalogue', test, { department: 'Night laboratory' });
    });
    expect(await found('zebra')).toMatchObject({ code: 'CBC', department: 'Night laboratory' });
    lab.kernel.change(lab.session, (work) => {
      const [type] = work.find('catalogue', {
        selector: { kind: { $eq: 'specimenType' }, name: { $eq: 'EDTA whole blood' } },
      });
      if (type) work.update('catalogue', type, { name: 'Purple tube' });
    });
    expect(await found('zebra')).toMatchObject({ typeName: 'Purple tube' });
    lab.kernel.change(lab.session, (work) => {
      const test = work.need('catalogue', lab.test('CBC'));
      if (test.kind === 'test') work.update('catalogue', test, { activeTo: '2026-01-31' });
    });
    lab.clock.advance(-90 * 86_400_000);
    api = lab.api();
    expect(await found('zebra')).toMatchObject({ code: 'CBC' });
    lab.clock.advance(90 * 86_400_000);
    api = lab.api();
    expect(await found('zebra')).toBeUndefined();
    lab.kernel.change(lab.session, (work) => {
      const test = work.need('catalogue', lab.test('CBC'));
      if (test.kind === 'test') work.update('catalogue', test, { activeTo: undefined });
    });
    expect(await found('zebra')).toMatchObject({ code: 'CBC' });
  });

  it("charges a package's own price, as it is shown", async () => {
    const { id } = lab.kernel.change(lab.session, (work) =>
      work.insert('catalogue', {
        ...{ kind: 'profile', code: 'WELL', name: 'Wellness package', aliases: ['check up'] },
        ...{ tests: ['CBC', 'TSH'], price: 10_000 },
      }),
    );
    const [found] = await api.bills.findTests({ text: 'check up' });
    expect(found).toMatchObject({ id, kind: 'profile', price: 10_000, tests: ['CBC', 'TSH'] });
    const { totals } = await api.bills.quote({ lines: [{ profileId: id }] });
    expect(totals.gross).toBe(10_000);
  });

  it('needs no statement over the catalogue, whatever is typed', async () => {
    const cost = (text: string) => lab.statementsOf(() => api.bills.findTests({ text, limit: 50 }));
    await cost('a');
    expect(await cost('a')).toBe(await cost('tsh'));
    expect(await cost('a')).toBeLessThan(8);
  });

  it('needs the right to read the catalogue', async () => {
    const stranger = lab.api(permissionNames.filter((name) => name !== 'catalogue.read'));
    expect(await refusalOf(() => stranger.bills.findTests({ text: 'cbc' }))).toMatchObject({ kind: 'forbidden' });
  });
});
