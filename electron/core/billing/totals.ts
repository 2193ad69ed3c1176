import type { BillRange } from '../../../shared/billing/order-input.ts';
import type { BillTotals } from '../../../shared/billing/schema.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { instantRange } from './queries.ts';

/** Sums of the bills registered in a range, in minor units of one currency. */
export interface CurrencyTotals extends BillTotals {
  currency: string;
  /** Bills that stand; cancelled ones are in none of the sums but `paid` and `due`. */
  count: number;
  cancelled: number;
}

/**
 * The totals of a range of days, by currency. A month may hold many thousand bills, so the read worker adds them up on its
 * own thread, from the columns of the index on the time of registration alone.
 */
export async function billTotalsOf(kernel: Kernel, reads: ScopedReads, range: BillRange): Promise<CurrencyTotals[]> {
  const { from, to } = instantRange(range, centreOf(reads).timeZone);
  const standing = (name: keyof BillTotals) =>
    `sum(CASE WHEN status <> 'cancelled' THEN "totals.${name}" ELSE 0 END) AS ${name}`;
  const rows = await kernel.readWorker.all(
    `SELECT currency, sum(status <> 'cancelled') AS count, sum(status = 'cancelled') AS cancelled,
      ${standing('gross')}, ${standing('discount')}, ${standing('tax')}, ${standing('net')},
      sum("totals.paid") AS paid, sum("totals.due") AS due
    FROM ${kernel.database.engine.tableOf('billing')}
    WHERE deleted = 0 AND labId = ? AND kind = 'bill' AND registeredAt >= ? AND registeredAt < ?
    GROUP BY currency ORDER BY currency`,
    reads.labId,
    from,
    to,
  );
  return rows.map((row) => ({
    currency: String(row.currency),
    count: Number(row.count),
    cancelled: Number(row.cancelled),
    gross: Number(row.gross),
    discount: Number(row.discount),
    tax: Number(row.tax),
    net: Number(row.net),
    paid: Number(row.paid),
    due: Number(row.due),
  }));
}
