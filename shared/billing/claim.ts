import { z } from 'zod';
import { daySchema, idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { allocate, sumAmounts } from './money.ts';
import {
  amountSchema,
  type Bill,
  type Claim,
  type ClaimEntry,
  type ClaimedBill,
  type ClaimStatus,
  type ClaimStep,
  claimStatusSchema,
  paymentMethodSchema,
} from './schema.ts';

/**
 * Which step leads where; absent: not possible there. A settlement or write-off ends in `settled` when nothing is open any
 * more. `release` belongs to merges and changes no state.
 */
const transitions: Readonly<Record<ClaimStatus, Partial<Record<ClaimStep, ClaimStatus>>>> = {
  draft: { submit: 'submitted', cancel: 'cancelled' },
  submitted: { query: 'queried', settle: 'partPaid', reject: 'rejected' },
  queried: { settle: 'partPaid', reject: 'rejected', resubmit: 'resubmitted' },
  partPaid: { query: 'queried', settle: 'partPaid', reject: 'rejected', resubmit: 'resubmitted', writeOff: 'partPaid' },
  settled: {},
  rejected: { settle: 'partPaid', resubmit: 'resubmitted', writeOff: 'rejected' },
  resubmitted: { query: 'queried', settle: 'partPaid', reject: 'rejected' },
  writtenOff: {},
  cancelled: {},
};

/** The steps that a person can take on a claim in a state. */
export function nextSteps(status: ClaimStatus): ClaimStep[] {
  return Object.keys(transitions[status]) as ClaimStep[];
}

/** What is claimed, settled, written off and open of one bill of a claim, minor units. */
export interface ClaimedSums {
  claimed: number;
  settled: number;
  writtenOff: number;
  open: number;
}

/** The bills of a claim that are claimed by it: none of a cancelled one, none that stands on another claim. */
export function standingBills({ bills, entries }: Pick<Claim, 'bills' | 'entries'>): ClaimedBill[] {
  if (entries.some(({ step }) => step === 'cancel')) return [];
  const released = new Set(
    entries.flatMap(({ step, bills: gone = [] }) => (step === 'release' ? gone : [])).map((one) => one.billId),
  );
  return bills.filter(({ billId }) => !released.has(billId));
}

/** The sums of each bill of a claim, by bill. */
export function sumsByBill(claim: Pick<Claim, 'bills' | 'entries'>): Map<string, ClaimedSums> {
  const standing = new Set(standingBills(claim).map(({ billId }) => billId));
  const sums = new Map(
    claim.bills.map(({ billId, claimed }): [string, ClaimedSums] => {
      const asked = standing.has(billId) ? claimed : 0;
      return [billId, { claimed: asked, settled: 0, writtenOff: 0, open: asked }];
    }),
  );
  for (const { step, bills = [] } of claim.entries) {
    if (step !== 'settle' && step !== 'writeOff') continue;
    for (const { billId, amount } of bills) {
      const sum = sums.get(billId);
      if (!sum) continue;
      sum[step === 'settle' ? 'settled' : 'writtenOff'] += amount;
      sum.open -= amount;
    }
  }
  return sums;
}

/**
 * Totals and state of a claim, derived anew at every write and after every merge. Money always counts; an entry of a station
 * that did not know the other's and that the state does not allow changes nothing but stays in the history. A claim that was
 * taken back stays so.
 */
export function settleClaim(
  claim: Pick<Claim, 'bills' | 'entries' | 'registeredOn'>,
): Pick<Claim, 'totals' | 'status' | 'agedFrom'> {
  const sums = [...sumsByBill(claim).values()];
  const sum = (name: keyof ClaimedSums) => sumAmounts(sums.map((one) => one[name]));
  const totals = { claimed: sum('claimed'), settled: sum('settled'), writtenOff: sum('writtenOff'), open: sum('open') };
  const agedFrom = claim.entries.find(({ step }) => step === 'submit')?.on ?? claim.registeredOn;
  return { totals, agedFrom, status: statusOf(claim.entries, totals) };
}

function statusOf(entries: readonly ClaimEntry[], { open, settled, writtenOff }: ClaimedSums): ClaimStatus {
  if (entries.some(({ step }) => step === 'cancel')) return 'cancelled';
  let status: ClaimStatus = 'draft';
  for (const { step } of entries) status = transitions[status][step] ?? status;
  if (open > 0 || settled + writtenOff === 0) return status;
  return writtenOff > 0 ? 'writtenOff' : 'settled';
}

/**
 * What the insurer is asked for of a bill, spread over the covered lines by what they cost.
 * @param loinc by code of the test
 */
export function claimedLines(
  bill: Pick<Bill, 'lines' | 'totals'>,
  loinc: ReadonlyMap<string, string> = new Map(),
): ClaimedBill['lines'] {
  const covered = bill.lines.filter(({ notCovered, price, discount }) => !notCovered && price > discount);
  if (covered.length === 0) return [];
  const amounts = allocate(
    bill.totals.insurer ?? 0,
    covered.map(({ price, discount }) => price - discount),
  );
  return covered.map(({ testCode, testName }, index) => {
    const code = loinc.get(testCode);
    return { testCode, testName, ...(code ? { loinc: code } : {}), amount: amounts[index] ?? 0 };
  });
}

const reason = z.string().trim().min(3).max(300);
const reference = z.string().trim().max(100).optional();
const seen = { id: idSchema, rev: z.string().max(100) };
const amounts = z
  .array(z.strictObject({ billId: idSchema, amount: amountSchema.nonnegative(), reason: reason.optional() }))
  .min(1)
  .max(200);

/** Bills of a range of days that an insurer can be asked for, the oldest first. */
export const eligibleBillsSchema = z.strictObject({
  insurerId: idSchema.optional(),
  from: daySchema,
  to: daySchema,
  ...pageInputSchema.shape,
});
export type EligibleBills = z.infer<typeof eligibleBillsSchema>;

export const createClaimsSchema = z.strictObject({ billIds: z.array(idSchema).min(1).max(200) });
export type CreateClaims = z.infer<typeof createClaimsSchema>;

/** `batch`: the number of the batch, or of any claim of it; the claims that were made at once with that one. */
export const listClaimsSchema = z.strictObject({
  insurerId: idSchema.optional(),
  status: claimStatusSchema.optional(),
  batch: z.string().trim().min(1).max(40).optional(),
  ...pageInputSchema.shape,
});
export type ListClaims = z.infer<typeof listClaimsSchema>;

/** Claims that are exported together. */
export const claimFileSchema = z.strictObject({ ids: z.array(idSchema).min(1).max(100) });
export type ClaimFile = z.infer<typeof claimFileSchema>;

/** Claims to submit at once, each as it was read. */
export const submitClaimsSchema = z.strictObject({
  claims: z.array(z.strictObject(seen)).min(1).max(100),
  reference,
});
export type SubmitClaims = z.infer<typeof submitClaimsSchema>;

/** What happened to one claim. A settlement names what came for each bill, with the reason where it is less. */
export const followClaimSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('query'), ...seen, reason, reference }),
  z.strictObject({ step: z.literal('settle'), ...seen, method: paymentMethodSchema, reference, bills: amounts }),
  z.strictObject({ step: z.literal('reject'), ...seen, reason, reference }),
  z.strictObject({ step: z.literal('resubmit'), ...seen, reason, reference }),
  z.strictObject({ step: z.literal('cancel'), ...seen, reason }),
]);
export type FollowClaim = z.infer<typeof followClaimSchema>;

/** Gives up what is open of a claim. */
export const writeOffClaimSchema = z.strictObject({ ...seen, reason });
export type WriteOffClaim = z.infer<typeof writeOffClaimSchema>;
