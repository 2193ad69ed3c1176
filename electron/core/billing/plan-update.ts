import { organisationAccount } from '../../../shared/billing/balances.ts';
import { sumAmounts } from '../../../shared/billing/money.ts';
import type { PreviewUpdate } from '../../../shared/billing/order-input.ts';
import type { Bill, BillLine, BillTotals, CreditNote } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { hasResult } from '../../../shared/reports/values.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { stabilityEnds } from '../../../shared/specimens/stability.ts';
import { type OpenTube, placeTests, type Refusal, type Tube } from '../../../shared/specimens/tubes.ts';
import { byCode, type Catalogue, priceChainOf } from '../catalogue/index.ts';
import type { ScopedReads, Session } from '../kernel/index.ts';
import { centreOf, tubeRulesOf } from '../setup/index.ts';
import { creditApproval, discountApproval, type NeededApproval } from './approvals.ts';
import { isNotCovered, rightErrors, testErrors } from './check-order.ts';
import { askedForErrors } from './credit-note.ts';
import { discountLines, nameTests, type OrderedTest, priceTests } from './order-lines.ts';
import { creditNotesOf, needBillAt } from './queries.ts';

/** A tube that added tests come from: one that is there, or a new one. */
export interface PlannedTube {
  readonly tube: Tube;
  readonly existing: Stored<Specimen> | undefined;
}

/** What a change of a bill would do, worked out from one reading of everything it concerns. */
export interface UpdatePlan {
  readonly bill: Stored<Bill>;
  readonly patient: Stored<Patient>;
  readonly errors: FieldError[];
  readonly needed: NeededApproval[];
  readonly kept: readonly BillLine[];
  readonly removed: readonly BillLine[];
  readonly removedReports: readonly Stored<Report>[];
  readonly added: readonly OrderedTest[];
  readonly notCovered: ReadonlySet<string>;
  readonly tubes: readonly PlannedTube[];
  /** Tubes that are there, right in kind, that a test cannot come from. */
  readonly refusals: readonly (Refusal & { specimen: Stored<Specimen> })[];
  /** All specimens of the bill. */
  readonly specimens: readonly Stored<Specimen>[];
  readonly catalogue: Catalogue;
  readonly after: BillTotals;
  /** What is then paid too much, minor units. */
  readonly refund: number;
}

/**
 * Works out a change of a bill. Nothing is written; some twenty statements at most, whatever the bill and the change.
 * @param today in the lab's time zone
 * @param now milliseconds since 1970
 */
export function planUpdate(
  reads: ScopedReads,
  session: Session,
  input: PreviewUpdate,
  today: string,
  now: number,
): UpdatePlan {
  const bill = needBillAt(reads, input);
  const patient = reads.need('patients', bill.patientId);
  const specimens = reads.find('specimens', { selector: { billId: { $eq: bill.id } }, sort: [{ id: 'asc' }] });
  const { removed, kept, removedReports, errors: removeErrors } = planRemoval(reads, bill, specimens, input.remove);
  const parties = partiesOf(reads, bill);
  const present = kept.map((line) => line.testCode);
  const { named, catalogue, errors: nameErrors } = nameTests(reads, input.add, today, present);
  const priced = input.add.length > 0 ? priceTests(named, priceChainOf(reads, parties.priceLists, today)) : [];
  const { ordered: added, errors: discountErrors } = discountLines(input.add, priced, input.discount);
  const lineCount = kept.length + priced.length;
  const lines = [...kept, ...added.map((one) => ({ ...one, notCovered: isNotCovered(one, parties.notCovered) }))];
  const { totals: after } = settle({ ...bill, lines, cancelled: false });
  const errors = [
    ...billErrors(bill, lineCount),
    ...removeErrors,
    ...creditedLineErrors(bill, creditNotesOf(reads, bill.id), input.remove, after),
    ...[
      ...nameErrors,
      ...discountErrors,
      ...rightErrors(session, { lines: input.add, discount: input.discount }),
      ...priced.flatMap((one) =>
        testErrors(one, { lines: input.add }, catalogue, patient, parties.organisation, today),
      ),
    ].map((error) => ({ ...error, field: error.field.replace(/^lines/, 'add') })),
  ];
  const { tubes, refusals } = planTubes(reads, specimens, removed, added, catalogue, now);
  return {
    ...{ bill, patient, errors, kept, removed, removedReports, added, specimens, catalogue, after },
    notCovered: parties.notCovered,
    needed: neededFor(reads, session, bill, added, parties, after),
    ...{ tubes, refusals },
    refund: Math.max(0, -after.due),
  };
}

