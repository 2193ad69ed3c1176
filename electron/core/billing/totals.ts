import type { BillRange } from '../../../shared/billing/order-input.ts';
import type { BillTotals, PaymentMethod } from '../../../shared/billing/schema.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { type InstantRange, instantRange } from './queries.ts';

/** Sums of the bills registered in a range, in minor units of one currency. */
export interface CurrencyTotals extends BillTotals {
  currency: string;
  /** Bills that stand; cancelled ones are in none of the sums but `paid` and `due`. */
  count: number;
  cancelled: number;
  /** Payments less refunds on these bills, whenever they were made. */
  byMethod: Partial<Record<PaymentMethod, number>>;
}

/**
 * The totals of a range of days, by currency. A month may hold many thousand bills, so the read worker adds them up on its
 * own thread, from the JSON of the documents, over the index on the time of registration.
 */
export async function billTotalsOf(kernel: Kernel, reads: ScopedReads, range: BillRange): Promise<CurrencyTotals[]> {
  const instants = instantRange(range, centreOf(reads).timeZone);
  const [sums, methods] = await Promise.all([
    sumBills(kernel, reads.labId, instants),
    sumMethods(kernel, reads.labId, instants),
  ]);
  return sums.map((row) => {
    const currency = String(row.currency);
    const own = methods.filter((method) => method.currency === currency);
    const number = (name: keyof BillTotals | 'count' | 'cancelled') => Number(row[name] ?? 0);
    return {
      currency,
      count: number('count'),
      cancelled: number('cancelled'),
      gross: number('gross'),
      discount: number('discount'),
      tax: number('tax'),
      net: number('net'),
      paid: number('paid'),
      due: number('due'),
      byMethod: Object.fromEntries(own.map((method) => [String(method.method), Number(method.amount)])),
    };
  });
}

function sumBills(kernel: Kernel, labId: string, { from, to }: InstantRange) {
  const standing = (path: string) =>
    `sum(CASE WHEN status <> 'cancelled' THEN json_extract(data, '$.totals.${path}') ELSE 0 END) AS ${path}`;
  return kernel.readWorker.all(
    `SELECT json_extract(data, '$.currency') AS currency, sum(status <> 'cancelled') AS count,
      sum(status = 'cancelled') AS cancelled, ${['gross', 'discount', 'tax', 'net'].map(standing).join(', ')},
      sum(json_extract(data, '$.totals.paid')) AS paid, sum(json_extract(data, '$.totals.due')) AS due
    FROM ${kernel.database.engine.tableOf('billing')}
    WHERE deleted = 0 AND labId = ? AND kind = 'bill' AND registeredAt >= ? AND registeredAt < ?
    GROUP BY 1 ORDER BY 1`,
    labId,
    from,
    to,
  );
}

function sumMethods(kernel: Kernel, labId: string, { from, to }: InstantRange) {
  const amount = `json_extract(payment.value, '$.amount')`;
  return kernel.readWorker.all(
    `SELECT json_extract(bill.data, '$.currency') AS currency, json_extract(payment.value, '$.method') AS method,
      sum(CASE json_extract(payment.value, '$.kind') WHEN 'payment' THEN ${amount} ELSE -${amount} END) AS amount
    FROM ${kernel.database.engine.tableOf('billing')} AS bill, json_each(bill.data, '$.payments') AS payment
    WHERE bill.deleted = 0 AND bill.labId = ? AND bill.kind = 'bill' AND bill.registeredAt >= ? AND bill.registeredAt < ?
    GROUP BY 1, 2 ORDER BY 1, 2`,
    labId,
    from,
    to,
  );
}
