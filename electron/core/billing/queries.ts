import { creditAccount } from '../../../shared/billing/balances.ts';
import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import type { BillRange, BillTotalsInput, ListBills } from '../../../shared/billing/list-input.ts';
import {
  type Bill,
  type BillingDocument,
  type BillStatus,
  billStatusSchema,
  type CreditNote,
} from '../../../shared/billing/schema.ts';
import { type MoneyFlag, moneyFlag } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { conflict, keysetUnion, notFound, refuseIfInvalid, type ScopedReads } from '../kernel/index.ts';
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
  insurerName?: string;
  /** Who made the bill. */
  userName?: string;
  onCredit: boolean;
  flag?: MoneyFlag;
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
  insurerName?: string;
  branchName?: string;
  flag?: MoneyFlag;
  /** The patient's credit balance, minor units. */
  credit: number;
  creditNotes: Stored<CreditNote>[];
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

/** The statuses in which the patient still owes something. */
const dueStatuses: readonly BillStatus[] = ['open', 'partPaid'];

/**
 * A page of bills registered in a range of days, narrowed and in the order asked for (reference: Billing.get_bills): patient,
 * organisation, insurer, referrer, branch, user, lines and codes are there without a further query. Five statements, of what
 * is due six, with a text at most ten, whatever the page.
 */
export function getBills(reads: ScopedReads, input: ListBills, timeZone: string): Page<BillRow> {
  const { text, cursor, limit } = input;
  const order = input.order === 'oldest' ? 'asc' : 'desc';
  const range = instantRange(input, timeZone);
  const statuses = statusesOf(input);
  if (statuses?.length === 0) return { rows: [] };
  const narrowed = { registeredAt: { $gte: range.from, $lt: range.to }, ...conditionsOf(input) };
  const page = (selector: object) => {
    const one = (status?: BillStatus) => ({ ...selector, ...narrowed, ...(status ? { status: { $eq: status } } : {}) });
    const selectors = statuses ? statuses.map(one) : [one()];
    const { rows, nextCursor } = keysetUnion(reads, 'billing', selectors, 'registeredAt', { cursor, limit }, order);
    return { rows: billRows(reads, rows.filter(isBill)), nextCursor };
  };
  if (!text) return page({ kind: { $eq: 'bill' } });
  const named = billsByNumber(reads, { ...input, text }, timeZone);
  if (named.length > 0) return { rows: billRows(reads, named) };
  // Without `kind` the index on the patient is the only one that fits: a patient has few bills, a range may have a million.
  // Only bills have a status.
  return page({ patientId: { $in: patientIdsByText(reads, text) }, status: { $in: [...billStatusSchema.options] } });
}

/** The bills whose number begins with a text, narrowed as a list is; at most a page of them. One statement. */
export function billsByNumber(
  reads: ScopedReads,
  input: ListBills & { text: string },
  timeZone: string,
): Stored<Bill>[] {
  const range = instantRange(input, timeZone);
  const statuses = statusesOf(input);
  const conditions = Object.entries(conditionsOf(input)) as [keyof Bill, { $eq: string }][];
  return reads
    .byKeyPrefix('billing', input.text, input.limit)
    .filter(isBill)
    .filter((bill) => bill.registeredAt >= range.from && bill.registeredAt < range.to)
    .filter((bill) => !statuses || statuses.includes(bill.status))
    .filter((bill) => conditions.every(([field, { $eq }]) => bill[field] === $eq));
}

/** Whether a billing document is a bill. */
export function isBill(document: Stored<BillingDocument>): document is Stored<Bill> {
  return document.kind === 'bill';
}

/** The statuses asked for; undefined: any. */
function statusesOf({ status, dueOnly }: Pick<BillTotalsInput, 'status' | 'dueOnly'>): BillStatus[] | undefined {
  if (!dueOnly) return status ? [status] : undefined;
  return dueStatuses.filter((one) => status === undefined || one === status);
}

/** What narrows bills beside range and status, as a selector. */
function conditionsOf(input: BillTotalsInput): Record<string, { $eq: string }> {
  return Object.fromEntries(partiesOf(input).map(([field, value]) => [field, { $eq: value }]));
}

/** The parties that bills are narrowed by, each with its field. */
function partiesOf(input: BillTotalsInput): [field: string, value: string][] {
  const { organisationId, insurerId, branchId, referrerId, userId: createdBy } = input;
  const given = Object.entries({ organisationId, insurerId, branchId, referrerId, createdBy });
  return given.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]]));
}

