import type { CreditNotePaper, DayClosePaper, ReceiptInput } from '../../../shared/documents/schema.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';
import { letterheadOf, patientOnPaper, writingOf } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { needClose } from './day-close.ts';
import { namesOf, needBill } from './queries.ts';

/**
 * A bill as printed: a bill while money is due, a receipt when it is paid. Four statements.
 * @param printedAt UTC
 */
export function receiptDocument(reads: ScopedReads, id: string, printedAt: string): ReceiptInput {
  const bill = needBill(reads, id);
  const centre = centreOf(reads);
  const patient = reads.need('patients', bill.patientId);
  const names = namesOf(
    reads,
    [bill],
    bill.payments.map((payment) => payment.by),
  );
  const { number, status, cancelReason, registeredAt, currency, taxPercent, totals } = bill;
  return {
    kind: 'receipt',
    ...writingOf(centre, printedAt),
    pageSize: 'A5',
    letterhead: letterheadOf(centre),
    patient: patientOnPaper(patient, registeredAt, centre.timeZone),
    ...{ number, status, cancelReason, registeredAt, currency, taxPercent, totals },
    referrer: names.directory(bill.referrerId),
    organisation: names.directory(bill.organisationId),
    insurer: names.directory(bill.insurerId),
    diagnoses: bill.diagnoses.map(({ code, title }) => `${code} ${title}`.trim()),
    lines: bill.lines.map(({ testCode: code, testName: name, price, discount, profileName: profile }) => {
      return { code, name, price, discount, profile };
    }),
    payments: bill.payments.map(({ kind, at, method, amount, reference, tendered, by }) => ({
      ...{ kind, at, method, amount, reference, tendered },
      by: names.directory(by),
    })),
    preparedBy: names.directory(bill.createdBy),
  };
}

/**
 * A credit note as printed. Five statements.
 * @param printedAt UTC
 */
export function creditNoteDocument(reads: ScopedReads, id: string, printedAt: string): CreditNotePaper {
  const note = reads.need('billing', id);
  if (note.kind !== 'creditNote') throw notFound('billing', id);
  const centre = centreOf(reads);
  const bill = needBill(reads, note.billId);
  const names = namesOf(reads, [bill], [note.createdBy]);
  const { number, billNumber, registeredAt, currency, taxPercent, tax, total, to, reason } = note;
  return {
    kind: 'creditNote',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    patient: patientOnPaper(reads.need('patients', note.patientId), registeredAt, centre.timeZone),
    ...{ number, billNumber, registeredAt, currency, taxPercent, tax, total, to, reason },
    billedAt: bill.registeredAt,
    organisation: names.directory(note.organisationId),
    lines: note.lines.map(({ testCode: code, testName: name, amount }) => ({ code, name, amount })),
    preparedBy: names.directory(note.createdBy),
  };
}

/**
 * A day close as printed. Three statements.
 * @param printedAt UTC
 */
export function closeDocument(reads: ScopedReads, id: string, printedAt: string): DayClosePaper {
  const close = needClose(reads, id);
  const centre = centreOf(reads);
  const [station] = reads.cached('setup', [close.stationId]);
  const { number, staffName, since, registeredAt, currency, sums, denominations, difference, reason } = close;
  return {
    kind: 'dayClose',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    stationName: station?.kind === 'station' ? station.name : close.stationId.slice(0, 100),
    ...{ number, staffName, since, registeredAt, currency, sums, denominations, difference, reason },
  };
}