/** Tubes from which one more test can be made; one that is stored is taken out for it. */
const reusableStates: ReadonlySet<Specimen['state']> = new Set(['expected', 'collected', 'received', 'stored']);

/**
 * Where the added tests come from: tubes of the order that have enough left and did not stand too long, or else new ones. Two
 * statements. Aliquots stay as they were divided.
 */
function planTubes(
  reads: ScopedReads,
  specimens: readonly Stored<Specimen>[],
  removed: readonly BillLine[],
  added: readonly OrderedTest[],
  catalogue: Catalogue,
  now: number,
): Pick<UpdatePlan, 'tubes' | 'refusals'> {
  if (added.length === 0) return { tubes: [], refusals: [] };
  const reusable = specimens.filter(({ state, parentId }) => reusableStates.has(state) && parentId === undefined);
  const codes = [...new Set(reusable.flatMap(({ testCodes }) => testCodes))];
  const known = new Map(byCode(reads, 'test', codes).map((test) => [test.code, test]));
  const gone = new Set(removed.map((line) => line.testCode));
  const open = reusable.flatMap((specimen): OpenTube[] => {
    const { id, specimenType, container, testCodes, state } = specimen;
    // What was taken off a tube that is drawn already has left its volume there.
    const tests = testCodes.filter((code) => !gone.has(code)).flatMap((code) => known.get(code) ?? []);
    // One of a department alone, with nothing left to make, would go to a bench that does not expect it.
    if (tests.length === 0 && specimen.department !== undefined) return [];
    const unstableSince: OpenTube['unstableSince'] = (stability) => {
      if (state === 'expected' || !stability) return undefined;
      const [end] = stabilityEnds([{ ...stability, testCodes: ['-'] }], specimen);
      return end && Date.parse(end.until) <= now ? end.until : undefined;
    };
    return [{ id, specimenType, container, tests, unstableSince }];
  });
  const { placements, refusals } = placeTests(
    added.map((one) => one.test),
    catalogue.specimenTypes,
    tubeRulesOf(reads),
    open,
  );
  const byId = new Map(reusable.map((specimen) => [specimen.id, specimen]));
  return {
    tubes: placements.map(({ tube, openId }) => ({ tube, existing: byId.get(openId ?? '') })),
    refusals: refusals.flatMap((refusal) => {
      const specimen = byId.get(refusal.tubeId);
      return specimen ? [{ ...refusal, specimen }] : [];
    }),
  };
}

/** The lines to take off with their reports; a line that was measured stays. */
function planRemoval(
  reads: ScopedReads,
  bill: Stored<Bill>,
  specimens: readonly Stored<Specimen>[],
  remove: readonly string[],
) {
  const wanted = new Set(remove);
  const removed = bill.lines.filter((line) => wanted.has(line.id));
  const kept = bill.lines.filter((line) => !wanted.has(line.id));
  const reports = reads.mapOf(
    'reports',
    removed.flatMap((line) => line.reportIds),
  );
  const measured = new Set(
    removed.length === 0
      ? []
      : reads
          .find('deviceResults', {
            selector: {
              specimenId: { $in: specimens.map((specimen) => specimen.id) },
              state: { $in: ['pending', 'released'] },
            },
          })
          .map((result) => result.reportId),
  );
  const errors = remove.flatMap((lineId, index): FieldError[] => {
    const field = `remove.${index}`;
    const line = removed.find((one) => one.id === lineId);
    if (!line) return [{ field, code: 'line.missing', message: 'There is no such line on the bill' }];
    const blocking = line.reportIds
      .flatMap((id) => reports.get(id) ?? [])
      .find((report) => isMeasured(report, measured));
    if (!blocking) return [];
    const state = blocking.version > 0 ? 'is signed' : 'has results';
    const remedy = 'It stays on the bill; issue a credit note if it is not to be paid.';
    return [{ field, code: 'report.hasResults', message: `${line.testName} ${state}`, remedy }];
  });
  return { removed, kept, removedReports: [...reports.values()], errors };
}

