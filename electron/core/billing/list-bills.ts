import { z } from 'zod';
import type { BillOrder, ListBills } from '../../../shared/billing/list-input.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { type Kernel, readCursor, type ScopedReads, writeCursor } from '../kernel/index.ts';
import { patientIdsByText } from '../specimens/index.ts';
import { type BillRow, billRows, billsByNumber, getBills, instantRange, isBill, sqlConditions } from './queries.ts';

/** The column and direction of an order by amount; of equal amounts the newer comes first, or last where it ascends. */
const amountOrders = {
  largest: { column: '"totals.net"', direction: 'DESC', beyond: '<' },
  smallest: { column: '"totals.net"', direction: 'ASC', beyond: '>' },
  mostDue: { column: '"totals.due"', direction: 'DESC', beyond: '<' },
} as const satisfies Partial<Record<BillOrder, object>>;

type AmountOrder = keyof typeof amountOrders;

/**
 * Up to so many bills are sorted for a page; of more, the index of the amount is followed until a page is full. More where they
 * are those of one party: its prices may be its own, so that following all others' would be long.
 */
const mostSorted = { any: 5000, ofParty: 100_000 };

/** Amount, time of registration, and place in the table, which every index holds. */
const cursorSchema = z.tuple([z.number(), z.string(), z.number()]);

/**
 * A page of bills in whatever order. By time it is `getBills`; by amount the read worker finds which bills stand on it.
 * @param most how many bills may be sorted for a page
 */
export async function listBills(
  kernel: Kernel,
  reads: ScopedReads,
  input: ListBills,
  timeZone: string,
  most = isOfParty(input) ? mostSorted.ofParty : mostSorted.any,
): Promise<Page<BillRow>> {
  const { order } = input;
  if (!isAmountOrder(order)) return getBills(reads, input, timeZone);
  if (!input.text) return pageByAmount(kernel, reads, { ...input, order, most }, timeZone, undefined);
  const named = billsByNumber(reads, { ...input, text: input.text }, timeZone);
  if (named.length === 0) {
    return pageByAmount(kernel, reads, { ...input, order, most }, timeZone, patientIdsByText(reads, input.text));
  }
  const sign = amountOrders[order].direction === 'DESC' ? -1 : 1;
  const amount = (totals: BillRow['totals']) => (order === 'mostDue' ? totals.due : totals.net);
  const sorted = named.toSorted(
    (a, b) => sign * (amount(a.totals) - amount(b.totals) || (a.registeredAt < b.registeredAt ? -1 : 1)),
  );
  return { rows: billRows(reads, sorted) };
}

function isOfParty({ organisationId, insurerId, referrerId, branchId, userId }: ListBills): boolean {
  return [organisationId, insurerId, referrerId, branchId, userId].some((id) => id !== undefined);
}

function isAmountOrder(order: BillOrder): order is AmountOrder {
  return order in amountOrders;
}

/**
 * Two questions to the read worker: whether few bills fit, and which are on the page. Few are found by the index of what
 * narrows them, which holds the amounts too, and sorted from it alone; many are met soon on the way along the index of the
 * amount. Neither way reads many bills.
 */
async function pageByAmount(
  kernel: Kernel,
  reads: ScopedReads,
  input: ListBills & { order: AmountOrder; most: number },
  timeZone: string,
  patientIds: readonly string[] | undefined,
): Promise<Page<BillRow>> {
  const { from, to } = instantRange(input, timeZone);
  const table = kernel.database.engine.tableOf('billing');
  const marks = patientIds?.map(() => '?').join(', ');
  // A plus sign before a column keeps SQLite from the indexes on it.
  const fitting = (plus: '' | '+') => `FROM ${table} WHERE deleted = 0 AND labId = ? AND kind = 'bill'
    AND ${plus}registeredAt >= ? AND ${plus}registeredAt < ? ${sqlConditions(input, plus).sql}
    ${patientIds ? `AND ${plus}patientId IN (${marks || 'NULL'})` : ''}`;
  const parameters = [reads.labId, from, to, ...sqlConditions(input).parameters, ...(patientIds ?? [])];
  const [counted] = await kernel.readWorker.all(
    `SELECT count(*) AS count FROM (SELECT 1 ${fitting('')} LIMIT ${input.most + 1})`,
    ...parameters,
  );
  const few = Number(counted?.count) <= input.most;

  const { column, direction, beyond } = amountOrders[input.order];
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor, cursorSchema);
  const sorted = few ? `+${column}` : column;
  const found = await kernel.readWorker.all(
    `SELECT id, found.amount, found.registeredAt, found.seq FROM (
      SELECT seq, ${column} AS amount, registeredAt ${fitting(few ? '' : '+')}
      ${after ? `AND (${sorted}, registeredAt, seq) ${beyond} (?, ?, ?)` : ''}
      ORDER BY ${sorted} ${direction}, registeredAt ${direction}, seq ${direction} LIMIT ?
    ) AS found JOIN ${table} USING (seq)
    ORDER BY found.amount ${direction}, found.registeredAt ${direction}, found.seq ${direction}`,
    ...[...parameters, ...(after ?? []), input.limit + 1],
  );
  const ids = found.slice(0, input.limit).map(({ id }) => String(id));
  const bills = reads.mapOf('billing', ids);
  const rows = billRows(reads, ids.flatMap((id) => bills.get(id) ?? []).filter(isBill));
  const last = found[input.limit - 1];
  if (found.length <= input.limit || !last) return { rows };
  return { rows, nextCursor: writeCursor([Number(last.amount), String(last.registeredAt), Number(last.seq)]) };
}
