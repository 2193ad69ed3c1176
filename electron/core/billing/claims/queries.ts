import { addDays, daysBetween } from '../../../../shared/billing/ageing.ts';
import {
  type ClaimedSums,
  type EligibleBills,
  type ListClaims,
  nextSteps,
  standingBills,
  sumsByBill,
} from '../../../../shared/billing/claim.ts';
import type { Bill, BillingDocument, Claim, ClaimStep } from '../../../../shared/billing/schema.ts';
import type { Insurer } from '../../../../shared/directory/schema.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { Page } from '../../../../shared/kernel/page.ts';
import { conflict, keysetPage, keysetUnion, notFound, type ScopedReads } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { directoryNames, instantRange, isBill } from '../queries.ts';

/** A bill that an insurer can be asked for. */
export interface EligibleBill extends Pick<Bill, 'id' | 'number' | 'registeredAt' | 'registeredOn' | 'currency'> {
  insurerId: string;
  insurerName: string;
  groupName: string;
  policyNumber: string;
  patientName: string;
  patientNumber: string;
  tests: string[];
  diagnoses: string[];
  /** The insurer's part. */
  amount: number;
  /** Days left to submit it, below zero when it is too late; undefined where the insurer has no limit. */
  daysLeft?: number;
}

/** A claim as lists show it. */
export interface ClaimRow
  extends Pick<
    Claim,
    'id' | 'number' | 'batch' | 'registeredAt' | 'registeredOn' | 'insurerId' | 'currency' | 'totals' | 'status'
  > {
  rev: string;
  insurerName: string;
  groupName: string;
  bills: number;
  /** Days since it was submitted, or made. */
  age: number;
  /** Days left to submit a draft. */
  daysLeft?: number;
}

/** A claim with what its screen shows. */
export interface ClaimDetails {
  claim: Stored<Claim>;
  insurerName: string;
  groupName: string;
  /** What can be done with it. */
  next: ClaimStep[];
  bills: (Claim['bills'][number] & ClaimedSums & { patientName: string; patientNumber: string })[];
  daysLeft?: number;
  /** Bills that stand on another claim since two stations met, or were cancelled by the other. */
  moved: string[];
}

/** Insurers, of whom a laboratory has some dozens at most. One statement. */
export function insurersOf(reads: ScopedReads): Map<string, Stored<Insurer>> {
  const entries = reads.find('directory', { selector: { kind: { $eq: 'insurer' } } });
  return new Map(entries.flatMap((entry) => (entry.kind === 'insurer' ? [[entry.id, entry]] : [])));
}

/**
 * A page of bills with an insurer's part that is not claimed yet, the oldest first, since those expire first. As many statements
 * as insurers and four, whatever the page.
 */
export function eligibleBills(reads: ScopedReads, input: EligibleBills, today: string): Page<EligibleBill> {
  const { from, to } = instantRange(input, centreOf(reads).timeZone);
  const insurers = insurersOf(reads);
  const wanted = input.insurerId === undefined ? [...insurers.keys()] : [input.insurerId];
  if (wanted.length === 0) return { rows: [] };
  const selectors = wanted.map((insurerId) => ({
    kind: { $eq: 'bill' as const },
    insurerId: { $eq: insurerId },
    registeredAt: { $gte: from, $lt: to },
    claimId: { $exists: false },
    'totals.insurer': { $gt: 0 },
  }));
  const page = keysetUnion(reads, 'billing', selectors, 'registeredAt', input, 'asc');
  const bills = page.rows.filter(isBill);
  const patients = reads.mapOf(
    'patients',
    bills.map(({ patientId }) => patientId),
  );
  const groups = directoryNames(reads, [...new Set(bills.flatMap(({ coverage }) => coverage?.groupId ?? []))]);
  const rows = bills.map((bill): EligibleBill => {
    const { id, number, registeredAt, registeredOn, currency, coverage, insurerId = '' } = bill;
    const patient = patients.get(bill.patientId);
    return {
      ...{ id, number, registeredAt, registeredOn, currency, insurerId },
      insurerName: insurers.get(insurerId)?.name ?? '',
      groupName: groups.get(coverage?.groupId ?? '') ?? '',
      policyNumber: coverage?.policyNumber ?? '',
      patientName: patient?.fullName ?? '',
      patientNumber: patient?.number ?? '',
      tests: bill.lines.filter((line) => !line.notCovered).map((line) => line.testCode),
      diagnoses: bill.diagnoses.map(({ code }) => code),
      amount: bill.totals.insurer ?? 0,
      daysLeft: daysLeft(submitBy(registeredOn, insurers.get(insurerId)), today),
    };
  });
  return { rows, nextCursor: page.nextCursor };
}

/** The last day on which an insurer takes a service of a day; undefined: any. */
export function submitBy(servedOn: string, insurer: Pick<Insurer, 'claimDays'> | undefined): string | undefined {
  return insurer?.claimDays === undefined ? undefined : addDays(servedOn, insurer.claimDays);
}

