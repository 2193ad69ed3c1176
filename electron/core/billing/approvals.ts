import { withinDiscountLimit } from '../../../shared/billing/approval.ts';
import { formatMoney } from '../../../shared/billing/money.ts';
import type { Approval } from '../../../shared/billing/schema.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { newId } from '../../../shared/kernel/id.ts';
import type { Permission } from '../../../shared/kernel/permissions.ts';
import { requirePermission, type Session, type Work } from '../kernel/index.ts';
import type { OrderedTest } from './order-lines.ts';

/** Something beyond the right of the person at the desk, which somebody else may allow. */
export interface NeededApproval {
  readonly kind: Approval['kind'];
  /** Field of the input. */
  readonly field: string;
  /** What is to be allowed, in words. */
  readonly what: string;
  /** Whether a session may allow it. */
  readonly allowedBy: (session: Session) => boolean;
}

/** The approval that the discounts of an order need; undefined when they are within the session's limit. */
export function discountApproval(
  session: Session,
  lines: readonly OrderedTest[],
  money: { currency: string; locale: string },
): NeededApproval | undefined {
  const within = (limit: number) =>
    withinDiscountLimit(
      lines,
      lines.map((line) => line.ownDiscount),
      limit,
    );
  if (within(session.discountLimitPercent)) return undefined;
  const sum = (field: 'price' | 'discount') => lines.reduce((total, line) => total + line[field], 0);
  const text = (amount: number) => formatMoney({ amount, currency: money.currency }, money.locale);
  return {
    kind: 'discount',
    field: 'discount',
    what: `Discount ${text(sum('discount'))} of ${text(sum('price'))}`,
    allowedBy: (other) => other.permissions.has('bill.approve') && within(other.discountLimitPercent),
  };
}

/** The approval that a further amount on an organisation's account needs; undefined while it stays within its limit. */
export function creditApproval(
  organisation: { name: string; creditLimit?: number },
  outstanding: number,
  further: number,
  money: { currency: string; locale: string },
): NeededApproval | undefined {
  const { name, creditLimit } = organisation;
  if (creditLimit === undefined || further <= 0 || outstanding + further <= creditLimit) return undefined;
  const text = (amount: number) => formatMoney({ amount, currency: money.currency }, money.locale);
  return {
    kind: 'credit',
    field: 'organisationId',
    what: `${name} owes ${text(outstanding)}; with ${text(further)} more it is over its credit limit of ${text(creditLimit)}`,
    allowedBy: (other) => other.permissions.has('bill.approve'),
  };
}

/**
 * The approval that giving money back, or cancelling, needs of somebody whose role may not; undefined when it may. Throws
 * `forbidden` where the session has nothing to do with it at all.
 * @param begins the right that is enough to ask for it
 */
export function cancelApproval(
  session: Session,
  begins: Permission,
  needed: Pick<NeededApproval, 'kind' | 'field' | 'what'>,
): NeededApproval[] {
  if (session.permissions.has('bill.cancel')) return [];
  requirePermission(session, begins);
  const allowedBy = ({ permissions }: Session) => permissions.has('bill.approve') && permissions.has('bill.cancel');
  return [{ ...needed, allowedBy }];
}

/** What still stands in the way: needed approvals that nobody who may has given. */
export function approvalErrors(needed: readonly NeededApproval[], approver: Session | undefined): FieldError[] {
  return needed.flatMap(({ kind, field, what, allowedBy }) => {
    if (approver && allowedBy(approver)) return [];
    const message = approver ? `${approver.actorName} may not allow it: ${what}` : what;
    return [{ field, code: `approval.${kind}`, message, remedy: 'Ask somebody who may allow it to approve.' }];
  });
}

/** The approvals as the bill keeps them. */
export function newApprovals(work: Work, needed: readonly NeededApproval[], approver: Session | undefined): Approval[] {
  if (!approver) return [];
  const { actorId: by, actorName: name } = approver;
  return needed.map(({ kind, what }) => ({ id: newId(), kind, at: work.now, by, name, what }));
}

/** The activity entries of approvals, part of the same commit. */
export function recordApprovals(
  work: Work,
  approvals: readonly Approval[],
  bill: { id: string; number: string; patientId: string },
): void {
  for (const { name, what } of approvals) {
    work.record('bill.approved', {
      values: { number: bill.number, name, what },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
  }
}
