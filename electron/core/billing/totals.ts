import { billSumAccount, billSums, takenAccount } from '../../../shared/billing/balances.ts';
import { nextDay } from '../../../shared/billing/days.ts';
import type { BillRange, BillTotalsInput } from '../../../shared/billing/list-input.ts';
import { type BillTotals, type PaymentMethod, paymentMethodSchema } from '../../../shared/billing/schema.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { instantRange, narrowingOf } from './queries.ts';

/** Sums of the bills registered in a range, in minor units of one currency. */
export interface CurrencyTotals extends Required<BillTotals> {
  currency: string;
  /** Bills that stand; cancelled ones are in none of the sums but `paid` and `due`. */
  count: number;
  cancelled: number;
}

/** Money taken less money given back in a range of days, on whatever bills and accounts. */
export interface TakenSum {
  currency: string;
  method: PaymentMethod;
  amount: number;
}

/** The sums of a group of bills in SQL, those of what is owed without cancelled bills. */
export const sumColumns = [
  `sum(status <> 'cancelled') AS count`,
  `sum(status = 'cancelled') AS cancelled`,
  ...billSums.map((name) => {
    const always = name === 'paid' || name === 'due';
    const value = `coalesce("totals.${name}", 0)`;
    return `sum(${always ? value : `CASE WHEN status <> 'cancelled' THEN ${value} ELSE 0 END`}) AS ${name}`;
  }),
].join(', ');

/** A row of `sumColumns`. */
export function sumsOf(row: Record<string, unknown>): Omit<CurrencyTotals, 'currency'> {
  const number = (name: string) => Number(row[name] ?? 0);
  return {
    count: number('count'),
    cancelled: number('cancelled'),
    gross: number('gross'),
    discount: number('discount'),
    tax: number('tax'),
    net: number('net'),
    insurer: number('insurer'),
    organisation: number('organisation'),
    paid: number('paid'),
    due: number('due'),
  };
}

/**
 * The totals of a range of days, by currency, narrowed as the list is. Those of all bills are kept day by day in the very
 * transaction that writes a bill, by the day that stands on it, so that a year is some thousand small rows. Narrowed ones may be
 * of many thousand bills: the read worker adds them up on its own thread. Either is one statement, so that what others commit
 * meanwhile is in all of the sums or in none.
 */
export async function billTotalsOf(
  kernel: Kernel,
  reads: ScopedReads,
  input: BillTotalsInput,
): Promise<CurrencyTotals[]> {
  const range = instantRange(input, centreOf(reads).timeZone);
  const narrowing = narrowingOf(input);
  if (narrowing.length === 0) return keptTotals(kernel, reads, input);
  const conditions = narrowing.map(([column, values]) => `AND ${column} IN (${values.map(() => '?').join(', ')})`);
  const rows = await kernel.readWorker.all(
    `SELECT currency, ${sumColumns}
    FROM ${kernel.database.engine.tableOf('billing')}
    WHERE deleted = 0 AND labId = ? AND kind = 'bill' AND registeredAt >= ? AND registeredAt < ? ${conditions.join(' ')}
    GROUP BY currency ORDER BY currency`,
    ...[reads.labId, range.from, range.to, ...narrowing.flatMap(([, values]) => values)],
  );
  return rows.map((row) => ({ currency: String(row.currency), ...sumsOf(row) }));
}

async function keptTotals(kernel: Kernel, reads: ScopedReads, { from, to }: BillRange): Promise<CurrencyTotals[]> {
  // `bills/<day>/<currency>/<sum>`: day and currency have a fixed length.
  const rows = await kernel.readWorker.all(
    `SELECT substr(account, 18, 3) AS currency, substr(account, 22) AS name, sum(amount) AS amount
    FROM balances WHERE collection = 'billing' AND labId = ? AND account >= ? AND account < ?
    GROUP BY currency, name ORDER BY currency`,
    ...[reads.labId, billSumAccount(from), billSumAccount(nextDay(to))],
  );
  const byCurrency = new Map<string, Record<string, unknown>>();
  for (const { currency, name, amount } of rows) {
    const known = byCurrency.get(String(currency)) ?? {};
    byCurrency.set(String(currency), { ...known, [String(name)]: amount });
  }
  const totals = [...byCurrency].map(([currency, row]) => ({ currency, ...sumsOf(row) }));
  return totals.filter(({ count, cancelled }) => count + cancelled > 0);
}

/** What was taken in a range of days by currency and method, of one person or of all: sums that are kept, not added up. */
export async function takenOf(
  kernel: Kernel,
  reads: ScopedReads,
  { from, to }: BillRange,
  userId?: string,
): Promise<TakenSum[]> {
  const rows = await takenByDay(kernel, reads, { from, to }, userId);
  const total = new Map<string, TakenSum>();
  for (const { currency, method, amount } of rows) {
    const known = total.get(`${currency}/${method}`);
    total.set(`${currency}/${method}`, { currency, method, amount: (known?.amount ?? 0) + amount });
  }
  return [...total.values()].filter(({ amount }) => amount !== 0);
}

/** The same, day by day. */
export async function takenByDay(
  kernel: Kernel,
  reads: ScopedReads,
  { from, to }: BillRange,
  userId?: string,
): Promise<(TakenSum & { day: string })[]> {
  // `taken/<day>/<currency>/<method>/<staff>`: day and currency have a fixed length.
  const rows = await kernel.readWorker.all(
    `SELECT substr(account, 7, 10) AS day, substr(account, 18, 3) AS currency,
      substr(account, 22, instr(substr(account, 22), '/') - 1) AS method, sum(amount) AS amount
    FROM balances WHERE collection = 'billing' AND labId = ? AND account >= ? AND account < ? AND amount <> 0
      AND (?4 = '' OR substr(account, 22 + instr(substr(account, 22), '/')) = ?4)
    GROUP BY day, currency, method ORDER BY day, currency, method`,
    ...[reads.labId, takenAccount(from), takenAccount(nextDay(to)), userId ?? ''],
  );
  return rows.flatMap((row) => {
    const method = paymentMethodSchema.safeParse(row.method);
    if (!method.success) return [];
    return [{ day: String(row.day), currency: String(row.currency), method: method.data, amount: Number(row.amount) }];
  });
}
