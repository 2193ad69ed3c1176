import { formatMoney } from '../../../shared/billing/money.ts';
import type { PayBill } from '../../../shared/billing/order-input.ts';
import type { Bill, Payment } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { needBillAt } from './queries.ts';

/** So many entries fit a bill; the last place is kept for what a cancellation gives back. */
const mostPayments = 190;

/** Takes a payment on a bill as it was read at `rev`: appended, never changing what is there; totals derived anew. */
export function payBill(kernel: Kernel, session: Session, input: PayBill): Stored<Bill> {
  requirePermission(session, 'bill.pay');
  return kernel.change(session, (work) => {
    const bill = needBillAt(work, input);
    refuseIfInvalid(paymentErrors(bill, input.amount));
    const payments = [...bill.payments, newPayment(work, 'payment', input)];
    const paid = work.update('billing', bill, { payments, ...settle({ ...bill, payments, cancelled: false }) });
    work.record('bill.paid', {
      values: {
        number: bill.number,
        method: input.method,
        amount: formatMoney({ amount: input.amount, currency: bill.currency }, centreOf(work).locale),
      },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
    return paid;
  });
}

/** A payment or refund as the bill keeps it. */
export function newPayment(
  work: Work,
  kind: Payment['kind'],
  { method, amount, reference }: Pick<Payment, 'method' | 'amount' | 'reference'>,
): Payment {
  const { actorId: by, stationId } = work.session;
  return { id: newId(), kind, at: work.now, by, stationId, method, amount, reference: reference || undefined };
}

function paymentErrors(bill: Bill, amount: number): FieldError[] {
  const field = 'amount';
  if (bill.status === 'cancelled') {
    return [{ field, code: 'bill.cancelled', message: `Bill ${bill.number} is cancelled; nothing is due on it` }];
  }
  if (amount > bill.totals.due) {
    const message = 'The payment is more than what is due';
    return [{ field, code: 'payment.aboveDue', message, remedy: 'Take what is due and give change.' }];
  }
  if (bill.payments.length >= mostPayments) {
    return [{ field, code: 'payment.tooMany', message: 'There are too many payments on this bill' }];
  }
  return [];
}
