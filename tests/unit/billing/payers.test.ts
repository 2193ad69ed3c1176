import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withinDiscountLimit } from '../../../shared/billing/approval.ts';
import { insurerShare } from '../../../shared/billing/coverage.ts';
import { type PriceChain, priceChain, priceOf, profilePrices } from '../../../shared/billing/prices.ts';
import { moneyFlag, settle } from '../../../shared/billing/settle.ts';

const amount = fc.integer({ min: 0, max: 5_000_000 });
const line = amount.chain((price) =>
  fc.record({
    price: fc.constant(price),
    discount: fc.integer({ min: 0, max: price }),
    notCovered: fc.boolean(),
  }),
);
const lines = fc.array(line, { minLength: 1, maxLength: 10 });
const coverage = fc.record(
  { coveragePercent: fc.integer({ min: 0, max: 100 }), copay: amount, coverageLimit: amount },
  { requiredKeys: ['coveragePercent'] },
);

describe('who pays a bill', () => {
  it('the parts of patient, insurer and organisation are the whole, none negative', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 30 }), coverage, fc.boolean(), (priced, tax, group, onCredit) => {
        const bill = { lines: priced, taxPercent: tax, coverage: group, onCredit, payments: [], cancelled: false };
        const { totals } = settle(bill);
        const insurer = totals.insurer ?? 0;
        const organisation = totals.organisation ?? 0;
        expect(insurer + organisation + totals.due).toBe(totals.net);
        for (const part of [insurer, organisation, totals.due]) expect(part).toBeGreaterThanOrEqual(0);
        if (onCredit) expect(totals.due).toBe(0);
        const cancelled = settle({ ...bill, cancelled: true }).totals;
        expect([cancelled.insurer, cancelled.organisation, cancelled.due]).toEqual([undefined, undefined, 0]);
      }),
    );
  });

  it('the insurer pays at most its limit, its share of what is covered, and leaves the copay', () => {
    fc.assert(
      fc.property(lines, coverage, (priced, group) => {
        const net = priced.reduce((sum, one) => sum + one.price - one.discount, 0);
        const share = insurerShare(priced, 0, net, group);
        const covered = priced.filter((one) => !one.notCovered).reduce((sum, one) => sum + one.price - one.discount, 0);
        expect(share).toBeLessThanOrEqual(Math.ceil((covered * group.coveragePercent) / 100));
        expect(share).toBeLessThanOrEqual(group.coverageLimit ?? net);
        expect(net - share).toBeGreaterThanOrEqual(Math.min(group.copay ?? 0, net));
      }),
    );
  });

  it('knows an example with tax, copay and an excluded test', () => {
    const priced = [
      { price: 10_000, discount: 1000 },
      { price: 5000, discount: 0, notCovered: true },
    ];
    // 90.00 covered with 5 % tax is 94.50; 80 % of it is 75.60.
    expect(insurerShare(priced, 5, 14_700, { coveragePercent: 80 })).toBe(7560);
    expect(insurerShare(priced, 5, 14_700, { coveragePercent: 80, coverageLimit: 7000 })).toBe(7000);
    expect(insurerShare(priced, 5, 14_700, { coveragePercent: 80, copay: 10_000 })).toBe(4700);
    expect(insurerShare(priced, 5, 14_700, { coveragePercent: 80, copay: 99_999 })).toBe(0);
  });

  it('more paid than owed is a flag, and more given back than came in', () => {
    expect(moneyFlag({ totals: { paid: 100, due: 0 } })).toBeUndefined();
    expect(moneyFlag({ totals: { paid: 200, due: -100 } })).toBe('overpaid');
    expect(moneyFlag({ totals: { paid: -100, due: 200 } })).toBe('overRefunded');
  });
});

const list = (code: string, prices: Record<string, number>, more: object = {}) => ({
  kind: 'priceList' as const,
  ...{ id: code, code, name: code, currency: 'INR', createdAt: `2026-01-0${code.length}T00:00:00.000Z` },
  prices: Object.entries(prices).map(([key, value]) => {
    const [kind, name = ''] = key.split('/');
    return { kind: kind as 'test' | 'profile', code: name, amount: value };
  }),
  ...more,
});

