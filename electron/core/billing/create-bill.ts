import { creditAccount } from '../../../shared/billing/balances.ts';
import { formatMoney } from '../../../shared/billing/money.ts';
import type { CreateBill, QuoteOrder } from '../../../shared/billing/order-input.ts';
import type { Approval, Bill, BillLine, BillTotals } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import type { Tube } from '../../../shared/specimens/tubes.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { newReport, type ReportSummary, reportSummary } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { newSpecimen } from '../specimens/index.ts';
import { bookBillCredit } from './account.ts';
import { approvalErrors, newApprovals, recordApprovals } from './approvals.ts';
import { type CheckedOrder, checkOrder, isNotCovered, paymentsOf } from './check-order.ts';
import type { OrderedTest } from './order-lines.ts';
import { newPayment } from './payment-rules.ts';

/** What an order would cost and need. */
export interface Quote {
  lines: QuotedLine[];
  totals: BillTotals;
  currency: string;
  tubes: Tube[];
  /** The organisation pays on its invoice. */
  onCredit: boolean;
  /** What somebody else has to allow. */
  approvals: { kind: Approval['kind']; field: string; what: string }[];
  /** The patient's credit balance, minor units. */
  credit: number;
}

/** A line of a quote: what a bill would hold of it. */
export type QuotedLine = Pick<
  BillLine,
  | 'testId'
  | 'testCode'
  | 'testName'
  | 'price'
  | 'discount'
  | 'profileCode'
  | 'profileName'
  | 'priceList'
  | 'priceSource'
  | 'notCovered'
>;

/** What an order made. */
export interface Ordered {
  bill: Stored<Bill>;
  specimens: Stored<Specimen>[];
  reports: ReportSummary[];
}

/** What a bill keeps of an ordered test. */
export function quotedLine(line: OrderedTest, notCovered: ReadonlySet<string>): QuotedLine {
  const { test, profile, price, discount, priceList, priceSource } = line;
  return {
    testId: test.id,
    testCode: test.code,
    testName: test.name,
    ...{ price, discount, priceList, priceSource },
    ...(profile ? { profileCode: profile.code, profileName: profile.name } : {}),
    ...(isNotCovered(line, notCovered) ? { notCovered: true } : {}),
  };
}

/**
 * Prices an order being typed. Its errors are those that `createBill` would give, but for approvals, which it names; nothing
 * is written.
 */
export function quoteOrder(kernel: Kernel, session: Session, order: QuoteOrder): Quote {
  requirePermission(session, 'bill.create');
  const reads = kernel.reads(session.labId);
  const { currency, timeZone } = centreOf(reads);
  const today = civilMoment(new Date(kernel.clock.now()), timeZone);
  const place = { today: today.slice(0, 10), branchId: kernel.station().branchId };
  const checked = checkOrder(reads, session, order, place);
  const { errors, needed, lines, totals, tubes, onCredit, notCovered } = checked;
  refuseIfInvalid(errors);
  if (!totals) throw new Error('an order without errors has totals');
  return {
    lines: lines.map((line) => quotedLine(line, notCovered)),
    ...{ totals, currency, tubes, onCredit },
    approvals: needed.map(({ kind, field, what }) => ({ kind, field, what })),
    credit: order.patientId === undefined ? 0 : reads.balance('billing', creditAccount(order.patientId, currency)),
  };
}

/**
 * Orders tests and bills them: the bill with its number, the first payment if there is one, one expected specimen a tube
 * with its accession, one report a test with the lines to be filled, all pointing at each other, and the activity entry,
 * in one commit. All input errors come at once; a refusal leaves no number used.
 * @param approver who allows what is beyond the session's right, already proven
 */
