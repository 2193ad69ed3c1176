import { formatMoney } from '../../../shared/billing/money.ts';
import type { PreviewUpdate, UpdateBill } from '../../../shared/billing/order-input.ts';
import type { Bill, BillLine, BillTotals } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { positionText } from '../../../shared/specimens/cells.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import {
  type StabilityEnd,
  stabilityEnds,
  stabilityOf,
  type TestStability,
} from '../../../shared/specimens/stability.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { cancelReports, newReport } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { cancelSpecimens, changeTests, newSpecimen } from '../specimens/index.ts';
import { bookBillCredit } from './account.ts';
import { approvalErrors, newApprovals, recordApprovals } from './approvals.ts';
import { type QuotedLine, quotedLine } from './create-bill.ts';
import { newPayment } from './payment-rules.ts';
import { planUpdate, type UpdatePlan } from './plan-update.ts';

/** What a change of a bill would do, to look at before it is saved. */
export interface UpdatePreview {
  /** Why it cannot be saved; empty: it can. */
  problems: FieldError[];
  added: QuotedLine[];
  removed: Pick<BillLine, 'id' | 'testCode' | 'testName' | 'price' | 'discount'>[];
  specimens: SpecimenConsequence[];
  /** Tubes that are there but do not do for a test, which is drawn anew. */
  drawnAnew: TubeRefusal[];
  before: BillTotals;
  after: BillTotals;
  /** To give back, minor units. */
  refund: number;
  approvals: { kind: string; what: string }[];
}

/** Why a test cannot come from a tube that is there. */
export interface TubeRefusal {
  testCode: string;
  accession: string;
  why: 'volume' | 'unstable';
  /** Since when it is unstable, UTC. */
  since?: string;
}

/** What happens to a tube. */
export interface SpecimenConsequence {
  accession?: string;
  typeName: string;
  container: string;
  /** Tests made from it afterwards. */
  testCodes: string[];
  what: 'new' | 'changed' | 'cancelled';
  state?: Specimen['state'];
  /** Where it is kept. */
  position?: string;
  /** Until when its tests can be made, if it stays where it is. */
  ends?: StabilityEnd[];
}

/** Shows what `updateBill` would do to specimens, reports and money. Nothing is written. */
export function previewUpdate(kernel: Kernel, session: Session, input: PreviewUpdate): UpdatePreview {
  requirePermission(session, 'bill.update');
  const reads = kernel.reads(session.labId);
  const now = kernel.clock.now();
  const today = civilMoment(new Date(now), centreOf(reads).timeZone).slice(0, 10);
  const plan = planUpdate(reads, session, input, today, now);
  const consequences = consequencesOf(plan);
  return {
    problems: plan.errors,
    added: plan.added.map((line) => quotedLine(line, plan.notCovered)),
    removed: plan.removed.map(({ id, testCode, testName, price, discount }) => {
      return { id, testCode, testName, price, discount };
    }),
    specimens: [
      ...consequences.map(({ specimen, testCodes, added }): SpecimenConsequence => {
        const { accession, typeName, container, state } = specimen;
        return {
          ...{ accession, typeName, container, testCodes, state },
          what: testCodes.length > 0 ? 'changed' : 'cancelled',
          position: positionText(specimen) || undefined,
          ends: stabilityEnds(stabilityOf([...(specimen.stability ?? []), ...added], testCodes), specimen),
        };
      }),
      ...plan.tubes.flatMap(({ tube, existing }): SpecimenConsequence[] => {
        const { typeName, container, testCodes } = tube;
        return existing ? [] : [{ typeName, container, testCodes: [...testCodes], what: 'new' }];
      }),
    ],
    drawnAnew: plan.refusals.map(({ testCode, specimen, why, since }) => {
      return { testCode, accession: specimen.accession, why, since };
    }),
    before: plan.bill.totals,
    after: plan.after,
    refund: plan.refund,
    approvals: plan.needed.map(({ kind, what }) => ({ kind, what })),
  };
}

/**
 * Adds tests to a bill and takes others off, as it was read at `rev` (reference: bill_update): specimens and reports are made,
 * shared or cancelled, the money is recomputed, what is then paid too much is given back by an entry. A test that was measured
 * stays. One commit; all errors at once.
 * @param approver who allows what is beyond a discount or credit limit, already proven
 */
export function updateBill(kernel: Kernel, session: Session, input: UpdateBill, approver?: Session): Stored<Bill> {
  requirePermission(session, 'bill.update');
  return kernel.change(session, (work) => {
    const { timeZone, locale } = centreOf(work);
    const today = civilMoment(new Date(work.now), timeZone);
    const plan = planUpdate(work, session, input, today.slice(0, 10), Date.parse(work.now));
    refuseIfInvalid([...plan.errors, ...approvalErrors(plan.needed, approver), ...saveErrors(plan, input)]);
    const { bill, kept, removed } = plan;
    cancelReports(work, plan.removedReports);
    const addedLines = addTests(kernel, work, plan, today);
    const lines = [...kept, ...addedLines];
    const refunds =
      plan.refund > 0 && input.refundMethod
        ? [newPayment(work, 'refund', { method: input.refundMethod, amount: plan.refund, reason: input.reason })]
        : [];
    const payments = [...bill.payments, ...refunds];
    const approvals = newApprovals(work, plan.needed, approver);
    const updated = work.update<'billing', Bill>('billing', bill, {
      lines,
      payments,
      ...(approvals.length > 0 ? { approvals: [...(bill.approvals ?? []), ...approvals] } : {}),
      ...discountReasonOf(bill, addedLines, input),
      ...settle({ ...bill, lines, payments, cancelled: false }),
    });
    bookBillCredit(work, bill, refunds, input.reason);
    recordApprovals(work, approvals, bill);
    work.record('bill.updated', {
      values: {
        number: bill.number,
        added: addedLines.map((line) => line.testCode).join(', ') || '—',
        removed: removed.map((line) => line.testCode).join(', ') || '—',
        total: formatMoney({ amount: updated.totals.net, currency: bill.currency }, locale),
        reason: input.reason ?? '',
      },
      subject: { collection: 'billing', id: bill.id },
      patientId: bill.patientId,
    });
    return updated;
  });
}