/** A page of claims, the newest first. Two statements, and two more to find a batch. */
export function listClaims(reads: ScopedReads, input: ListClaims, today: string): Page<ClaimRow> {
  const { insurerId, status, cursor, limit } = input;
  const one = input.batch === undefined ? undefined : claimByNumber(reads, input.batch);
  if (input.batch !== undefined && !one) return { rows: [] };
  const selector = {
    kind: { $eq: 'claim' as const },
    // Made in one commit, so at one moment, by which they are found.
    ...(one ? { registeredAt: { $eq: one.registeredAt }, batch: { $eq: one.batch } } : {}),
    ...(insurerId === undefined ? {} : { insurerId: { $eq: insurerId } }),
    ...(status === undefined ? {} : { status: { $eq: status } }),
  };
  const page = keysetPage(reads, 'billing', selector, 'registeredAt', { cursor, limit });
  const claims = page.rows.filter(isClaim);
  const names = directoryNames(reads, [...new Set(claims.flatMap((claim) => [claim.insurerId, claim.groupId]))]);
  const rows = claims.map((claim): ClaimRow => {
    const { id, number, batch, registeredAt, registeredOn, currency, totals, _rev: rev } = claim;
    return {
      ...{ id, rev, number, batch, registeredAt, registeredOn, currency, totals },
      status: claim.status,
      insurerId: claim.insurerId,
      insurerName: names.get(claim.insurerId) ?? '',
      groupName: names.get(claim.groupId) ?? '',
      bills: standingBills(claim).length,
      age: daysBetween(claim.agedFrom, today),
      daysLeft: claim.status === 'draft' ? daysLeft(claim.submitBy, today) : undefined,
    };
  });
  return { rows, nextCursor: page.nextCursor };
}

function claimByNumber(reads: ScopedReads, number: string): Stored<Claim> | undefined {
  return reads.byKeys('billing', [number]).get(number)?.find(isClaim);
}

/** A claim with the sums of each bill, names and history; four statements. */
export function claimDetails(reads: ScopedReads, id: string, today: string): ClaimDetails {
  const claim = needClaim(reads, id);
  const names = directoryNames(reads, [claim.insurerId, claim.groupId]);
  const patients = reads.mapOf(
    'patients',
    claim.bills.map(({ patientId }) => patientId),
  );
  const sums = sumsByBill(claim);
  return {
    claim,
    insurerName: names.get(claim.insurerId) ?? '',
    groupName: names.get(claim.groupId) ?? '',
    next: nextSteps(claim.status),
    bills: claim.bills.map((bill) => {
      const patient = patients.get(bill.patientId);
      const of = { patientName: patient?.fullName ?? '', patientNumber: patient?.number ?? '' };
      return { ...bill, ...of, ...(sums.get(bill.billId) ?? { settled: 0, writtenOff: 0, open: bill.claimed }) };
    }),
    daysLeft: claim.status === 'draft' ? daysLeft(claim.submitBy, today) : undefined,
    moved: movedBills(reads, [claim]).get(claim.id) ?? [],
  };
}

/** Whether a billing document is a claim. */
export function isClaim(document: Stored<BillingDocument>): document is Stored<Claim> {
  return document.kind === 'claim';
}

/** A claim by id; `notFound` for another kind of billing document. */
export function needClaim(reads: ScopedReads, id: string): Stored<Claim> {
  const claim = reads.need('billing', id);
  if (claim.kind !== 'claim') throw notFound('billing', id);
  return claim;
}

/** Claims in the order asked for; `notFound` where one is missing. One statement. */
export function needClaims(reads: ScopedReads, ids: readonly string[]): Stored<Claim>[] {
  const known = reads.mapOf('billing', ids);
  return ids.map((id) => {
    const claim = known.get(id);
    if (claim?.kind !== 'claim') throw notFound('billing', id);
    return claim;
  });
}

/** Claims as they were read; a conflict when one has changed since. One statement. */
export function needClaimsAt(reads: ScopedReads, wanted: readonly { id: string; rev: string }[]): Stored<Claim>[] {
  const claims = needClaims(
    reads,
    wanted.map(({ id }) => id),
  );
  const stale = claims.find(({ _rev }, index) => _rev !== wanted[index]?.rev);
  if (stale) throw conflict('billing', stale.id);
  return claims;
}

/** Bills of claims that name another claim, or none any more, by claim. One statement. */
export function movedBills(reads: ScopedReads, claims: readonly Claim[]): Map<string, string[]> {
  const bills = reads.mapOf(
    'billing',
    claims.flatMap((claim) => standingBills(claim).map(({ billId }) => billId)),
  );
  return new Map(
    claims.map((claim) => {
      const moved = standingBills(claim).filter(({ billId }) => {
        const bill = bills.get(billId);
        return bill?.kind !== 'bill' || bill.claimId !== claim.id || bill.status === 'cancelled';
      });
      return [claim.id, moved.map(({ billId }) => billId)];
    }),
  );
}

function daysLeft(last: string | undefined, today: string): number | undefined {
  return last === undefined ? undefined : daysBetween(today, last);
}
