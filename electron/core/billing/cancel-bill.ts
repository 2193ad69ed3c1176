import type { CancelBill } from '../../../shared/billing/order-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { refundsOf, settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { type Kernel, refuseIfInvalid, type Session } from '../kernel/index.ts';
import { cancelReports, type ReportSummary, reportSummary } from '../reports/index.ts';
import { cancelSpecimens } from '../specimens/index.ts';
import { bookBillCredit } from './account.ts';
import { approvalErrors, cancelApproval, newApprovals, recordApprovals } from './approvals.ts';
import { askedForErrors, creditedErrors } from './credit-note.ts';
import { newPayment } from './payment-rules.ts';
import { needBillAt } from './queries.ts';

/** What a cancellation did. */
export interface Cancelled {
  bill: Stored<Bill>;
  /** Reports that have results already: they stay, for a person to decide on. */
  kept: ReportSummary[];
}

/**
 * Cancels a bill as it was read at `rev`, with the reason: what was paid is given back by entries of its own, reports and
 * specimens on which nothing was measured yet are cancelled. Refused once a report of it is signed, since somebody may have
 * it in hands. One commit.
 * @param approver who allows it where the session may not, already proven
 */
export function cancelBill(kernel: Kernel, session: Session, input: CancelBill, approver?: Session): Cancelled {
  return kernel.change(session, (work) => {
    const bill = needBillAt(work, input);
    const reports = work.getMany(
      'reports',
      bill.lines.flatMap((line) => line.reportIds),
    );
    const what = `Cancellation of bill ${bill.number}: ${input.reason}`.slice(0, 300);
    const asked = cancelApproval(session, 'bill.update', { kind: 'cancellation', field: 'approver', what });
    refuseIfInvalid([
      ...cancelErrors(bill, reports),
      ...creditedErrors(work, bill),
      ...askedForErrors(bill),
      ...approvalErrors(asked, approver),
    ]);
    const approvals = newApprovals(work, asked, approver);
    const cancelledIds = new Set(cancelReports(work, reports).map((report) => report.id));
    const kept = reports.filter((report) => report.state !== 'cancelled' && !cancelledIds.has(report.id));
    const needed = new Set(kept.map((report) => report.specimenId));
    const specimens = work.mapOf(
      'specimens',
      bill.lines.map((line) => line.specimenId),
    );
    cancelSpecimens(
      work,
      [...specimens.values()].filter((specimen) => !needed.has(specimen.id)),
      input.reason,
    );
    const refunds = refundsOf(bill.payments).map((refund) =>
      newPayment(work, 'refund', { ...refund, reason: input.reason }),
    );
    const payments = [...bill.payments, ...refunds];
    bookBillCredit(work, bill, refunds, input.reason);
    const cancelled = work.update<'billing', Bill>('billing', bill, {
      payments,
      cancelReason: input.reason,
      ...(approvals.length > 0 ? { approvals: [...(bill.approvals ?? []), ...approvals] } : {}),
      ...settle({ ...bill, payments, cancelled: true }),
    });
    recordApprovals(work, approvals, bill);
    work.record('bill.cancelled', {
      values: { number: bill.number, reason: input.reason, refunded: bill.totals.paid },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
    return { bill: cancelled, kept: kept.map(reportSummary) };
  });
}

function cancelErrors(bill: Bill, reports: readonly Report[]): FieldError[] {
  if (bill.status === 'cancelled') {
    return [{ field: 'id', code: 'bill.cancelled', message: `Bill ${bill.number} is cancelled already` }];
  }
  return reports
    .filter((report) => report.version > 0)
    .map((report) => ({
      field: 'id',
      code: 'bill.reported',
      message: `${report.testName} is signed`,
      remedy: 'A bill with a signed report stays; give a discount or settle it with the patient.',
    }));
}