/** The reasons of all discounts, the first first. */
function discountReasonOf(bill: Bill, added: readonly BillLine[], input: UpdateBill): Pick<Bill, 'discountReason'> {
  const reason = input.discount?.reason;
  if (!reason || !added.some(({ discount }) => discount > 0)) return {};
  const reasons = new Set([...(bill.discountReason?.split('; ') ?? []), reason]);
  return { discountReason: [...reasons].join('; ').slice(0, 300) };
}

function saveErrors(plan: UpdatePlan, input: UpdateBill): FieldError[] {
  const errors: FieldError[] = [];
  if (input.add.length === 0 && input.remove.length === 0) {
    errors.push({ field: 'add', code: 'bill.unchanged', message: 'Nothing is added or taken off' });
  }
  if (input.remove.length > 0 && (input.reason ?? '').length < 3) {
    errors.push({ field: 'reason', code: 'reason', message: 'Say why: it is kept with the bill' });
  }
  if (plan.refund > 0 && input.refundMethod === undefined) {
    const message = 'More was paid than is due then';
    errors.push({ field: 'refundMethod', code: 'refund.method', message, remedy: 'Choose how it is given back.' });
  }
  return errors;
}

interface Consequence {
  readonly specimen: Stored<Specimen>;
  /** Afterwards; empty: it is not wanted any more. */
  readonly testCodes: string[];
  readonly reportIds: string[];
  /** How long the added tests keep. */
  readonly added: readonly TestStability[];
}

/** What happens to the specimens that are there; those nothing happens to are left out. */
function consequencesOf({ specimens, removed, tubes }: UpdatePlan): Consequence[] {
  const gone = new Set(removed.map((line) => line.testCode));
  const goneReports = new Set(removed.flatMap((line) => line.reportIds));
  return specimens.flatMap((specimen) => {
    if (specimen.state === 'cancelled') return [];
    const onIt = tubes.filter(({ existing }) => existing?.id === specimen.id).map(({ tube }) => tube);
    const added = onIt.flatMap(({ testCodes }) => testCodes);
    const touched = added.length > 0 || specimen.reportIds.some((id) => goneReports.has(id));
    if (!touched) return [];
    const own = specimen.reportIds.some((id) => goneReports.has(id))
      ? specimen.testCodes.filter((code) => !gone.has(code))
      : specimen.testCodes;
    return [
      {
        specimen,
        testCodes: [...own, ...added],
        reportIds: specimen.reportIds.filter((id) => !goneReports.has(id)),
        added: onIt.flatMap(({ stability }) => stability),
      },
    ];
  });
}

/** Specimens and reports of the added tests, and the bill's lines that point at them. */
function addTests(kernel: Kernel, work: Work, plan: UpdatePlan, today: string): BillLine[] {
  const { bill, patient, added, catalogue } = plan;
  const { prefix } = kernel.station();
  const fresh = new Map(
    plan.tubes.flatMap(({ tube, existing }) =>
      existing ? [] : [[tube, newSpecimen(work, prefix, { patientId: patient.id, billId: bill.id }, tube)] as const],
    ),
  );
  const reports: (NewDocument<Report> & { id: string; specimenId: string })[] = [];
  const lines = added.map((ordered): BillLine => {
    const place = plan.tubes.find(({ tube }) => tube.testCodes.includes(ordered.test.code));
    const specimen = place && (place.existing ?? fresh.get(place.tube));
    if (!specimen) throw new Error(`no tube was made for ${ordered.test.code}`);
    const { id: specimenId, accession } = specimen;
    const about = { patientId: patient.id, billId: bill.id, pregnancy: bill.pregnancy };
    const of = { id: newId(), ...about, specimenId, accession, orderedAt: work.now };
    const report = newReport(of, ordered.test, catalogue, patient, today);
    const isHere = place.existing?.state === 'received' || place.existing?.state === 'stored';
    const state = isHere ? 'inProgress' : report.state;
    reports.push({ ...report, state, id: of.id, specimenId });
    return { id: newId(), ...quotedLine(ordered, plan.notCovered), specimenId, reportIds: [of.id] };
  });
  work.insertMany('reports', reports);
  const idsOf = (specimenId: string) => reports.filter((one) => one.specimenId === specimenId).map((one) => one.id);
  work.insertMany(
    'specimens',
    [...fresh.values()].map((specimen) => ({ ...specimen, reportIds: idsOf(specimen.id) })),
  );
  const consequences = consequencesOf(plan);
  changeTests(
    work,
    consequences
      .filter(({ testCodes }) => testCodes.length > 0)
      .map(({ specimen, testCodes, reportIds, added: kept }) => ({
        ...{ specimen, testCodes, added: kept },
        reportIds: [...reportIds, ...idsOf(specimen.id)],
      })),
  );
  const unwanted = consequences.filter(({ testCodes }) => testCodes.length === 0).map(({ specimen }) => specimen);
  cancelSpecimens(work, unwanted, `Taken off bill ${bill.number}`);
  return lines;
}