describe('the price of a test', () => {
  const lists = [
    list('WALK', { 'test/CBC': 600, 'test/TSH': 850, 'test/CRP': 400 }),
    list('BRANCH', { 'test/CBC': 580 }),
    list('ORGANISE', { 'test/CBC': 500, 'test/TSH': 700 }),
    list('GROUP', { 'test/CBC': 450 }, { activeFrom: '2026-02-01' }),
  ];
  const codes = { insuranceGroup: 'GROUP', organisation: 'ORGANISE', branch: 'BRANCH' };
  const on = (day: string, code: string) => {
    const found = priceOf(priceChain(lists, codes, 'INR', day), 'test', code);
    return found && [found.amount, found.source, found.list];
  };

  it('is the nearest that is in force, test by test', () => {
    expect(on('2026-02-01', 'CBC')).toEqual([450, 'insuranceGroup', 'GROUP']);
    expect(on('2026-01-31', 'CBC')).toEqual([500, 'organisation', 'ORGANISE']);
    expect(on('2026-02-01', 'TSH')).toEqual([700, 'organisation', 'ORGANISE']);
    expect(on('2026-02-01', 'CRP')).toEqual([400, 'standard', 'WALK']);
    expect(on('2026-02-01', 'NONE')).toBeUndefined();
  });

  it('is of the newest edition of a list, and never in another currency', () => {
    const editions = [
      list('WALK', { 'test/CBC': 600 }, { activeTo: '2026-01-31' }),
      list('WALK', { 'test/CBC': 650 }, { id: 'two', activeFrom: '2026-02-01' }),
      list('WALK', { 'test/CBC': 640 }, { id: 'three', activeFrom: '2026-01-15', version: 2 }),
      list('USD', { 'test/CBC': 9 }, { currency: 'USD', createdAt: '2025-01-01T00:00:00.000Z' }),
    ];
    const at = (day: string) => priceOf(priceChain(editions, {}, 'INR', day), 'test', 'CBC')?.amount;
    expect([at('2026-01-10'), at('2026-01-20'), at('2026-03-01')]).toEqual([600, 640, 640]);
  });

  it('of a profile is split over its tests exactly', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 12 }), amount, (prices, whole) => {
        const tests = prices.map((_, index) => `T${index}`);
        const amounts = new Map(prices.map((price, index) => [`test/T${index}`, price]));
        amounts.set('profile/P', whole);
        const chain: PriceChain = [{ source: 'standard', list: 'WALK', amounts }];
        const parts = profilePrices(chain, 'P', tests, undefined).map((price) => price?.amount ?? -1);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('of a profile is that of its tests where a nearer list names one of them', () => {
    const all = [
      list('WALK', { 'test/CBC': 600, 'test/TSH': 850, 'profile/P': 1000 }),
      list('ORGANISE', { 'test/CBC': 500 }),
    ];
    const parts = (codesOf: object, profile = 'P', own?: number) =>
      profilePrices(priceChain(all, codesOf, 'INR', '2026-01-01'), profile, ['CBC', 'TSH'], own).map(
        (price) => price?.amount,
      );
    expect(parts({})).toEqual([414, 586]);
    expect(parts({ organisation: 'ORGANISE' })).toEqual([500, 850]);
    // A package's own price stands where no list has one, as if it were the standard list's.
    expect(parts({}, 'P', 1)).toEqual([414, 586]);
    expect(parts({}, 'OWN', 1450)).toEqual([600, 850]);
    expect(parts({}, 'OWN', 290)).toEqual([120, 170]);
    expect(parts({ organisation: 'ORGANISE' }, 'OWN', 290)).toEqual([500, 850]);
  });
});

describe("a role's limit of discount", () => {
  it('holds for the bill as a whole and for a line by itself', () => {
    const priced = [
      { price: 10_000, discount: 1000 },
      { price: 10_000, discount: 0 },
    ];
    expect(withinDiscountLimit(priced, [0, 0], 5)).toBe(true);
    expect(withinDiscountLimit(priced, [1000, 0], 5)).toBe(false);
    expect(withinDiscountLimit(priced, [1000, 0], 10)).toBe(true);
    expect(withinDiscountLimit(priced, [0, 0], 4)).toBe(false);
  });
});
