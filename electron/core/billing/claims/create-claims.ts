import { type CreateClaims, claimedLines, settleClaim } from '../../../../shared/billing/claim.ts';
import { formatMoney } from '../../../../shared/billing/money.ts';
import type { Bill, BillingDocument, Claim } from '../../../../shared/billing/schema.ts';
import type { Insurer } from '../../../../shared/directory/schema.ts';
import type { NewDocument, Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import { civilMoment } from '../../../../shared/patients/age.ts';
import { byCode } from '../../catalogue/index.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { isBill } from '../queries.ts';
import { insurersOf, submitBy } from './queries.ts';

/**
 * Makes claims of bills, one for each insurer, policy group and currency, and on each bill that it is claimed, in one commit.
 * All that is wrong with any bill is told at once; then nothing is made. Claims made at once are a batch.
 */
export function createClaims(kernel: Kernel, session: Session, input: CreateClaims): Stored<Claim>[] {
  requirePermission(session, 'claim.manage');
  return kernel.change(session, (work) => {
    const insurers = insurersOf(work);
    const today = civilMoment(new Date(work.now), centreOf(work).timeZone).slice(0, 10);
    const documents = work.mapOf('billing', input.billIds);
    refuseIfInvalid(
      input.billIds.flatMap((id, index) =>
        billErrors(documents.get(id), `billIds.${index}`, input.billIds.indexOf(id) < index, insurers, today),
      ),
    );
    const bills = [...documents.values()].filter(isBill);
    const groups = [...Map.groupBy(bills, groupOf).values()].map((group) => ({ id: newId(), bills: group }));
    const drafts = newClaims(work, kernel.station(), groups, { insurers, loinc: loincOf(work, bills) }, today);
    const claims = work.insertMany<'billing', Claim>('billing', drafts);
    work.updateMany<'billing', Bill>(
      'billing',
      groups.flatMap((group) => group.bills.map((current) => ({ current, change: { claimId: group.id } }))),
    );
    for (const claim of claims) recordCreated(work, claim, insurers.get(claim.insurerId));
    return claims;
  });
}

function groupOf({ coverage, currency }: Bill): string {
  return `${coverage?.insurerId}/${coverage?.groupId}/${currency}`;
}

function newClaims(
  work: Work,
  { prefix, branchId }: { prefix: string; branchId?: string },
  groups: readonly { id: string; bills: Stored<Bill>[] }[],
  { insurers, loinc }: { insurers: ReadonlyMap<string, Insurer>; loinc: ReadonlyMap<string, string> },
  today: string,
): NewDocument<Claim>[] {
  let batch = '';
  return groups.flatMap(({ id, bills }) => {
    const [first] = bills;
    if (!first?.coverage) return [];
    const number = `${prefix}-K${String(work.nextNumber('claim')).padStart(5, '0')}`;
    batch ||= number;
    const { insurerId, groupId } = first.coverage;
    const oldest = bills.map(({ registeredOn }) => registeredOn).toSorted()[0] ?? today;
    const content = { bills: bills.map((bill) => claimedBill(bill, loinc)), entries: [], registeredOn: today };
    const made = { id, kind: 'claim' as const, number, batch, insurerId, groupId, branchId };
    const moment = { registeredAt: work.now, submitBy: submitBy(oldest, insurers.get(insurerId)) };
    return [{ ...made, ...moment, currency: first.currency, ...content, ...settleClaim(content) }];
  });
}

/** The LOINC codes of the tests on bills, by code; a test of one parameter has that one's where it has none. Two statements. */
function loincOf(work: Work, bills: readonly Bill[]): Map<string, string> {
  const codes = new Set(bills.flatMap(({ lines }) => lines.map(({ testCode }) => testCode)));
  const tests = byCode(work, 'test', [...codes]);
  const only = new Map(
    tests.flatMap(({ code, loinc, parameters: [first, ...more] }) =>
      loinc || !first || more.length > 0 ? [] : [[code, first.parameter] as const],
    ),
  );
  const parameters = new Map(
    byCode(work, 'parameter', [...new Set(only.values())]).map((one) => [one.code, one.loinc]),
  );
  return new Map(
    tests.flatMap(({ code, loinc = parameters.get(only.get(code) ?? '') }) => (loinc ? [[code, loinc] as const] : [])),
  );
}

function claimedBill(bill: Stored<Bill>, loinc: ReadonlyMap<string, string>): Claim['bills'][number] {
  const { id: billId, number: billNumber, registeredOn: servedOn, patientId, diagnoses, coverage, totals } = bill;
  return {
    ...{ billId, billNumber, servedOn, patientId, diagnoses },
    policyNumber: coverage?.policyNumber ?? '',
    lines: claimedLines(bill, loinc),
    claimed: totals.insurer ?? 0,
  };
}

function billErrors(
  bill: Stored<BillingDocument> | undefined,
  field: string,
  twice: boolean,
  insurers: ReadonlyMap<string, Insurer>,
  today: string,
): FieldError[] {
  const error = (code: string, message: string, remedy = 'Leave it out.') => [{ field, code, message, remedy }];
  if (bill?.kind !== 'bill') return error('bill.missing', 'There is no such bill');
  if (twice) return error('bill.twice', `Bill ${bill.number} stands twice`);
  if (bill.status === 'cancelled') return error('bill.cancelled', `Bill ${bill.number} is cancelled`);
  if (bill.claimId !== undefined) return error('bill.claimed', `Bill ${bill.number} is on a claim already`);
  const insurer = insurers.get(bill.insurerId ?? '');
  if (!insurer || !bill.coverage || (bill.totals.insurer ?? 0) <= 0) {
    return error('bill.notInsured', `No insurer pays a part of bill ${bill.number}`);
  }
  const last = submitBy(bill.registeredOn, insurer);
  if (last === undefined || last >= today) return [];
  return error(
    'bill.tooLate',
    `${insurer.name} took bill ${bill.number} until ${last}`,
    'Leave it out, and settle it with the patient or ask the insurer.',
  );
}

function recordCreated(work: Work, claim: Stored<Claim>, insurer: Insurer | undefined): void {
  work.record('claim.created', {
    values: {
      number: claim.number,
      insurer: insurer?.name ?? '',
      bills: claim.bills.length,
      total: formatMoney({ amount: claim.totals.claimed, currency: claim.currency }, centreOf(work).locale),
    },
    subject: { collection: 'billing', id: claim.id },
  });
}
