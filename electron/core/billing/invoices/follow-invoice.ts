import {
  type CancelInvoice,
  type PayInvoice,
  type RefundInvoice,
  settleInvoice,
  standingItems,
} from '../../../../shared/billing/invoice.ts';
import { formatMoney } from '../../../../shared/billing/money.ts';
import type { Bill, CreditNote, Invoice, Payment } from '../../../../shared/billing/schema.ts';
import { refundsOf } from '../../../../shared/billing/settle.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import {
  type Change,
  type Kernel,
  refuseIfInvalid,
  requirePermission,
  type Session,
  type Work,
} from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { newPayment } from '../payment-rules.ts';
import { movedItems, needInvoiceAt } from './queries.ts';

/** The last places are kept for what a cancellation gives back. */
const mostEntries = 490;

/** Takes a payment on an invoice as it was read at `rev`: appended; the organisation's account follows. */
export function payInvoice(kernel: Kernel, session: Session, input: PayInvoice): Stored<Invoice> {
  requirePermission(session, 'invoice.manage');
  return kernel.change(session, (work) => {
    const invoice = needInvoiceAt(work, input);
    const released = withReleased(work, invoice);
    refuseIfInvalid(paymentErrors(invoice, settleInvoice({ ...invoice, ...released }).totals.due, input.amount));
    const payment = newPayment(work, 'payment', input);
    record(work, 'invoice.paid', invoice, payment);
    return follow(work, invoice, { ...released, payments: [...invoice.payments, payment] });
  });
}

/** Gives back money of an invoice, at most what was paid on it. */
export function refundInvoice(kernel: Kernel, session: Session, input: RefundInvoice): Stored<Invoice> {
  requirePermission(session, 'invoice.manage');
  return kernel.change(session, (work) => {
    const invoice = needInvoiceAt(work, input);
    refuseIfInvalid(refundErrors(invoice, input.amount));
    const refund = newPayment(work, 'refund', input);
    record(work, 'invoice.refunded', invoice, refund);
    return follow(work, invoice, { payments: [...invoice.payments, refund] });
  });
}

/** Cancels an invoice with the reason: what was paid is given back by entries, its bills and credit notes can be invoiced anew. */
export function cancelInvoice(kernel: Kernel, session: Session, input: CancelInvoice): Stored<Invoice> {
  requirePermission(session, 'invoice.manage');
  return kernel.change(session, (work) => {
    const invoice = needInvoiceAt(work, input);
    refuseIfInvalid(
      invoice.status === 'cancelled'
        ? [{ field: 'id', code: 'invoice.cancelled', message: `Invoice ${invoice.number} is cancelled already` }]
        : [],
    );
    const refunds = refundsOf(invoice.payments).map((refund) =>
      newPayment(work, 'refund', { ...refund, reason: input.reason }),
    );
    freeItems(work, invoice);
    work.record('invoice.cancelled', {
      values: { number: invoice.number, reason: input.reason },
      subject: { collection: 'billing', id: invoice.id },
    });
    return follow(work, invoice, { payments: [...invoice.payments, ...refunds], cancelReason: input.reason });
  });
}

/** Takes off an invoice what stands on another since two stations met; nothing happens where all is well. */
export function releaseItems(kernel: Kernel, session: Session, input: { id: string; rev: string }): Stored<Invoice> {
  requirePermission(session, 'invoice.manage');
  return kernel.change(session, (work) => {
    const invoice = needInvoiceAt(work, input);
    const released = withReleased(work, invoice);
    return released.released ? follow(work, invoice, released) : invoice;
  });
}

function follow(work: Work, invoice: Stored<Invoice>, change: Change<Invoice>): Stored<Invoice> {
  const next = { ...invoice, ...change } as Invoice;
  return work.update<'billing', Invoice>('billing', invoice, { ...change, ...settleInvoice(next) });
}

function withReleased(work: Work, invoice: Stored<Invoice>): Pick<Invoice, 'released'> {
  const moved = movedItems(work, invoice);
  if (moved.length === 0) return {};
  return { released: [...(invoice.released ?? []), ...moved.map((id) => ({ id, at: work.now }))] };
}

function freeItems(work: Work, invoice: Stored<Invoice>): void {
  const ids = standingItems(invoice).map(({ id }) => id);
  const own = work
    .getMany('billing', ids)
    .filter((one): one is Stored<Bill | CreditNote> => one.kind === 'bill' || one.kind === 'creditNote')
    .filter((one) => one.invoiceId === invoice.id);
  work.updateMany<'billing', Bill | CreditNote>(
    'billing',
    own.map((current) => ({ current, change: { invoiceId: undefined } })),
  );
}

function paymentErrors(invoice: Invoice, due: number, amount: number): FieldError[] {
  const field = 'amount';
  if (invoice.status === 'cancelled') {
    return [
      { field, code: 'invoice.cancelled', message: `Invoice ${invoice.number} is cancelled; nothing is due on it` },
    ];
  }
  if (amount > due) {
    const message = 'The payment is more than what is due';
    return [{ field, code: 'payment.aboveDue', message, remedy: 'Enter what is due.' }];
  }
  if (invoice.payments.length < mostEntries) return [];
  return [{ field, code: 'payment.tooMany', message: 'There are too many payments on this invoice' }];
}

function refundErrors({ totals, payments }: Invoice, amount: number): FieldError[] {
  const field = 'amount';
  if (amount > totals.paid) {
    const message = 'More than what was paid on the invoice';
    return [{ field, code: 'refund.abovePaid', message, remedy: 'Enter at most what was paid.' }];
  }
  if (payments.length < mostEntries) return [];
  return [{ field, code: 'payment.tooMany', message: 'There are too many payments on this invoice' }];
}

function record(
  work: Work,
  action: 'invoice.paid' | 'invoice.refunded',
  invoice: Stored<Invoice>,
  entry: Payment,
): void {
  const { amount, method, reason } = entry;
  work.record(action, {
    values: {
      number: invoice.number,
      method,
      amount: formatMoney({ amount, currency: invoice.currency }, centreOf(work).locale),
      reason: reason ?? '',
    },
    subject: { collection: 'billing', id: invoice.id },
  });
}
