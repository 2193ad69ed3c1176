import { formatMoney } from '../../../shared/billing/money.ts';
import type { CreateBill, QuoteOrder } from '../../../shared/billing/order-input.ts';
import type { Bill, BillLine, BillTotals } from '../../../shared/billing/schema.ts';
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
import { type CheckedOrder, checkOrder, type OrderedTest } from './check-order.ts';
import { newPayment } from './pay-bill.ts';

/** What an order would cost and need. */
export interface Quote {
  lines: { testId: string; testCode: string; testName: string; price: number; discount: number }[];
  totals: BillTotals;
  currency: string;
  tubes: Tube[];
}

/** What an order made. */
export interface Ordered {
  bill: Stored<Bill>;
  specimens: Stored<Specimen>[];
  reports: ReportSummary[];
}

/** Prices an order being typed. Its errors are those that `createBill` would give; nothing is written. */
export function quoteOrder(kernel: Kernel, session: Session, order: QuoteOrder): Quote {
  requirePermission(session, 'bill.create');
  const reads = kernel.reads(session.labId);
  const { currency, timeZone } = centreOf(reads);
  const today = civilMoment(new Date(kernel.clock.now()), timeZone);
  const { errors, lines, totals, tubes } = checkOrder(reads, session, order, today.slice(0, 10));
  refuseIfInvalid(errors);
  if (!totals) throw new Error('an order without errors has totals');
  return {
    lines: lines.map(({ test, price, discount }) => ({
      testId: test.id,
      testCode: test.code,
      testName: test.name,
      price,
      discount,
    })),
    totals,
    currency,
    tubes,
  };
}

/**
 * Orders tests and bills them: the bill with its number, the first payment if there is one, one expected specimen a tube
 * with its accession, one report a test with the lines to be filled, all pointing at each other, and the activity entry,
 * in one commit. All input errors come at once; a refusal leaves no number used.
 */
export function createBill(kernel: Kernel, session: Session, input: CreateBill): Ordered {
  requirePermission(session, 'bill.create');
  return kernel.change(session, (work) => {
    const centre = centreOf(work);
    const today = civilMoment(new Date(work.now), centre.timeZone);
    const order = checkOrder(work, session, input, today.slice(0, 10));
    refuseIfInvalid(order.errors);
    const { patient, totals } = order;
    if (!patient || !totals) throw new Error('an order without errors has a patient and totals');
    const station = kernel.station();
    const billId = newId();
    const specimens = order.tubes.map((tube) =>
      newSpecimen(work, station.prefix, { patientId: patient.id, billId }, tube),
    );
    const reports = reportsFor(work, order, patient, billId, specimens, today);
    const bill = work.insert<'billing', Bill>('billing', {
      id: billId,
      kind: 'bill',
      number: `${station.prefix}-B${String(work.nextNumber('bill')).padStart(6, '0')}`,
      patientId: patient.id,
      branchId: station.branchId,
      organisationId: input.organisationId,
      referrerId: input.referrerId,
      registeredAt: work.now,
      registeredOn: today.slice(0, 10),
      currency: centre.currency,
      diagnoses: input.diagnoses,
      discountReason: input.discount?.reason || undefined,
      ...moneyOf(work, order.lines, reports, input, centre.taxPercent),
    });
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
  billId: string,
  specimens: readonly DraftSpecimen[],
  today: string,
): DraftReport[] {
  const byTest = new Map(specimens.flatMap((specimen) => specimen.testCodes.map((code) => [code, specimen])));
  return order.lines.map(({ test }) => {
    const specimen = byTest.get(test.code);
    if (!specimen) throw new Error(`no tube was made for ${test.code}`);
    const { id: specimenId, accession } = specimen;
    const id = newId();
    const ordered = { id, patientId: patient.id, billId, specimenId, accession, orderedAt: work.now };
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
  tests: readonly OrderedTest[],
  reports: readonly DraftReport[],
  input: CreateBill,
  taxPercent: number,
): Pick<Bill, 'lines' | 'taxPercent' | 'payments' | 'totals' | 'status'> {
  const lines = tests.map(({ test, price, discount }, index): BillLine => {
    const report = reports[index];
    return {
      id: newId(),
      testId: test.id,
      testCode: test.code,
      testName: test.name,
      price,
      discount,
      specimenId: report?.specimenId,
      reportIds: report ? [report.id] : [],
    };
  });
  const payments = input.payment ? [newPayment(work, 'payment', input.payment)] : [];
  return { lines, taxPercent, payments, ...settle({ lines, taxPercent, payments, cancelled: false }) };
}
