import type { ReceiptInput } from '../../../shared/documents/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { letterheadOf, patientOnPaper, writingOf } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { namesOf, needBill } from './queries.ts';

/**
 * A bill as printed: a bill while money is due, a receipt when it is paid. Four statements.
 * @param printedAt UTC
 */
export function receiptDocument(reads: ScopedReads, id: string, printedAt: string): ReceiptInput {
  const bill = needBill(reads, id);
  const centre = centreOf(reads);
  const patient = reads.need('patients', bill.patientId);
  const names = namesOf(reads, [bill]);
  const staffIds = [...new Set([bill.createdBy, ...bill.payments.map((payment) => payment.by)])];
  const staff = new Map(
    reads
      .cached('directory', staffIds)
      .flatMap((entry) => (entry.kind === 'staff' ? [[entry.id, entry.fullName]] : [])),
  );
  const { number, status, cancelReason, registeredAt, currency, taxPercent, totals } = bill;
  return {
    kind: 'receipt',
    ...writingOf(centre, printedAt),
    pageSize: 'A5',
    letterhead: letterheadOf(centre),
    patient: patientOnPaper(patient, registeredAt, centre.timeZone),
    ...{ number, status, cancelReason, registeredAt, currency, taxPercent, totals },
    referrer: names(bill.referrerId),
    organisation: names(bill.organisationId),
    lines: bill.lines.map(({ testCode: code, testName: name, price, discount }) => ({ code, name, price, discount })),
    payments: bill.payments.map(({ kind, at, method, amount, reference, by }) => ({
      ...{ kind, at, method, amount, reference },
      by: staff.get(by),
    })),
    preparedBy: staff.get(bill.createdBy),
  };
}
