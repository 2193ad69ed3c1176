import type { z } from 'zod';
import { type BillAmounts, billTotals } from './money.ts';
import type { BillTotals, billStatusSchema, Payment, PaymentMethod } from './schema.ts';

export type BillStatus = z.infer<typeof billStatusSchema>;

/** What a bill's totals and status follow from. */
export interface Settled extends BillAmounts {
  readonly cancelled: boolean;
}

/**
 * Totals and status of a bill, derived anew from lines, tax and payments at every write and after every merge, never
 * stored on their own authority. Nothing is owed on a cancelled bill, so its `due` is what the lab has yet to give back,
 * as a negative amount.
 */
export function settle(bill: Settled): { totals: BillTotals; status: BillStatus } {
  const totals = billTotals(bill);
  if (bill.cancelled) return { totals: { ...totals, due: 0 - totals.paid }, status: 'cancelled' };
  if (totals.due <= 0) return { totals, status: 'paid' };
  return { totals, status: totals.paid > 0 ? 'partPaid' : 'open' };
}

/**
 * The refunds that give back all that was paid, each by the method it was paid with, in minor units. Empty when nothing is
 * left to give back.
 */
export function refundsOf(
  payments: readonly Pick<Payment, 'kind' | 'method' | 'amount'>[],
): { method: PaymentMethod; amount: number }[] {
  const held = new Map<PaymentMethod, number>();
  let left = 0;
  for (const { kind, method, amount } of payments) {
    const signed = kind === 'payment' ? amount : -amount;
    held.set(method, (held.get(method) ?? 0) + signed);
    left += signed;
  }
  const refunds: { method: PaymentMethod; amount: number }[] = [];
  for (const [method, balance] of held) {
    const amount = Math.min(balance, left);
    if (amount <= 0) continue;
    refunds.push({ method, amount });
    left -= amount;
  }
  return refunds;
}
