import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import type { BillRange, ListBills } from '../../../shared/billing/order-input.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { conflict, keysetPage, notFound, refuseIfInvalid, type ScopedReads } from '../kernel/index.ts';
import { type ReportSummary, reportSummary } from '../reports/index.ts';
import { patientIdsByText } from '../specimens/index.ts';

/** A bill as lists show it, with everything it points at (reference: select_related and prefetch_related of get_bills). */
export interface BillRow
  extends Pick<
    Bill,
    'id' | 'number' | 'registeredAt' | 'registeredOn' | 'patientId' | 'currency' | 'totals' | 'status' | 'diagnoses'
  > {
  rev: string;
  patientName: string;
  patientNumber: string;
  organisationName?: string;
  referrerName?: string;
  branchName?: string;
  /** Codes of the tests. */
  tests: string[];
  lines: Pick<Bill['lines'][number], 'testCode' | 'testName' | 'price' | 'discount'>[];
}

/** A bill with what its screen shows. */
export interface BillDetails {
  bill: Stored<Bill>;
  patient: Stored<Patient>;
  organisationName?: string;
  referrerName?: string;
  specimens: Stored<Specimen>[];
  reports: ReportSummary[];
}

/** An instant range, `from` included, `to` not. */
export interface InstantRange {
  readonly from: string;
  readonly to: string;
}

/** Two days of the lab, both included, as instants; refuses days the wrong way round. */
export function instantRange({ from, to }: BillRange, timeZone: string): InstantRange {
  const error: FieldError = { field: 'to', code: 'range.order', message: 'The range ends before it begins' };
  refuseIfInvalid(to < from ? [error] : []);
  return { from: startOfDay(from, timeZone), to: startOfDay(nextDay(to), timeZone) };
}

/**
 * A page of bills registered in a range of days, the newest first (reference: Billing.get_bills): patient, organisation,
 * referrer, branch, lines and codes are there without a further query. Four statements, with a text at most eight, whatever
 * the page.
 */
export function getBills(reads: ScopedReads, input: ListBills, timeZone: string): Page<BillRow> {
  const { text, status, cursor, limit } = input;
  const range = instantRange(input, timeZone);
  const inRange = { registeredAt: { $gte: range.from, $lt: range.to }, ...(status ? { status: { $eq: status } } : {}) };
  if (!text) {
    const { rows, nextCursor } = keysetPage(reads, 'billing', { kind: { $eq: 'bill' }, ...inRange }, 'registeredAt', {
      cursor,
      limit,
    });
    return { rows: rowsOf(reads, rows), nextCursor };
  }
  const byNumber = reads
    .byKeyPrefix('billing', text, limit)
    .filter((bill) => bill.registeredAt >= range.from && bill.registeredAt < range.to)
    .filter((bill) => !status || bill.status === status);
  if (byNumber.length > 0) return { rows: rowsOf(reads, byNumber) };
  // Without `kind` the index on the patient is the only one that fits: a patient has few bills, a range may have a million.
  const ofPatients = { patientId: { $in: patientIdsByText(reads, text) } };
  const { rows, nextCursor } = keysetPage(reads, 'billing', { ...ofPatients, ...inRange }, 'registeredAt', {
    cursor,
    limit,
  });
  return { rows: rowsOf(reads, rows), nextCursor };
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

/** A bill with patient, names, specimens and reports; five statements. */
export function billDetails(reads: ScopedReads, id: string): BillDetails {
  const bill = needBill(reads, id);
  const names = namesOf(reads, [bill]);
  return {
    bill,
    patient: reads.need('patients', bill.patientId),
    organisationName: names(bill.organisationId),
    referrerName: names(bill.referrerId),
    specimens: [
      ...reads
        .mapOf(
          'specimens',
          bill.lines.map((line) => line.specimenId),
        )
        .values(),
    ],
    reports: reads
      .getMany(
        'reports',
        bill.lines.flatMap((line) => line.reportIds),
      )
      .map(reportSummary),
  };
}

/** Names of the doctors and organisations of bills, by id; one statement at most. */
export function namesOf(reads: ScopedReads, bills: readonly Bill[]): (id: string | undefined) => string | undefined {
  const ids = new Set(bills.flatMap((bill) => [bill.organisationId, bill.referrerId]).filter((id) => id !== undefined));
  const names = new Map<string, string>();
  for (const entry of reads.cached('directory', [...ids])) {
    if (entry.kind === 'doctor') names.set(entry.id, entry.fullName);
    if (entry.kind === 'organisation') names.set(entry.id, entry.name);
  }
  return (id) => names.get(id ?? '');
}

function rowsOf(reads: ScopedReads, bills: readonly Stored<Bill>[]): BillRow[] {
  const patients = reads.mapOf(
    'patients',
    bills.map((bill) => bill.patientId),
  );
  const names = namesOf(reads, bills);
  const branchIds = new Set(bills.map((bill) => bill.branchId).filter((id) => id !== undefined));
  const branches = new Map(reads.cached('setup', [...branchIds]).map((entry) => [entry.id, entry]));
  return bills.map((bill) => {
    const { id, _rev: rev, number, registeredAt, registeredOn, patientId, currency, totals, status, diagnoses } = bill;
    const branch = branches.get(bill.branchId ?? '');
    const patient = patients.get(patientId);
    return {
      ...{ id, rev, number, registeredAt, registeredOn, patientId, currency, totals, status, diagnoses },
      patientName: patient?.fullName ?? '',
      patientNumber: patient?.number ?? '',
      organisationName: names(bill.organisationId),
      referrerName: names(bill.referrerId),
      branchName: branch?.kind === 'branch' ? branch.name : undefined,
      tests: bill.lines.map((line) => line.testCode),
      lines: bill.lines.map(({ testCode, testName, price, discount }) => ({ testCode, testName, price, discount })),
    };
  });
}
