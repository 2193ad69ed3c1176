import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billTotals } from '../../../shared/billing/bill-totals.ts';
import {
  allocate,
  currencyDigits,
  formatAmount,
  formatMoney,
  parseMoney,
  percentOf,
  roundMinor,
  spreadDiscount,
  sumAmounts,
} from '../../../shared/billing/money.ts';

const amount = fc.integer({ min: 0, max: 100_000_000_000 });
const percent = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000);
const line = fc
  .tuple(amount, fc.integer({ min: 0, max: 1000 }))
  .map(([price, share]) => ({ price, discount: percentOf(price, share / 10) }));
const payment = fc.record({ kind: fc.constantFrom('payment' as const, 'refund' as const), amount });

describe('rounding', () => {
  it.each([
    ['0.5', 1],
    ['-0.5', -1],
    ['2.5', 3],
    ['2.4999999999999999999', 2],
    ['-2.5', -3],
    ['-0.4', 0],
  ])('%s is %i', (value, expected) => {
    expect(Object.is(roundMinor(new Decimal(value)), expected)).toBe(true);
  });

  it('throws beyond exact integers', () => {
    expect(() => roundMinor(new Decimal('1e16'))).toThrow(RangeError);
  });
});

describe('a percentage', () => {
  it('is exact where binary fractions are not', () => {
    expect(percentOf(1010, 7.5)).toBe(76);
    expect(percentOf(100_5, '10')).toBe(101);
    expect(percentOf(-1005, 10)).toBe(-101);
    expect(percentOf(33_333, 0.3)).toBe(100);
  });

  it('of a whole is the whole, and rounds as its opposite does', () => {
    fc.assert(
      fc.property(amount, percent, (value, share) => {
        expect(percentOf(value, 100)).toBe(value);
        expect(percentOf(-value, share)).toBe(-percentOf(value, share) + 0);
      }),
    );
  });
});

describe('allocation', () => {
  it('gives the odd units to the largest remainders', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(1000, [1, 2, 4])).toEqual([143, 286, 571]);
    expect(allocate(-5, [1, 1])).toEqual([-3, -2]);
    expect(allocate(7, [0, 0])).toEqual([4, 3]);
    expect(allocate(0, [3, 4])).toEqual([0, 0]);
  });

  it('never loses or makes a minor unit and is fair to less than one', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), weights, (value, shares) => {
        const parts = allocate(value, shares);
        expect(sumAmounts(parts)).toBe(value);
        const whole = shares.reduce((sum, share) => sum + share, 0);
        if (whole === 0) return;
        parts.forEach((part, index) => {
          const fair = new Decimal(value).times(shares[index] ?? 0).dividedBy(whole);
          expect(fair.minus(part).abs().lessThan(1)).toBe(true);
        });
      }),
    );
  });

  it('refuses no parts and negative weights', () => {
    expect(() => allocate(1, [])).toThrow(RangeError);
    expect(() => allocate(1, [1, -1])).toThrow(RangeError);
  });
});

describe('a discount on the whole bill', () => {
  it('is rounded once and spread over the lines', () => {
    expect(spreadDiscount([6000, 12_000, 19_500], { percent: 10 })).toEqual([600, 1200, 1950]);
    expect(spreadDiscount([333, 333, 334], { amount: 100 })).toEqual([33, 33, 34]);
  });

  it('never takes more from a line than it costs', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 20 }), percent, (prices, share) => {
        const parts = spreadDiscount(prices, { percent: share });
        expect(sumAmounts(parts)).toBe(percentOf(sumAmounts(prices), share));
        parts.forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(prices[index] ?? 0);
        });
      }),
    );
  });

  it('lies between nothing and the bill', () => {
    expect(() => spreadDiscount([100], { amount: 101 })).toThrow(RangeError);
    expect(() => spreadDiscount([100], { amount: -1 })).toThrow(RangeError);
    expect(() => spreadDiscount([100], { percent: 101 })).toThrow(RangeError);
  });
});

describe('the totals of a bill', () => {
  it('are those of the receipt', () => {
    const bill = {
      lines: [
        { price: 6000, discount: 600 },
        { price: 12_000, discount: 0 },
      ],
      taxPercent: 5,
      payments: [
        { kind: 'payment' as const, amount: 10_000 },
        { kind: 'refund' as const, amount: 500 },
      ],
    };
    expect(billTotals(bill)).toEqual({ gross: 18_000, discount: 600, tax: 870, net: 18_270, paid: 9500, due: 8770 });
  });

  it('add up whatever happened', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        percent,
        fc.array(payment, { maxLength: 30 }),
        (lines, taxPercent, payments) => {
          const totals = billTotals({ lines, taxPercent, payments });
          expect(totals.gross - totals.discount + totals.tax).toBe(totals.net);
          expect(totals.paid + totals.due).toBe(totals.net);
          expect(totals.gross).toBe(lines.reduce((sum, { price }) => sum + price, 0));
          const settled = billTotals({
            lines,
            taxPercent,
            payments: [
              ...payments,
              totals.due < 0
                ? { kind: 'refund' as const, amount: -totals.due }
                : { kind: 'payment' as const, amount: totals.due },
            ],
          });
          expect(settled.due).toBe(0);
        },
      ),
    );
  });

  it('do not depend on the order of lines and payments', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), fc.array(payment, { maxLength: 10 }), (lines, payments) => {
        const forth = billTotals({ lines, taxPercent: 7.5, payments });
        const back = billTotals({ lines: lines.toReversed(), taxPercent: 7.5, payments: payments.toReversed() });
        expect(back).toEqual(forth);
      }),
    );
  });
});

describe('money as written', () => {
  it.each([
    [123_450, 'EUR', 'de-DE', '1.234,50 €'],
    [123_450, 'AED', 'en-GB', 'AED 1,234.50'],
    [1234, 'JPY', 'en-US', '¥1,234'],
    [1234, 'KWD', 'en-US', 'KWD 1.234'],
    [12_345_678, 'INR', 'en-IN', '₹1,23,456.78'],
    [-50, 'USD', 'en-US', '-$0.50'],
    [9_007_199_254_740_991, 'USD', 'en-US', '$90,071,992,547,409.91'],
  ])('%i %s in %s is %s', (value, currency, locale, expected) => {
    const written = formatMoney({ amount: value, currency }, locale);
    expect(written.replace(/[\u00a0\u202f]/g, ' ')).toBe(expected);
  });

  it('knows the minor units of ISO 4217', () => {
    expect(['EUR', 'JPY', 'KWD', 'CLF'].map(currencyDigits)).toEqual([2, 0, 3, 4]);
  });

  it('reads back what it writes', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'KWD', 'INR', 'AED');
    const locales = fc.constantFrom('en-GB', 'de-DE', 'fr-FR', 'en-IN', 'pt-BR', 'de-CH');
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        currencies,
        locales,
        (value, currency, locale) => {
          expect(parseMoney(formatAmount({ amount: value, currency }, locale), currency, locale)).toBe(value);
        },
      ),
    );
  });

  it.each(['', 'ten', '1.2.3', '12.345', '1e5', '99999999999999999'])('"%s" is no amount', (text) => {
    expect(parseMoney(text, 'AED', 'en-GB')).toBeNull();
  });

  it('reads what people type', () => {
    expect(parseMoney(' 60 ', 'AED', 'en-GB')).toBe(6000);
    expect(parseMoney('60.5', 'AED', 'en-GB')).toBe(6050);
    expect(parseMoney('1,250.00', 'AED', 'en-GB')).toBe(125_000);
    expect(parseMoney('60,5', 'EUR', 'de-DE')).toBe(6050);
  });
});
