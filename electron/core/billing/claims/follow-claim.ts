import {
  type FollowClaim,
  nextSteps,
  type SubmitClaims,
  settleClaim,
  standingBills,
  sumsByBill,
  type WriteOffClaim,
} from '../../../../shared/billing/claim.ts';
import { formatMoney, sumAmounts } from '../../../../shared/billing/money.ts';
import type { Bill, Claim, ClaimEntry, ClaimStep } from '../../../../shared/billing/schema.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import { civilMoment } from '../../../../shared/patients/age.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { directoryNames, isBill } from '../queries.ts';
import { movedBills, needClaim, needClaimsAt } from './queries.ts';

/** Some places are kept for what a merge adds. */
const mostEntries = 450;

/** Submits claims as they were read, all or none. Bills that stand on another claim by now are taken off first. */
export function submitClaims(kernel: Kernel, session: Session, input: SubmitClaims): Stored<Claim>[] {
  requirePermission(session, 'claim.manage');
  return kernel.change(session, (work) => {
    const claims = needClaimsAt(work, input.claims);
    refuseIfInvalid(claims.flatMap((claim, index) => stepErrors(claim, 'submit', `claims.${index}`)));
    return follow(work, claims, () => ({ step: 'submit', reference: input.reference || undefined }), 'claim.submitted');
  });
}

/** Writes down what happened to a claim as it was read: a query, a settlement, a rejection, another submission, taken back. */
export function followClaim(kernel: Kernel, session: Session, input: FollowClaim): Stored<Claim> {
  requirePermission(session, 'claim.manage');
  return kernel.change(session, (work) => {
    const claims = needClaimsAt(work, [input]);
    const entry = claims.map((claim) => entryOf(claim, input))[0];
    refuseIfInvalid(
      claims.flatMap((claim) => [
        ...stepErrors(claim, input.step, 'step'),
        ...(input.step === 'settle' ? settlementErrors(claim, input.bills) : []),
      ]),
    );
    if (input.step === 'cancel') freeBills(work, claims);
    const [followed] = follow(work, claims, () => entry ?? { step: input.step }, actionOf(input.step));
    return followed ?? needClaim(work, input.id);
  });
}

/** Gives up what is open of a claim, with the reason. */
export function writeOffClaim(kernel: Kernel, session: Session, input: WriteOffClaim): Stored<Claim> {
  requirePermission(session, 'claim.writeOff');
  return kernel.change(session, (work) => {
    const claims = needClaimsAt(work, [input]);
    refuseIfInvalid(claims.flatMap((claim) => stepErrors(claim, 'writeOff', 'step')));
    const writeOff = (claim: Claim) => {
      const open = [...sumsByBill(claim)].filter(([, sums]) => sums.open > 0);
      const bills = open.map(([billId, sums]) => ({ billId, amount: sums.open }));
      return { step: 'writeOff' as const, reason: input.reason, bills };
    };
    const [followed] = follow(work, claims, writeOff, 'claim.writtenOff');
    return followed ?? needClaim(work, input.id);
  });
}

/** Takes bills off a claim that stand on another since two stations met; nothing happens where all is well. */
export function releaseBills(kernel: Kernel, session: Session, input: { id: string; rev: string }): Stored<Claim> {
  requirePermission(session, 'claim.manage');
  return kernel.change(session, (work) => {
    const [claim] = needClaimsAt(work, [input]);
    if (!claim) return needClaim(work, input.id);
    const entries = withReleased(work, claim, movedBills(work, [claim]).get(claim.id) ?? []);
    if (entries.length === claim.entries.length) return claim;
    return work.update<'billing', Claim>('billing', claim, { entries, ...settleClaim({ ...claim, entries }) });
  });
}

type Said = Pick<ClaimEntry, 'step' | 'reason' | 'reference' | 'method' | 'bills' | 'first'>;

function entryOf(claim: Claim, input: FollowClaim): Said {
  const { step } = input;
  switch (step) {
    case 'settle': {
      const { method, reference, bills } = input;
      return { step, method, reference: reference || undefined, bills };
    }
    case 'resubmit': {
      const first = claim.entries.find((entry) => entry.step === 'submit')?.id;
      return { step, reason: input.reason, reference: input.reference || undefined, first };
    }
    case 'query':
    case 'reject':
      return { step, reason: input.reason, reference: input.reference || undefined };
    case 'cancel':
      return { step, reason: input.reason };
    default:
      return input satisfies never;
  }
}

type ClaimAction =
  | 'claim.submitted'
  | 'claim.queried'
  | 'claim.settled'
  | 'claim.rejected'
  | 'claim.resubmitted'
  | 'claim.writtenOff'
  | 'claim.cancelled';