export function createBill(kernel: Kernel, session: Session, input: CreateBill, approver?: Session): Ordered {
  requirePermission(session, 'bill.create');
  return kernel.change(session, (work) => {
    const centre = centreOf(work);
    const today = civilMoment(new Date(work.now), centre.timeZone);
    const station = kernel.station();
    const order = checkOrder(work, session, input, { today: today.slice(0, 10), branchId: station.branchId });
    refuseIfInvalid([...order.errors, ...approvalErrors(order.needed, approver)]);
    const { patient, totals } = order;
    if (!patient || !totals) throw new Error('an order without errors has a patient and totals');
    const approvals = newApprovals(work, order.needed, approver);
    const billId = newId();
    const specimens = order.tubes.map((tube) =>
      newSpecimen(work, station.prefix, { patientId: patient.id, billId }, tube),
    );
    const reports = reportsFor(work, order, patient, { billId, pregnancy: input.pregnancy }, specimens, today);
    const bill = work.insert<'billing', Bill>('billing', {
      id: billId,
      kind: 'bill',
      number: `${station.prefix}-B${String(work.nextNumber('bill')).padStart(6, '0')}`,
      patientId: patient.id,
      branchId: station.branchId,
      organisationId: input.organisationId,
      referrerId: input.referrerId,
      insurerId: order.coverage?.insurerId,
      registeredAt: work.now,
      registeredOn: today.slice(0, 10),
      currency: centre.currency,
      diagnoses: input.diagnoses,
      ...(input.pregnancy ? { pregnancy: input.pregnancy } : {}),
      discountReason: input.discount?.reason || undefined,
      ...(approvals.length > 0 ? { approvals } : {}),
      ...moneyOf(work, order, reports, input, centre.taxPercent),
    });
    bookBillCredit(work, bill, bill.payments);
    recordApprovals(work, approvals, bill);
    const stored = work.insertMany('reports', reports);
    const linked = work.insertMany('specimens', withReports(specimens, reports));
    work.record('bill.created', {
      values: {
        number: bill.number,
        patient: patient.fullName,
        tests: bill.lines.map((line) => line.testCode).join(', '),
        total: formatMoney({ amount: bill.totals.net, currency: bill.currency }, centre.locale),
      },
      subject: { collection: 'billing', id: bill.id },
      patientId: patient.id,
    });
    return { bill, specimens: linked, reports: stored.map(reportSummary) };
  });
}

type DraftReport = NewDocument<Report> & { id: string };
type DraftSpecimen = NewDocument<Specimen> & { id: string };

function reportsFor(
  work: Work,
  order: CheckedOrder,
  patient: Patient,
  of: Pick<Report, 'billId' | 'pregnancy'>,
  specimens: readonly DraftSpecimen[],
  today: string,
): DraftReport[] {
  const byTest = new Map(specimens.flatMap((specimen) => specimen.testCodes.map((code) => [code, specimen])));
  return order.lines.map(({ test }) => {
    const specimen = byTest.get(test.code);
    if (!specimen) throw new Error(`no tube was made for ${test.code}`);
    const { id: specimenId, accession } = specimen;
    const id = newId();
    const ordered = { id, patientId: patient.id, ...of, specimenId, accession, orderedAt: work.now };
    return { ...newReport(ordered, test, order.catalogue, patient, today), id };
  });
}

function withReports(specimens: readonly DraftSpecimen[], reports: readonly DraftReport[]): DraftSpecimen[] {
  const bySpecimen = Map.groupBy(reports, (report) => report.specimenId);
  return specimens.map((specimen) => ({
    ...specimen,
    reportIds: bySpecimen.get(specimen.id)?.map((report) => report.id) ?? [],
  }));
}

function moneyOf(
  work: Work,
  { lines: tests, notCovered, coverage, onCredit }: CheckedOrder,
  reports: readonly DraftReport[],
  input: CreateBill,
  taxPercent: number,
): Pick<Bill, 'lines' | 'taxPercent' | 'coverage' | 'onCredit' | 'payments' | 'totals' | 'status'> {
  const lines = tests.map((test, index): BillLine => {
    const report = reports[index];
    return {
      id: newId(),
      ...quotedLine(test, notCovered),
      specimenId: report?.specimenId,
      reportIds: report ? [report.id] : [],
    };
  });
  const payments = paymentsOf(input).map((payment) => newPayment(work, 'payment', payment));
  const payers = { ...(coverage ? { coverage } : {}), ...(onCredit ? { onCredit } : {}) };
  const money = { lines, taxPercent, ...payers, payments };
  return { ...money, ...settle({ ...money, cancelled: false }) };
}
