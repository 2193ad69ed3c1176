import { insurerShare } from './coverage.ts';
import { type Percent, percentOf, sumAmounts } from './money.ts';
import type { BillTotals, Coverage } from './schema.ts';

/** What totals are made of: a bill, or a bill being typed. */
export interface BillAmounts {
  readonly lines: readonly { readonly price: number; readonly discount: number; readonly notCovered?: boolean }[];
  readonly taxPercent: Percent;
  readonly payments: readonly { readonly kind: 'payment' | 'refund'; readonly amount: number }[];
  readonly coverage?: Pick<Coverage, 'coveragePercent' | 'copay' | 'coverageLimit'>;
  readonly onCredit?: boolean;
}

/**
 * The totals of a bill in minor units. `gross` is the sum of prices; the tax is on gross less discount, rounded once for
 * the bill; `net` = gross − discount + tax. Of it the insurer pays its share, an organisation on credit the rest, otherwise
 * the patient; `paid` is payments less refunds; `due` is the patient's part − paid, negative when the lab owes.
 */
export function billTotals(bill: BillAmounts): BillTotals {
  const gross = sumAmounts(bill.lines.map((line) => line.price));
  const discount = sumAmounts(bill.lines.map((line) => line.discount));
  const tax = percentOf(gross - discount, bill.taxPercent);
  const net = gross - discount + tax;
  const insurer = bill.coverage ? insurerShare(bill.lines, bill.taxPercent, net, bill.coverage) : 0;
  const organisation = bill.onCredit ? net - insurer : 0;
  const paid = paidOf(bill.payments);
  return {
    ...{ gross, discount, tax, net },
    ...(insurer > 0 ? { insurer } : {}),
    ...(organisation > 0 ? { organisation } : {}),
    paid,
    due: net - insurer - organisation - paid,
  };
}

/** Payments less refunds. */
export function paidOf(entries: BillAmounts['payments']): number {
  return sumAmounts(entries.map((entry) => (entry.kind === 'payment' ? entry.amount : -entry.amount)));
}