function actionOf(step: FollowClaim['step']): ClaimAction {
  const actions = {
    query: 'claim.queried',
    settle: 'claim.settled',
    reject: 'claim.rejected',
    resubmit: 'claim.resubmitted',
    cancel: 'claim.cancelled',
  } as const satisfies Record<FollowClaim['step'], ClaimAction>;
  return actions[step];
}

/** Appends what happened to each claim and derives totals and state anew. Three statements and one write, however many. */
function follow(
  work: Work,
  claims: readonly Stored<Claim>[],
  said: (claim: Claim) => Said,
  action: ClaimAction,
): Stored<Claim>[] {
  const { locale } = centreOf(work);
  const moved = action !== 'claim.cancelled' ? movedBills(work, claims) : new Map<string, string[]>();
  const names = directoryNames(work, [...new Set(claims.map(({ insurerId }) => insurerId))]);
  const changes = claims.map((current) => {
    const entry = newEntry(work, said(current));
    const entries = [...withReleased(work, current, moved.get(current.id) ?? []), entry];
    work.record(action, {
      values: {
        number: current.number,
        insurer: names.get(current.insurerId) ?? '',
        amount: formatMoney(
          { amount: sumAmounts((entry.bills ?? []).map(({ amount }) => amount)), currency: current.currency },
          locale,
        ),
        reason: entry.reason ?? '',
      },
      subject: { collection: 'billing', id: current.id },
    });
    return { current, change: { entries, ...settleClaim({ ...current, entries }) } };
  });
  return work.updateMany<'billing', Claim>('billing', changes);
}

function newEntry(work: Work, said: Said): ClaimEntry {
  const { actorId: by, actorName: name, stationId } = work.session;
  const on = civilMoment(new Date(work.now), centreOf(work).timeZone).slice(0, 10);
  return { id: newId(), at: work.now, on, by, name, stationId, ...said };
}

function withReleased(work: Work, claim: Claim, moved: readonly string[]): ClaimEntry[] {
  if (moved.length === 0) return claim.entries;
  const bills = moved.map((billId) => ({ billId, amount: 0 }));
  return [...claim.entries, newEntry(work, { step: 'release', bills })];
}

function freeBills(work: Work, claims: readonly Stored<Claim>[]): void {
  const owner = new Map(
    claims.flatMap((claim) => standingBills(claim).map(({ billId }) => [billId, claim.id] as const)),
  );
  const bills = work
    .getMany('billing', [...owner.keys()])
    .filter(isBill)
    .filter((bill) => bill.claimId === owner.get(bill.id));
  work.updateMany<'billing', Bill>(
    'billing',
    bills.map((current) => ({ current, change: { claimId: undefined } })),
  );
}

function stepErrors(claim: Claim, step: ClaimStep, field: string): FieldError[] {
  if (!nextSteps(claim.status).includes(step)) {
    const message = `Claim ${claim.number} is in a state in which this is not possible: ${claim.status}`;
    return [{ field, code: 'claim.step', message, remedy: 'Look at the claim as it is now.' }];
  }
  if (claim.entries.length < mostEntries) return [];
  return [{ field, code: 'claim.tooLong', message: `Claim ${claim.number} has too many entries` }];
}

function settlementErrors(
  claim: Claim,
  settled: readonly { billId: string; amount: number; reason?: string }[],
): FieldError[] {
  const sums = sumsByBill(claim);
  const errors = settled.flatMap(({ billId, amount, reason }, index): FieldError[] => {
    const field = `bills.${index}.amount`;
    const open = sums.get(billId)?.open;
    if (open === undefined) return [{ field, code: 'bill.missing', message: 'This bill is not on the claim' }];
    if (settled.findIndex((one) => one.billId === billId) < index) {
      return [{ field, code: 'bill.twice', message: 'This bill stands twice', remedy: 'Remove one of the two.' }];
    }
    if (amount > open) {
      const message = 'More than what is open of this bill';
      return [{ field, code: 'settlement.aboveOpen', message, remedy: 'Enter at most what is open.' }];
    }
    if (amount < open && reason === undefined) {
      const message = 'Say why the insurer pays less';
      return [{ field: `bills.${index}.reason`, code: 'reason', message, remedy: 'As the insurer says it.' }];
    }
    return [];
  });
  if (errors.length === 0 && settled.every(({ amount }) => amount === 0)) {
    const message = 'Nothing was settled';
    errors.push({ field: 'bills', code: 'settlement.nothing', message, remedy: 'Enter a rejection instead.' });
  }
  return errors;
}
