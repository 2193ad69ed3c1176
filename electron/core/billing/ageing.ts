import { type AgeBand, type AgeingRow, ageBand, ageBands, daysBetween } from '../../../shared/billing/ageing.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { directoryNames } from './queries.ts';

/** Today in the lab's time zone. */
export function todayOf(kernel: Kernel, reads: ScopedReads): string {
  return civilMoment(new Date(kernel.clock.now()), centreOf(reads).timeZone).slice(0, 10);
}

/** Where the open money of a kind stands, and in which states there is any. */
const kinds = {
  invoice: { party: 'organisationId', open: 'due', states: ['open', 'partPaid'] },
  claim: {
    party: 'insurerId',
    open: 'open',
    states: ['draft', 'submitted', 'queried', 'partPaid', 'rejected', 'resubmitted'],
  },
} as const;

/**
 * What is open by organisation or insurer and by age, most first. Added up by the read worker from the index of states, so that
 * what was paid long ago costs nothing.
 */
export async function ageingOf(kernel: Kernel, reads: ScopedReads, kind: keyof typeof kinds): Promise<AgeingRow[]> {
  const { party, open, states } = kinds[kind];
  const rows = await kernel.readWorker.all(
    `SELECT ${party} AS party, currency, agedFrom, count(*) AS count,
      sum(json_extract(data, '$.totals.${open}')) AS amount
    FROM ${kernel.database.engine.tableOf('billing')}
    WHERE deleted = 0 AND labId = ? AND kind = ? AND status IN (${states.map(() => '?').join(', ')})
    GROUP BY party, currency, agedFrom`,
    ...[reads.labId, kind, ...states],
  );
  const today = todayOf(kernel, reads);
  const names = directoryNames(reads, [...new Set(rows.map((row) => String(row.party)))]);
  const byParty = new Map<string, AgeingRow>();
  for (const row of rows) {
    const id = String(row.party);
    const currency = String(row.currency);
    const known = byParty.get(`${id}/${currency}`) ?? newRow(id, names.get(id) ?? id, currency);
    byParty.set(`${id}/${currency}`, known);
    known.count += Number(row.count);
    known.bands[ageBand(daysBetween(String(row.agedFrom), today))] += Number(row.amount);
    known.total += Number(row.amount);
  }
  return [...byParty.values()].toSorted((a, b) => b.total - a.total);
}

function newRow(id: string, name: string, currency: string): AgeingRow {
  const bands = Object.fromEntries(ageBands.map((band) => [band, 0])) as Record<AgeBand, number>;
  return { id, name, currency, count: 0, bands, total: 0 };
}
