import { creditAccount } from '../../../shared/billing/balances.ts';
import { formatMoney, sumAmounts } from '../../../shared/billing/money.ts';
import type { PaymentInput } from '../../../shared/billing/order-input.ts';
import type { BillTotals, Payment } from '../../../shared/billing/schema.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { ScopedReads, Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/** So many payments and refunds fit a bill; the last places are kept for what a cancellation gives back. */
export const mostEntries = 190;

interface Currency {
  readonly currency: string;
  readonly locale: string;
}

/** A payment or refund as the bill keeps it. */
export function newPayment(
  work: Work,
  kind: Payment['kind'],
  entry: Pick<Payment, 'method' | 'amount' | 'reference' | 'tendered' | 'reason'>,
): Payment {
  const { actorId: by, stationId } = work.session;
  const { method, amount, reference, tendered, reason } = entry;
  const on = civilMoment(new Date(work.now), centreOf(work).timeZone).slice(0, 10);
  const known = { id: newId(), kind, at: work.now, on, by, stationId, method, amount };
  return { ...known, reference: reference || undefined, tendered, reason };
}

/** What is wrong with the payments of a new order; more together than is due counts at the last one. */
export function orderPaymentErrors(
  reads: ScopedReads,
  payments: readonly PaymentInput[],
  totals: BillTotals | undefined,
  patientId: string | undefined,
  money: Currency,
): FieldError[] {
  const field = (index: number) => (payments.length === 1 ? 'payment' : `payments.${index}`);
  const errors = payments.flatMap((payment, index) => tenderErrors(payment, field(index)));
  const sum = sumAmounts(payments.map((payment) => payment.amount));
  if (payments.length > 0 && totals && sum > totals.due) errors.push(aboveDue(`${field(payments.length - 1)}.amount`));
  const credit = payments.findIndex((payment) => payment.method === 'credit');
  if (credit >= 0 && patientId !== undefined) {
    const used = payments.filter((payment) => payment.method === 'credit').map((payment) => payment.amount);
    errors.push(...creditErrors(reads, patientId, sumAmounts(used), money, `${field(credit)}.amount`));
  }
  return errors;
}

/** What is wrong with one payment on a bill. */
export function billPaymentErrors(
  reads: ScopedReads,
  bill: { number: string; status: string; patientId: string; totals: BillTotals; payments: readonly unknown[] },
  payment: PaymentInput,
  money: Currency,
): FieldError[] {
  const field = 'amount';
  if (bill.status === 'cancelled') {
    return [{ field, code: 'bill.cancelled', message: `Bill ${bill.number} is cancelled; nothing is due on it` }];
  }
  if (payment.amount > bill.totals.due) return [aboveDue(field)];
  if (bill.payments.length >= mostEntries) {
    return [{ field, code: 'payment.tooMany', message: 'There are too many payments on this bill' }];
  }
  const errors = tenderErrors(payment, '');
  if (payment.method !== 'credit') return errors;
  return [...errors, ...creditErrors(reads, bill.patientId, payment.amount, money, field)];
}

function aboveDue(field: string): FieldError {
  const message = 'The payment is more than what is due';
  return { field, code: 'payment.aboveDue', message, remedy: 'Take what is due and give change.' };
}

function tenderErrors({ method, amount, tendered }: PaymentInput, at: string): FieldError[] {
  if (tendered === undefined) return [];
  const field = at === '' ? 'tendered' : `${at}.tendered`;
  if (method !== 'cash') {
    const message = 'Change is given on cash only';
    return [{ field, code: 'payment.tenderedMethod', message, remedy: 'Leave out what was handed over.' }];
  }
  if (tendered >= amount) return [];
  const message = 'Less was handed over than is kept';
  return [{ field, code: 'payment.tenderedLess', message, remedy: 'Enter the amount that is kept.' }];
}

/** More credit than the patient has. */
export function creditErrors(
  reads: ScopedReads,
  patientId: string,
  amount: number,
  { currency, locale }: Currency,
  field: string,
): FieldError[] {
  const balance = Math.max(0, reads.balance('billing', creditAccount(patientId, currency)));
  if (amount <= balance) return [];
  const message = `The patient's credit is ${formatMoney({ amount: balance, currency }, locale)}`;
  return [{ field, code: 'credit.tooLittle', message, remedy: 'Use less of it and take the rest as money.' }];
}
