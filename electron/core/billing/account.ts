import { creditAccount } from '../../../shared/billing/balances.ts';
import { formatMoney } from '../../../shared/billing/money.ts';
import type { MoveCredit } from '../../../shared/billing/order-input.ts';
import type { AccountEntry, Payment } from '../../../shared/billing/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import {
  type Kernel,
  notFound,
  refuseIfInvalid,
  requirePermission,
  type ScopedReads,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { approvalErrors, cancelApproval, newApprovals } from './approvals.ts';
import { creditErrors } from './payment-rules.ts';

/** A patient's credit with its entries, the newest first. */
export interface Account {
  currency: string;
  /** Minor units; negative when two stations used the same credit: the patient owes it. */
  balance: number;
  entries: Stored<AccountEntry>[];
}

const shownEntries = 100;

/** The patient's credit balance and its last hundred entries. Three statements. */
export function accountOf(reads: ScopedReads, patientId: string): Account {
  const { currency } = centreOf(reads);
  reads.need('patients', patientId);
  const entries = reads.find('billing', {
    selector: { patientId: { $eq: patientId }, kind: { $eq: 'accountEntry' } },
    sort: [{ registeredAt: 'desc' }],
    limit: shownEntries,
  });
  return {
    currency,
    balance: reads.balance('billing', creditAccount(patientId, currency)),
    entries: entries.filter((entry): entry is Stored<AccountEntry> => entry.kind === 'accountEntry'),
  };
}

type NewEntry = Pick<AccountEntry, 'patientId' | 'entry' | 'amount'> &
  Partial<Pick<AccountEntry, 'method' | 'reference' | 'reason' | 'billId' | 'creditNoteId' | 'approvals'>>;

/** Adds an entry to a patient's account; part of the use case's commit. */
export function bookCredit(work: Work, entry: NewEntry): Stored<AccountEntry> {
  const { currency, timeZone } = centreOf(work);
  const registeredOn = civilMoment(new Date(work.now), timeZone).slice(0, 10);
  return work.insert<'billing', AccountEntry>('billing', {
    kind: 'accountEntry',
    ...entry,
    registeredAt: work.now,
    registeredOn,
    currency,
  });
}

/** Books what entries of a bill did to the patient's credit: used by payments, left there by refunds. */
export function bookBillCredit(
  work: Work,
  bill: { id: string; patientId: string },
  entries: readonly Payment[],
  reason?: string,
): void {
  for (const { kind, method, amount } of entries) {
    if (method !== 'credit') continue;
    const entry = kind === 'payment' ? 'used' : 'fromBill';
    bookCredit(work, { patientId: bill.patientId, billId: bill.id, entry, amount, reason });
  }
}

/** Takes money before there is a bill: the patient's credit. */
export function takeAdvance(kernel: Kernel, session: Session, input: MoveCredit): Stored<AccountEntry> {
  requirePermission(session, 'bill.pay');
  return kernel.change(session, (work) => {
    const patient = needPatient(work, input.patientId);
    const entry = bookCredit(work, { ...input, reference: input.reference || undefined, entry: 'advance' });
    recordMove(work, 'credit.received', entry, patient.fullName);
    return entry;
  });
}

/**
 * Gives back money from the patient's credit, at most what is there.
 * @param approver who allows it where the session may not, already proven
 */
export function returnCredit(
  kernel: Kernel,
  session: Session,
  input: MoveCredit,
  approver?: Session,
): Stored<AccountEntry> {
  return kernel.change(session, (work) => {
    const patient = needPatient(work, input.patientId);
    const centre = centreOf(work);
    const { amount, method, reason = '' } = input;
    const sum = formatMoney({ amount, currency: centre.currency }, centre.locale);
    const what = `${sum} of credit given back by ${method}: ${reason}`.slice(0, 300);
    const needed = cancelApproval(session, 'bill.pay', { kind: 'returnedCredit', field: 'approver', what });
    refuseIfInvalid([
      ...creditErrors(work, patient.id, amount, centre, 'amount'),
      ...(reason.length < 3
        ? [{ field: 'reason', code: 'reason', message: 'Say why: it is kept with the entry' }]
        : []),
      ...approvalErrors(needed, approver),
    ]);
    const approvals = newApprovals(work, needed, approver);
    const entry = bookCredit(work, {
      ...{ ...input, reference: input.reference || undefined, entry: 'returned' },
      ...(approvals.length > 0 ? { approvals } : {}),
    });
    for (const { name } of approvals) {
      work.record('credit.approved', {
        values: { name, patient: patient.fullName, what },
        subject: { collection: 'billing', id: entry.id },
        patientId: patient.id,
      });
    }
    recordMove(work, 'credit.returned', entry, patient.fullName);
    return entry;
  });
}

function needPatient(work: Work, patientId: string) {
  const patient = work.need('patients', patientId);
  if (patient.mergedInto) throw notFound('patients', patientId);
  return patient;
}

function recordMove(
  work: Work,
  action: 'credit.received' | 'credit.returned',
  { id, patientId, amount, currency, method }: Stored<AccountEntry>,
  patient: string,
): void {
  work.record(action, {
    values: { amount: formatMoney({ amount, currency }, centreOf(work).locale), method: method ?? '', patient },
    subject: { collection: 'billing', id },
    patientId,
  });
}
