import { type BillAmounts, billTotals } from './bill-totals.ts';
import type { BillStatus, BillTotals, EntryMethod, Payment } from './schema.ts';

/** What a bill's totals and status follow from. */
export interface Settled extends BillAmounts {
  readonly cancelled: boolean;
}

/**
 * Totals and status of a bill, derived anew from lines, tax and payments at every write and after every merge, never
 * stored on their own authority. Nothing is owed on a cancelled bill, neither by the patient nor by insurer or organisation, so
 * its `due` is what the lab has yet to give back, as a negative amount.
 */
export function settle(bill: Settled): { totals: BillTotals; status: BillStatus } {
  const totals = billTotals(bill);
  if (bill.cancelled) {
    const { insurer: _, organisation: __, ...own } = totals;
    return { totals: { ...own, due: 0 - totals.paid }, status: 'cancelled' };
  }
  if (totals.due <= 0) return { totals, status: 'paid' };
  return { totals, status: totals.paid > 0 ? 'partPaid' : 'open' };
}

/**
 * The refunds that give back all that was paid, each by the method it was paid with, in minor units. Empty when nothing is
 * left to give back.
 */
export function refundsOf(
  payments: readonly Pick<Payment, 'kind' | 'method' | 'amount'>[],
): { method: EntryMethod; amount: number }[] {
  const held = new Map<EntryMethod, number>();
  let left = 0;
  for (const { kind, method, amount } of payments) {
    const signed = kind === 'payment' ? amount : -amount;
    held.set(method, (held.get(method) ?? 0) + signed);
    left += signed;
  }
  const refunds: { method: EntryMethod; amount: number }[] = [];
  for (const [method, balance] of held) {
    const amount = Math.min(balance, left);
    if (amount <= 0) continue;
    refunds.push({ method, amount });
    left -= amount;
  }
  return refunds;
}

/** What is wrong with a bill's money for a person to put right; undefined when nothing is. */
export type MoneyFlag = 'overpaid' | 'overRefunded';

/**
 * Two stations that did not meet may both take the same due, or both give the same payment back. Both entries are kept; more
 * paid than owed is the patient's credit, more given back than came in is due again. Either is shown until it is settled.
 */
export function moneyFlag({ totals }: { totals: Pick<BillTotals, 'paid' | 'due'> }): MoneyFlag | undefined {
  if (totals.paid < 0) return 'overRefunded';
  return totals.due < 0 ? 'overpaid' : undefined;
}