/** What narrows bills beside the range, for the read worker: columns, each with the values that it may have. */
export function narrowingOf(input: BillTotalsInput): [column: string, values: readonly string[]][] {
  const statuses = statusesOf(input);
  const parties = partiesOf(input).map(([field, value]): [string, string[]] => [field, [value]]);
  return statuses ? [...parties, ['status', statuses]] : parties;
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

/** A bill with patient, names, specimens, reports and credit notes; eight statements. */
export function billDetails(reads: ScopedReads, id: string): BillDetails {
  const bill = needBill(reads, id);
  const names = namesOf(reads, [bill]);
  const reportIds = bill.lines.flatMap((line) => line.reportIds);
  return {
    bill,
    patient: reads.need('patients', bill.patientId),
    organisationName: names.directory(bill.organisationId),
    referrerName: names.directory(bill.referrerId),
    insurerName: names.directory(bill.insurerId),
    branchName: names.branch(bill.branchId),
    flag: moneyFlag(bill),
    credit: reads.balance('billing', creditAccount(bill.patientId, bill.currency)),
    creditNotes: creditNotesOf(reads, id),
    specimens: [
      ...reads
        .mapOf(
          'specimens',
          bill.lines.map((line) => line.specimenId),
        )
        .values(),
    ],
    reports: reads.getMany('reports', reportIds).map(reportSummary),
  };
}

/** Names of what bills point at, by id. */
export interface BillNames {
  /** Doctors, organisations, insurers and staff. */
  directory(id: string | undefined): string | undefined;
  branch(id: string | undefined): string | undefined;
}

/** Names of the doctors, organisations, insurers, staff and branches of bills; two statements at most. */
export function namesOf(reads: ScopedReads, bills: readonly Bill[], others: readonly string[] = []): BillNames {
  const known = (ids: readonly (string | undefined)[]) => [...new Set(ids.filter((id) => id !== undefined))];
  const ids = bills.flatMap((bill) => [bill.organisationId, bill.referrerId, bill.insurerId, bill.createdBy]);
  const names = directoryNames(reads, known([...ids, ...others]));
  const branches = new Map<string, string>();
  for (const entry of reads.cached('setup', known(bills.map((bill) => bill.branchId)))) {
    if (entry.kind === 'branch') branches.set(entry.id, entry.name);
  }
  return { directory: (id) => names.get(id ?? ''), branch: (id) => branches.get(id ?? '') };
}

/** The credit notes of a bill, the oldest first. One statement. */
export function creditNotesOf(reads: ScopedReads, billId: string): Stored<CreditNote>[] {
  return reads
    .find('billing', { selector: { billId: { $eq: billId } }, sort: [{ registeredAt: 'asc' }] })
    .filter((document): document is Stored<CreditNote> => document.kind === 'creditNote');
}

/** What people and parties of the directory are called, by id. One statement at most. */
export function directoryNames(reads: ScopedReads, ids: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const entry of reads.cached('directory', ids)) {
    switch (entry.kind) {
      case 'doctor':
      case 'staff':
        names.set(entry.id, entry.fullName);
        break;
      case 'organisation':
      case 'insurer':
      case 'insuranceGroup':
      case 'outsourceLab':
      case 'role':
        names.set(entry.id, entry.name);
        break;
      default:
        entry satisfies never;
    }
  }
  return names;
}

/** Bills as lists show them, in their order; four statements at most. */
export function billRows(reads: ScopedReads, bills: readonly Stored<Bill>[]): BillRow[] {
  const patients = reads.mapOf(
    'patients',
    bills.map((bill) => bill.patientId),
  );
  const names = namesOf(reads, bills);
  return bills.map((bill) => {
    const { id, _rev: rev, number, registeredAt, registeredOn, patientId, currency, totals, status, diagnoses } = bill;
    const patient = patients.get(patientId);
    return {
      ...{ id, rev, number, registeredAt, registeredOn, patientId, currency, totals, status, diagnoses },
      patientName: patient?.fullName ?? '',
      patientNumber: patient?.number ?? '',
      organisationName: names.directory(bill.organisationId),
      referrerName: names.directory(bill.referrerId),
      insurerName: names.directory(bill.insurerId),
      branchName: names.branch(bill.branchId),
      userName: names.directory(bill.createdBy),
      onCredit: bill.onCredit ?? false,
      flag: moneyFlag(bill),
      tests: bill.lines.map((line) => line.testCode),
      lines: bill.lines.map(({ testCode, testName, price, discount }) => ({ testCode, testName, price, discount })),
    };
  });
}
