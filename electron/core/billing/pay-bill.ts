import { formatMoney } from '../../../shared/billing/money.ts';
import type { PayBill } from '../../../shared/billing/order-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import {
  conflict,
  type Kernel,
  notFound,
  refuseIfInvalid,
  requirePermission,
  type ScopedReads,
  type Session,
} from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { newPayment } from './create-bill.ts';

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

/** A bill by id; `notFound` for another kind of billing document. */
export function needBill(reads: ScopedReads, id: string): Stored<Bill> {
  const bill = reads.need('billing', id);
  if (bill.kind !== 'bill') throw notFound('billing', id);
  return bill;
}

/** The bill as it was read at `rev`; a conflict when it has changed since. */
export function needBillAt(reads: ScopedReads, { id, rev }: { id: string; rev: string }): Stored<Bill> {
  const bill = needBill(reads, id);
  if (bill._rev !== rev) throw conflict('billing', id);
  return bill;
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
