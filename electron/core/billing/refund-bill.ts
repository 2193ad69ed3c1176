import { formatMoney } from '../../../shared/billing/money.ts';
import type { RefundBill } from '../../../shared/billing/order-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Kernel, refuseIfInvalid, type Session } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { bookBillCredit } from './account.ts';
import { approvalErrors, cancelApproval, newApprovals, recordApprovals } from './approvals.ts';
import { creditedToPatient } from './credit-note.ts';
import { mostEntries, newPayment } from './payment-rules.ts';
import { creditNotesOf, needBillAt } from './queries.ts';

/**
 * Gives back money of a bill as it was read at `rev`, at most what was paid and not given back: an entry that follows the
 * payments. What is given back of an uncancelled bill is due again. With `credit` it goes to the patient's balance.
 * @param approver who allows it where the session may not, already proven
 */
export function refundBill(kernel: Kernel, session: Session, input: RefundBill, approver?: Session): Stored<Bill> {
  return kernel.change(session, (work) => {
    const bill = needBillAt(work, input);
    const amount = formatMoney({ amount: input.amount, currency: bill.currency }, centreOf(work).locale);
    const what = `Refund ${amount} by ${input.method} on bill ${bill.number}: ${input.reason}`.slice(0, 300);
    const needed = cancelApproval(session, 'bill.pay', { kind: 'refund', field: 'approver', what });
    refuseIfInvalid([
      ...refundErrors(bill, input.amount, creditedToPatient(creditNotesOf(work, bill.id))),
      ...approvalErrors(needed, approver),
    ]);
    const approvals = newApprovals(work, needed, approver);
    const refund = newPayment(work, 'refund', input);
    const payments = [...bill.payments, refund];
    const refunded = work.update<'billing', Bill>('billing', bill, {
      payments,
      ...(approvals.length > 0 ? { approvals: [...(bill.approvals ?? []), ...approvals] } : {}),
      ...settle({ ...bill, payments, cancelled: bill.status === 'cancelled' }),
    });
    bookBillCredit(work, bill, [refund], input.reason);
    recordApprovals(work, approvals, bill);
    work.record('bill.refunded', {
      values: {
        number: bill.number,
        method: input.method,
        amount,
        reason: input.reason,
      },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
    return refunded;
  });
}

/** @param credited what credit notes gave already */
function refundErrors(bill: Bill, amount: number, credited: number): FieldError[] {
  const field = 'amount';
  if (amount > bill.totals.paid) {
    const message = 'The refund is more than what was paid';
    return [{ field, code: 'refund.abovePaid', message, remedy: 'Give back at most what was paid.' }];
  }
  if (amount > bill.totals.paid - credited) {
    const message = 'A credit note gave this to the patient already';
    return [{ field, code: 'refund.credited', message, remedy: "Give it back from the patient's credit." }];
  }
  if (bill.payments.length >= mostEntries) {
    return [{ field, code: 'payment.tooMany', message: 'There are too many entries on this bill' }];
  }
  return [];
}
