import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import { percentOf } from '../../../shared/billing/money.ts';
import { discountErrors, lineDiscounts, type OrderDiscount } from '../../../shared/billing/order.ts';
import { refundsOf, settle } from '../../../shared/billing/settle.ts';
import { civilMoment } from '../../../shared/patients/age.ts';

const amount = fc.integer({ min: 0, max: 10_000_000 });
const lines = fc.array(
  amount.chain((price) => fc.record({ price: fc.constant(price), discount: fc.integer({ min: 0, max: price }) })),
  { minLength: 1, maxLength: 12 },
);
const payments = fc.array(
  fc.record({
    kind: fc.constantFrom('payment' as const, 'refund' as const),
    method: fc.constantFrom('cash' as const, 'card' as const, 'wallet' as const),
    amount: fc.integer({ min: 1, max: 1_000_000 }),
  }),
  { maxLength: 20 },
);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const paidOf = (entries: readonly { kind: string; amount: number }[]) =>
  sum(entries.map((entry) => (entry.kind === 'payment' ? entry.amount : -entry.amount)));

describe('discounts of an order', () => {
  it('add up to the discount of the bill and of the lines, and never exceed a price', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 100 }), (priced, percent) => {
        const discount: OrderDiscount = { percent, reason: 'a property' };
        expect(discountErrors(priced, discount)).toEqual([]);
        const discounts = lineDiscounts(priced, discount);
        const left = sum(priced.map((line) => line.price - line.discount));
        expect(sum(discounts)).toBe(sum(priced.map((line) => line.discount)) + percentOf(left, percent));
        priced.forEach((line, index) => {
          expect(discounts[index]).toBeGreaterThanOrEqual(line.discount);
          expect(discounts[index]).toBeLessThanOrEqual(line.price);
        });
      }),
    );
  });

  it('are refused exactly when they are more than what they are taken from', () => {
    fc.assert(
      fc.property(lines, amount, (priced, off) => {
        const left = sum(priced.map((line) => line.price - line.discount));
        const codes = discountErrors(priced, { amount: off, reason: 'a property' }).map((error) => error.code);
        expect(codes).toEqual(off > left ? ['discount.aboveBill'] : []);
        if (off <= left) {
          const discounts = lineDiscounts(priced, { amount: off, reason: 'a property' });
          expect(sum(discounts)).toBe(sum(priced.map((line) => line.discount)) + off);
        }
      }),
    );
  });
});

describe('totals and status of a bill', () => {
  it('add up whatever was paid and given back', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 28 }), payments, fc.boolean(), (priced, tax, entries, cancelled) => {
        const { totals, status } = settle({ lines: priced, taxPercent: tax, payments: entries, cancelled });
        expect(totals.net).toBe(totals.gross - totals.discount + totals.tax);
        expect(totals.paid).toBe(paidOf(entries));
        expect(totals.paid + totals.due).toBe(cancelled ? 0 : totals.net);
        if (cancelled) expect(status).toBe('cancelled');
        else if (totals.due <= 0) expect(status).toBe('paid');
        else expect(status).toBe(totals.paid > 0 ? 'partPaid' : 'open');
      }),
    );
  });

  it('are settled by the refunds of a cancellation, by no method more than came in with it', () => {
    fc.assert(
      fc.property(lines, payments, (priced, entries) => {
        const refunds = refundsOf(entries);
        const after = [...entries, ...refunds.map((refund) => ({ kind: 'refund' as const, ...refund }))];
        const { totals } = settle({ lines: priced, taxPercent: 0, payments: after, cancelled: true });
        expect(totals.due).toBe(Math.max(0, -paidOf(entries)));
        for (const refund of refunds) {
          expect(refund.amount).toBeGreaterThan(0);
          const came = paidOf(entries.filter((entry) => entry.method === refund.method));
          expect(refund.amount).toBeLessThanOrEqual(came);
        }
      }),
    );
  });
});

describe('days of the lab', () => {
  const zones = [
    'UTC',
    'Asia/Kolkata',
    'America/New_York',
    'America/Santiago',
    'Africa/Cairo',
    'Asia/Beirut',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'Australia/Lord_Howe',
  ];
  const day = fc
    .integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2035, 0, 1) })
    .map((time) => new Date(time).toISOString().slice(0, 10));

  it('begin with the first minute that is called by their name, and end with the last', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...zones), (date, zone) => {
        const start = Date.parse(startOfDay(date, zone));
        expect(civilMoment(new Date(start), zone).slice(0, 10)).toBe(date);
        expect(civilMoment(new Date(start - 60_000), zone) < date).toBe(true);
        expect(nextDay(date) > date).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('knows a midnight that the clocks leap over', () => {
    expect(startOfDay('2023-04-28', 'Africa/Cairo')).toBe('2023-04-27T22:00:00.000Z');
    expect(startOfDay('2026-01-05', 'Asia/Kolkata')).toBe('2026-01-04T18:30:00.000Z');
  });
});
