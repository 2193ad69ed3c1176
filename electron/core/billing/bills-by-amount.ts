import { z } from 'zod';
import type { BillOrder } from '../../../shared/billing/list-input.ts';
import type { ReadWorker } from '../kernel/index.ts';
import { billMonth, partiesByAmount } from './amount-indexes.ts';
import type { InstantRange } from './queries.ts';

/** The column and direction of an order by amount; of equal amounts the newer comes first, or last where it ascends. */
const amountOrders = {
  largest: { column: '"totals.net"', direction: 'DESC', beyond: '<' },
  smallest: { column: '"totals.net"', direction: 'ASC', beyond: '>' },
  mostDue: { column: '"totals.due"', direction: 'DESC', beyond: '<' },
} as const satisfies Partial<Record<BillOrder, object>>;

export type AmountOrder = keyof typeof amountOrders;

export function isAmountOrder(order: BillOrder): order is AmountOrder {
  return order in amountOrders;
}

/** Amount, time of registration, and place in the table, which every index holds. */
export const amountKeySchema = z.tuple([z.number(), z.string(), z.number()]);
type AmountKey = z.infer<typeof amountKeySchema>;

/** What is asked for: bills of a range of days, narrowed, in an order by amount, after a key. */
export interface AmountQuery {
  readonly table: string;
  readonly labId: string;
  readonly range: InstantRange;
  readonly order: AmountOrder;
  /** Columns with the values that each may have. */
  readonly narrowing: readonly (readonly [column: string, values: readonly string[]])[];
  readonly after: AmountKey | undefined;
  readonly limit: number;
}

/**
 * Up to so many bills are sorted for a page where no index by amount holds just them; of more, the months are followed and what
 * does not fit is passed over. More where they are those of one party: of all others' bills there are many more.
 */
const mostSorted = { any: 10_000, ofParty: 100_000 };

/**
 * The ids of a page of bills in their order, each with the key that a next page begins after. Never reads many bills: without
 * narrowing, or for one party, the index by amount is followed month by month. Otherwise few bills are found by the index
 * of what narrows them and sorted from it alone, and many are met soon on the way along the months.
 * @param most how many bills may be sorted
 */
export async function billsByAmount(
  worker: Pick<ReadWorker, 'all'>,
  query: AmountQuery,
  most = ownIndex(query.narrowing) ? mostSorted.ofParty : mostSorted.any,
): Promise<{ id: string; key: AmountKey }[]> {
  const exact = isExact(query);
  const { parameters, bind } = binder();
  const few = !exact && (await isFew(worker, query, most));
  const rows = await worker.all(few ? sortedSql(query, bind) : followedSql(query, bind), ...parameters);
  return rows.map((row) => ({
    id: String(row.id),
    key: [Number(row.amount), String(row.registeredAt), Number(row.seq)],
  }));
}

type Bind = (value: string | number) => string;

/** Numbered parameters, so that a statement may name one several times. */
function binder(): { parameters: (string | number)[]; bind: Bind } {
  const parameters: (string | number)[] = [];
  return { parameters, bind: (value) => `?${parameters.push(value)}` };
}

function ownIndex(narrowing: AmountQuery['narrowing']) {
  return narrowing.find(([column]) => partiesByAmount.some((party) => party === column));
}

/** Whether an index by amount holds just the bills asked for. */
function isExact({ order, narrowing }: AmountQuery): boolean {
  if (narrowing.length === 0) return true;
  return narrowing.length === 1 && ownIndex(narrowing) !== undefined && order !== 'mostDue';
}

async function isFew(worker: Pick<ReadWorker, 'all'>, query: AmountQuery, most: number): Promise<boolean> {
  const { parameters, bind } = binder();
  const sql = `SELECT count(*) AS count FROM (SELECT 1 ${fitting(query, bind)} LIMIT ${bind(most + 1)})`;
  const [counted] = await worker.all(sql, ...parameters);
  return Number(counted?.count) <= most;
}

/**
 * The bills that fit.
 * @param apart tells which conditions SQLite is to keep from the indexes on them, by a plus sign before the column
 * @param since where the range begins, as a comparison; of two lower bounds SQLite would take the first alone to the index
 */
function fitting(
  { table, labId, range, narrowing }: AmountQuery,
  bind: Bind,
  apart: (column: string) => boolean = () => false,
  since = `>= ${bind(range.from)}`,
): string {
  const plus = (column: string) => `${apart(column) ? '+' : ''}${column}`;
  const narrowed = narrowing.map(([column, values]) => `AND ${plus(column)} IN (${values.map(bind).join(', ')})`);
  return `FROM ${table} WHERE deleted = 0 AND labId = ${bind(labId)} AND kind = 'bill'
    AND ${plus('registeredAt')} ${since} AND ${plus('registeredAt')} < ${bind(range.to)} ${narrowed.join(' ')}`;
}

/** What follows the key, in order. */
function orderedSql({ order, after, limit }: AmountQuery, bind: Bind, plus: '' | '+'): string {
  const { column, direction, beyond } = amountOrders[order];
  const beginning = after ? `AND (${plus}${column}, registeredAt, seq) ${beyond} (${after.map(bind).join(', ')})` : '';
  return `${beginning}
    ORDER BY ${plus}${column} ${direction}, registeredAt ${direction}, seq ${direction} LIMIT ${bind(limit)}`;
}

/** With the ids, which the indexes by amount do not hold. A cross join keeps SQLite from going through the table instead. */
function withIds({ table, order, limit }: AmountQuery, bind: Bind, found: string): string {
  const { direction } = amountOrders[order];
  const ordered = `ORDER BY amount ${direction}, found.registeredAt ${direction}, found.seq ${direction}`;
  return `SELECT id, found.* FROM (SELECT * FROM (${found}) AS found ${ordered} LIMIT ${bind(limit)}) AS found
    CROSS JOIN ${table} USING (seq) ${ordered}`;
}

function sortedSql(query: AmountQuery, bind: Bind): string {
  const { column } = amountOrders[query.order];
  const found = `SELECT seq, ${column} AS amount, registeredAt ${fitting(query, bind)} ${orderedSql(query, bind, '+')}`;
  return withIds(query, bind, found);
}

/** The first of each month that has bills in the range, and of those the first. */
function followedSql(query: AmountQuery, bind: Bind): string {
  const { column } = amountOrders[query.order];
  const own = query.order === 'mostDue' ? undefined : ownIndex(query.narrowing);
  const ofMonths = { ...query, narrowing: own ? [own] : [] };
  const firstMonth = (since?: string) =>
    `SELECT substr(min(registeredAt), 1, 7) ${fitting(ofMonths, bind, undefined, since)}`;
  const ofMonth = `SELECT seq, ${column} AS amount, registeredAt
    ${fitting(query, bind, (name) => name !== own?.[0])} AND ${billMonth} = month.name ${orderedSql(query, bind, '')}`;
  // A table-valued function may ask with the row before it; a subquery in FROM may not.
  const found = `SELECT value ->> 0 AS seq, value ->> 1 AS amount, value ->> 2 AS registeredAt FROM month
    CROSS JOIN json_each((SELECT json_group_array(json_array(seq, amount, registeredAt)) FROM (${ofMonth})))
    WHERE month.name IS NOT NULL`;
  return `WITH RECURSIVE month(name) AS (
      ${firstMonth()}
      UNION ALL SELECT (${firstMonth("> month.name || '~'")}) FROM month WHERE month.name IS NOT NULL
    )
    ${withIds(query, bind, found)}`;
}
