import { formatMoney, percentOf, sumAmounts } from '../../../shared/billing/money.ts';
import type { CreditNoteInput } from '../../../shared/billing/order-input.ts';
import type { Bill, CreditNote } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { type Kernel, refuseIfInvalid, type ScopedReads, type Session, type Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { bookCredit } from './account.ts';
import { approvalErrors, cancelApproval, newApprovals, recordApprovals } from './approvals.ts';
import { mostEntries, newPayment } from './payment-rules.ts';
import { creditNotesOf, needBillAt } from './queries.ts';

/** What a credit note made. */
export interface Credited {
  creditNote: Stored<CreditNote>;
  /** As it is now: part of the credit may have paid what was due on it. */
  bill: Stored<Bill>;
}

/** What credit notes gave to the patient, minor units. */
export function creditedToPatient(notes: readonly CreditNote[]): number {
  return sumAmounts(notes.filter((note) => note.to === 'patient').map((note) => note.total));
}

/** A bill that a credit note follows is not cancelled: what the note gave would be given back twice. */
export function creditedErrors(reads: ScopedReads, bill: Bill): FieldError[] {
  const [note] = creditNotesOf(reads, bill.id);
  if (!note) return [];
  const message = `Credit note ${note.number} was issued on bill ${bill.number}`;
  return [{ field: 'id', code: 'bill.credited', message, remedy: 'Issue another credit note for the rest.' }];
}

/** A bill that an organisation or insurer was asked for stays as they were told it. */
export function askedForErrors(bill: Bill): FieldError[] {
  const errors: FieldError[] = [];
  const add = (code: string, message: string, remedy: string) => errors.push({ field: 'id', code, message, remedy });
  if (bill.invoiceId !== undefined) {
    add(
      'bill.invoiced',
      `Bill ${bill.number} is on an invoice`,
      'Issue a credit note for less, a further order for more, or cancel the invoice first.',
    );
  }
  if (bill.claimId !== undefined) {
    add('bill.claimed', `Bill ${bill.number} is claimed from the insurer`, 'Take the claim back first.');
  }
  return errors;
}

/**
 * Issues a credit note on lines of a bill as it was read at `rev`: a numbered document of its own, with the bill's tax. It
 * credits the organisation's account where that pays, otherwise the patient, whose credit first pays what is still due on the
 * bill. The lines and sums of the bill stay. At most what a line costs after discount, and what was not credited before, of
 * the part that patient or organisation pays. One commit.
 * @param approver who allows it where the session may not, already proven
 */
export function issueCreditNote(
  kernel: Kernel,
  session: Session,
  input: CreditNoteInput,
  approver?: Session,
): Credited {
  return kernel.change(session, (work) => {
    const bill = needBillAt(work, { id: input.billId, rev: input.rev });
    const before = creditNotesOf(work, bill.id);
    const { total, tax } = sumsOf(bill, before, input);
    const { timeZone, locale } = centreOf(work);
    const { id: billId, patientId, organisationId, branchId, currency, taxPercent } = bill;
    const amount = formatMoney({ amount: total, currency }, locale);
    const what = `Credit note of ${amount} on bill ${bill.number}: ${input.reason}`.slice(0, 300);
    const needed = cancelApproval(session, 'bill.pay', { kind: 'creditNote', field: 'approver', what });
    refuseIfInvalid([...noteErrors(bill, before, input, total), ...approvalErrors(needed, approver)]);
    const approvals = newApprovals(work, needed, approver);
    const names = new Map(bill.lines.map((line) => [line.id, line]));
    const creditNote = work.insert<'billing', CreditNote>('billing', {
      kind: 'creditNote',
      number: `${kernel.station().prefix}-C${String(work.nextNumber('creditNote')).padStart(6, '0')}`,
      ...{ billId, billNumber: bill.number, patientId, organisationId, branchId, currency, taxPercent, tax, total },
      registeredAt: work.now,
      registeredOn: civilMoment(new Date(work.now), timeZone).slice(0, 10),
      lines: input.lines.map(({ lineId, amount }) => {
        const line = names.get(lineId);
        return { lineId, testCode: line?.testCode ?? '', testName: line?.testName ?? '', amount };
      }),
      to: bill.onCredit ? 'organisation' : 'patient',
      reason: input.reason,
      ...(approvals.length > 0 ? { approvals } : {}),
    });
    recordApprovals(work, approvals, bill);
    work.record('creditNote.created', {
      values: { number: creditNote.number, bill: bill.number, amount, reason: input.reason },
      subject: { collection: 'billing', id: creditNote.id },
      patientId,
    });
    return { creditNote, bill: creditNote.to === 'patient' ? creditPatient(work, bill, creditNote) : bill };
  });
}

/** The credit goes to the patient's balance, and from there to what is due on the bill. */
function creditPatient(work: Work, bill: Stored<Bill>, note: Stored<CreditNote>): Stored<Bill> {
  const of = { patientId: bill.patientId, billId: bill.id, creditNoteId: note.id };
  bookCredit(work, { ...of, entry: 'creditNote', amount: note.total, reason: note.reason });
  const used = Math.min(note.total, Math.max(0, bill.totals.due));
  if (used === 0) return bill;
  bookCredit(work, { ...of, entry: 'used', amount: used });
  const payment = newPayment(work, 'payment', { method: 'credit', amount: used, reference: note.number });
  const payments = [...bill.payments, payment];
  return work.update<'billing', Bill>('billing', bill, {
    payments,
    ...settle({ ...bill, payments, cancelled: false }),
  });
}

/** Tax is rounded once a note; the last note gets what the bill's own rounding left. */
function sumsOf(bill: Bill, before: readonly CreditNote[], input: CreditNoteInput): { total: number; tax: number } {
  const amount = sumAmounts(input.lines.map((line) => line.amount));
  const taxLeft = bill.totals.tax - sumAmounts(before.map((note) => note.tax));
  const credited = sumAmounts(before.flatMap((note) => note.lines.map((line) => line.amount)));
  const isLast = credited + amount === bill.totals.gross - bill.totals.discount;
  const tax = Math.max(0, isLast ? taxLeft : Math.min(percentOf(amount, bill.taxPercent), taxLeft));
  return { total: amount + tax, tax };
}

function noteErrors(
  bill: Bill,
  before: readonly CreditNote[],
  { lines }: CreditNoteInput,
  total: number,
): FieldError[] {
  if (bill.status === 'cancelled') {
    return [{ field: 'billId', code: 'bill.cancelled', message: `Bill ${bill.number} is cancelled already` }];
  }
  const errors = lines.flatMap(({ lineId, amount }, index): FieldError[] => {
    const field = `lines.${index}.amount`;
    const line = bill.lines.find((one) => one.id === lineId);
    if (!line) return [{ field, code: 'line.missing', message: 'There is no such line on the bill' }];
    if (lines.findIndex((one) => one.lineId === lineId) < index) {
      return [
        { field, code: 'line.twice', message: `${line.testName} stands twice`, remedy: 'Remove one of the two.' },
      ];
    }
    const done = before.flatMap((note) => note.lines).filter((one) => one.lineId === lineId);
    const left = line.price - line.discount - sumAmounts(done.map((one) => one.amount));
    if (amount <= left) return [];
    const message = `More than what is left of ${line.testName}`;
    return [{ field, code: 'creditNote.aboveLine', message, remedy: 'Lower the amount.' }];
  });
  const part = bill.totals.net - (bill.totals.insurer ?? 0) - sumAmounts(before.map((note) => note.total));
  if (errors.length === 0 && total > part) {
    const message = 'More than the part of the bill that the patient or organisation pays';
    errors.push({ field: 'lines', code: 'creditNote.abovePart', message, remedy: 'Lower the amounts.' });
  }
  if (bill.payments.length >= mostEntries) {
    errors.push({ field: 'billId', code: 'payment.tooMany', message: 'There are too many entries on this bill' });
  }
  return errors;
}
