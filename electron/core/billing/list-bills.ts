import type { ListBills } from '../../../shared/billing/list-input.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { type Kernel, readCursor, type ScopedReads, writeCursor } from '../kernel/index.ts';
import { patientIdsByText } from '../specimens/index.ts';
import { type AmountOrder, amountKeySchema, billsByAmount, isAmountOrder } from './bills-by-amount.ts';
import { type BillRow, billRows, billsByNumber, getBills, instantRange, isBill, narrowingOf } from './queries.ts';

/**
 * A page of bills in whatever order. By time it is `getBills`; by amount the read worker finds which bills stand on it.
 * @param most how many bills may be sorted for a page; without it as is best
 */
export async function listBills(
  kernel: Kernel,
  reads: ScopedReads,
  input: ListBills,
  timeZone: string,
  most?: number,
): Promise<Page<BillRow>> {
  const { order, text } = input;
  if (!isAmountOrder(order)) return getBills(reads, input, timeZone);
  const byAmount = { ...input, order };
  if (!text) return pageByAmount(kernel, reads, byAmount, timeZone, undefined, most);
  const named = billsByNumber(reads, { ...input, text }, timeZone);
  if (named.length === 0) {
    return pageByAmount(kernel, reads, byAmount, timeZone, patientIdsByText(reads, text), most);
  }
  const sign = order === 'smallest' ? 1 : -1;
  const amount = (totals: BillRow['totals']) => (order === 'mostDue' ? totals.due : totals.net);
  const sorted = named.toSorted(
    (a, b) => sign * (amount(a.totals) - amount(b.totals) || (a.registeredAt < b.registeredAt ? -1 : 1)),
  );
  return { rows: billRows(reads, sorted) };
}

async function pageByAmount(
  kernel: Kernel,
  reads: ScopedReads,
  input: ListBills & { order: AmountOrder },
  timeZone: string,
  patientIds: readonly string[] | undefined,
  most: number | undefined,
): Promise<Page<BillRow>> {
  const { order, limit } = input;
  const found = await billsByAmount(
    kernel.readWorker,
    {
      ...{ table: kernel.database.engine.tableOf('billing'), labId: reads.labId, order, limit: limit + 1 },
      range: instantRange(input, timeZone),
      narrowing: [...narrowingOf(input), ...(patientIds ? [['patientId', patientIds] as const] : [])],
      after: input.cursor === undefined ? undefined : readCursor(input.cursor, amountKeySchema),
    },
    most,
  );
  const page = found.slice(0, limit);
  const bills = reads.mapOf(
    'billing',
    page.map(({ id }) => id),
  );
  const rows = billRows(reads, page.flatMap(({ id }) => bills.get(id) ?? []).filter(isBill));
  const last = page.at(-1);
  return found.length > limit && last ? { rows, nextCursor: writeCursor(last.key) } : { rows };
}