function isMeasured(report: Report, measured: ReadonlySet<string | undefined>): boolean {
  if (report.state === 'cancelled') return false;
  return report.version > 0 || hasResult(report) || measured.has(report.id);
}

function partiesOf(reads: ScopedReads, bill: Bill) {
  const { organisationId, coverage, branchId } = bill;
  const entries = reads.mapOf('directory', [organisationId, coverage?.insurerId, coverage?.groupId]);
  const [branch] = branchId === undefined ? [] : reads.cached('setup', [branchId]);
  const organisation = entries.get(organisationId ?? '');
  const insurer = entries.get(coverage?.insurerId ?? '');
  const group = entries.get(coverage?.groupId ?? '');
  return {
    organisation: organisation?.kind === 'organisation' ? organisation : undefined,
    notCovered: new Set(group?.kind === 'insuranceGroup' ? group.excludedTests : []),
    priceLists: {
      insuranceGroup: group?.kind === 'insuranceGroup' ? group.priceList : undefined,
      insurer: insurer?.kind === 'insurer' ? insurer.priceList : undefined,
      organisation: organisation?.kind === 'organisation' ? organisation.priceList : undefined,
      branch: branch?.kind === 'branch' ? branch.priceList : undefined,
    },
  };
}

/**
 * Credit notes stay true to their bill: a line that one names stays on it, and what the patient or organisation pays after the
 * change is still as much as the notes gave back. Adding a test never makes that less.
 */
function creditedLineErrors(
  bill: Bill,
  notes: readonly CreditNote[],
  remove: readonly string[],
  after: BillTotals,
): FieldError[] {
  const remedy = 'Leave it on the bill; issue a credit note for what is not to be paid.';
  const errors = remove.flatMap((lineId, index): FieldError[] => {
    const note = notes.find(({ lines }) => lines.some((line) => line.lineId === lineId));
    const line = bill.lines.find(({ id }) => id === lineId);
    if (!note || !line) return [];
    const message = `${line.testName} stands on credit note ${note.number}`;
    return [{ field: `remove.${index}`, code: 'line.credited', message, remedy }];
  });
  const credited = sumAmounts(notes.map(({ total }) => total));
  const creditedTax = sumAmounts(notes.map(({ tax }) => tax));
  const isLess = credited > after.net - (after.insurer ?? 0) || creditedTax > after.tax;
  if (remove.length > 0 && errors.length === 0 && isLess) {
    const message = `The credit notes on bill ${bill.number} give back more than what would be left of it`;
    errors.push({ field: 'remove', code: 'bill.credited', message, remedy });
  }
  return errors;
}

function billErrors(bill: Bill, lines: number): FieldError[] {
  const field = 'id';
  if (bill.status === 'cancelled') {
    return [{ field, code: 'bill.cancelled', message: `Bill ${bill.number} is cancelled; order anew` }];
  }
  const errors = askedForErrors(bill);
  if (lines === 0) {
    const message = 'No test would be left on the bill';
    errors.push({ field: 'remove', code: 'bill.empty', message, remedy: 'Cancel the bill instead.' });
  }
  if (lines > 200) errors.push({ field: 'add', code: 'bill.tooLong', message: 'A bill has at most 200 tests' });
  return errors;
}

/** The added tests are discounted as an order of their own: what was given before was allowed before. */
function neededFor(
  reads: ScopedReads,
  session: Session,
  bill: Bill,
  added: readonly OrderedTest[],
  { organisation }: ReturnType<typeof partiesOf>,
  after: BillTotals,
): NeededApproval[] {
  const money = { currency: bill.currency, locale: centreOf(reads).locale };
  const discount = discountApproval(session, added, money);
  const needed = discount ? [discount] : [];
  if (!organisation) return needed;
  const outstanding = reads.balance('billing', organisationAccount(organisation.id, bill.currency));
  const further = (after.organisation ?? 0) - (bill.totals.organisation ?? 0);
  const credit = creditApproval(organisation, outstanding, further, money);
  return credit ? [...needed, { ...credit, field: 'add' }] : needed;
}
