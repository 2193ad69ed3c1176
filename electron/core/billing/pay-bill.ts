import { formatMoney } from '../../../shared/billing/money.ts';
import type { PayBill } from '../../../shared/billing/order-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { bookBillCredit } from './account.ts';
import { billPaymentErrors, newPayment } from './payment-rules.ts';
import { needBillAt } from './queries.ts';

/** Takes a payment on a bill as it was read at `rev`: appended, never changing what is there; totals derived anew. */
export function payBill(kernel: Kernel, session: Session, input: PayBill): Stored<Bill> {
  requirePermission(session, 'bill.pay');
  return kernel.change(session, (work) => {
    const bill = needBillAt(work, input);
    const { locale } = centreOf(work);
    refuseIfInvalid(billPaymentErrors(work, bill, input, { currency: bill.currency, locale }));
    const payment = newPayment(work, 'payment', input);
    const payments = [...bill.payments, payment];
    const paid = work.update<'billing', Bill>('billing', bill, {
      payments,
      ...settle({ ...bill, payments, cancelled: false }),
    });
    bookBillCredit(work, bill, [payment]);
    work.record('bill.paid', {
      values: {
        number: bill.number,
        method: input.method,
        amount: formatMoney({ amount: input.amount, currency: bill.currency }, locale),
      },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
    return paid;
  });
}
