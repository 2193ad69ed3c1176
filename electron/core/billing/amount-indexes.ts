import type { SqlIndex } from '../kernel/index.ts';

/*
 * Bills by amount are kept month by month. One index over all years could not serve a range of days: where prices rose, the
 * largest bills of an early month stand behind those of all later ones. Within a month a page costs a page, and a range takes
 * the best of its months.
 */

/** The month of a bill in UTC, `2026-06`, as SQL. */
export const billMonth = 'substr(registeredAt, 1, 7)';

/** Parties whose bills are kept by amount apart: there are many of them, each with few of all bills. */
export const partiesByAmount = ['organisationId', 'insurerId', 'referrerId'] as const;

/** Bills by what they cost and by what is owed on them, with what else a list is narrowed by that only few values are of. */
const ofAll = ['"totals.net"', '"totals.due"'].map((amount): SqlIndex => {
  return { of: `labId, kind, ${billMonth}, ${amount}, registeredAt, seq, status, branchId, createdBy` };
});

const ofParties = partiesByAmount.map((party): SqlIndex => {
  return { of: `labId, kind, ${party}, ${billMonth}, "totals.net", registeredAt`, where: `${party} IS NOT NULL` };
});

export const amountIndexes: readonly SqlIndex[] = [...ofAll, ...ofParties];
