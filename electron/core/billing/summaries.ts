import type { SummaryInput } from '../../../shared/billing/list-input.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { directoryNames, instantRange } from './queries.ts';
import { type CurrencyTotals, sumColumns, sumsOf, type TakenSum, takenByDay } from './totals.ts';

/** One line of a summary: the sums of a group of bills. */
export interface SummaryRow extends CurrencyTotals {
  /** Day, age in days, user and reason, or doctor; unique with the currency. */
  key: string;
  /** As shown; empty: nobody, none. */
  label: string;
  /** Why a discount was given. */
  reason?: string;
}

/** A summary of the bills registered in a range of days. */
export interface Summary {
  /** What its rows are: who still shows them while the next summary is being added up must know. */
  by: SummaryInput['by'];
  rows: SummaryRow[];
  /** Of the day book: what was taken on each day. */
  taken: (TakenSum & { day: string })[];
  /** Of what is outstanding: what organisations have on their accounts, whatever the range. */
  accounts: { organisationId: string; name: string; currency: string; amount: number }[];
}

/** The parts of a summary that differ: what bills are grouped by, and which count. SQL. */
const groups: Record<SummaryInput['by'], { key: string; only: string }> = {
  day: { key: `json_extract(data, '$.registeredOn')`, only: '' },
  outstanding: {
    key: `CASE
      WHEN julianday(?4) - julianday(registeredAt) <= 30 THEN '0'
      WHEN julianday(?4) - julianday(registeredAt) <= 60 THEN '31'
      WHEN julianday(?4) - julianday(registeredAt) <= 90 THEN '61' ELSE '91' END`,
    only: `AND status IN ('open', 'partPaid')`,
  },
  discount: {
    key: `createdBy || '|' || coalesce(json_extract(data, '$.discountReason'), '')`,
    only: `AND "totals.discount" > 0 AND status <> 'cancelled'`,
  },
  referrer: { key: `coalesce(referrerId, '')`, only: `AND status <> 'cancelled'` },
};

/** Day book, outstanding by age, discounts by user and reason, or referrers: added up by the read worker. */
export async function summaryOf(kernel: Kernel, reads: ScopedReads, input: SummaryInput): Promise<Summary> {
  const { from, to } = instantRange(input, centreOf(reads).timeZone);
  const { key, only } = groups[input.by];
  const rows = await kernel.readWorker.all(
    `SELECT ${key} AS key, currency, ${sumColumns}
    FROM ${kernel.database.engine.tableOf('billing')}
    WHERE deleted = 0 AND labId = ?1 AND kind = 'bill' AND registeredAt >= ?2 AND registeredAt < ?3 AND ?4 <> '' ${only}
    GROUP BY key, currency ORDER BY key, currency`,
    ...[reads.labId, from, to, new Date(kernel.clock.now()).toISOString()],
  );
  const taken = input.by === 'day' ? await takenByDay(kernel, reads, input) : [];
  return {
    by: input.by,
    rows: labelled(
      reads,
      input.by,
      rows.map((row) => ({ key: String(row.key), currency: String(row.currency), ...sumsOf(row) })),
    ),
    taken,
    accounts: input.by === 'outstanding' ? await organisationAccounts(kernel, reads) : [],
  };
}

function labelled(
  reads: ScopedReads,
  by: SummaryInput['by'],
  rows: readonly Omit<SummaryRow, 'label'>[],
): SummaryRow[] {
  switch (by) {
    case 'day':
    case 'outstanding':
      return rows.map((row) => ({ ...row, label: row.key }));
    case 'referrer': {
      const names = directoryNames(reads, rows.map((row) => row.key).filter(Boolean));
      return rows.map((row) => ({ ...row, label: names.get(row.key) ?? '' })).toSorted((a, b) => b.net - a.net);
    }
    case 'discount': {
      const userOf = (key: string) => key.slice(0, key.indexOf('|'));
      const names = directoryNames(reads, [...new Set(rows.map((row) => userOf(row.key)))]);
      return rows
        .map((row) => ({
          ...row,
          label: names.get(userOf(row.key)) ?? userOf(row.key),
          reason: row.key.slice(row.key.indexOf('|') + 1),
        }))
        .toSorted((a, b) => b.discount - a.discount);
    }
    default:
      return by satisfies never;
  }
}

async function organisationAccounts(kernel: Kernel, reads: ScopedReads): Promise<Summary['accounts']> {
  const rows = await kernel.readWorker.all(
    `SELECT account, amount FROM balances
    WHERE collection = 'billing' AND labId = ? AND account >= 'organisation/' AND account < 'organisation0' AND amount <> 0
    ORDER BY amount DESC`,
    reads.labId,
  );
  const accounts = rows.map((row) => {
    const [, organisationId = '', currency = ''] = String(row.account).split('/');
    return { organisationId, currency, amount: Number(row.amount) };
  });
  const names = directoryNames(
    reads,
    accounts.map(({ organisationId }) => organisationId),
  );
  return accounts.map((one) => ({ ...one, name: names.get(one.organisationId) ?? one.organisationId }));
}
