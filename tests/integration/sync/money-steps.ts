import { returnCredit, takeAdvance } from '../../../electron/core/billing/account.ts';
import { cancelBill } from '../../../electron/core/billing/cancel-bill.ts';
import { createBill } from '../../../electron/core/billing/create-bill.ts';
import { issueCreditNote } from '../../../electron/core/billing/credit-note.ts';
import { createInvoice, previewInvoice } from '../../../electron/core/billing/invoices/create-invoice.ts';
import {
  cancelInvoice,
  payInvoice,
  refundInvoice,
  releaseItems,
} from '../../../electron/core/billing/invoices/follow-invoice.ts';
import { movedItems } from '../../../electron/core/billing/invoices/queries.ts';
import { payBill } from '../../../electron/core/billing/pay-bill.ts';
import { refundBill } from '../../../electron/core/billing/refund-bill.ts';
import { updateBill } from '../../../electron/core/billing/update-bill.ts';
import { type Kernel, LabError, type Session } from '../../../electron/core/kernel/index.ts';
import { balancesOf, creditAccount, organisationAccount } from '../../../shared/billing/balances.ts';
import { settleInvoice } from '../../../shared/billing/invoice.ts';
import type { BillingDocument } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import type { Stored } from '../../../shared/kernel/document.ts';

/** One thing that a desk does with money; bills and invoices are named by their place among those that the desk knows. */
export type MoneyStep =
  | { kind: 'order'; testIds: string[]; onAccount: boolean }
  | { kind: 'pay' | 'refund'; place: number; method: 'cash' | 'credit'; amount: number }
  | { kind: 'cancel'; place: number }
  | { kind: 'add'; place: number; testId: string }
  | { kind: 'creditNote'; place: number; amount: number }
  | { kind: 'advance' | 'return'; amount: number }
  | { kind: 'invoice' }
  | { kind: 'payInvoice' | 'refundInvoice'; place: number; amount: number }
  | { kind: 'cancelInvoice'; place: number }
  | { kind: 'release' };

/** Who the steps are about. */
export interface MoneyParties {
  patientId: string;
  organisationId: string;
}

const year = { from: '2026-01-01', to: '2026-12-31' };
const reason = 'two stations';

function all(kernel: Kernel): Stored<BillingDocument>[] {
  return kernel.reads().find('billing', { selector: {}, sort: [{ id: 'asc' }] });
}

/** Does a step as the use case does it; true when it was done, false when it was refused in words. */
export function moneyStep(kernel: Kernel, session: Session, step: MoneyStep, parties: MoneyParties): boolean {
  try {
    return run(kernel, session, step, parties);
  } catch (error) {
    if (error instanceof LabError && error.detail.kind === 'validation') return false;
    throw error;
  }
}

function run(kernel: Kernel, session: Session, step: MoneyStep, { patientId, organisationId }: MoneyParties): boolean {
  const documents = all(kernel);
  const bills = documents.flatMap((one) => (one.kind === 'bill' ? [one] : []));
  const invoices = documents.flatMap((one) => (one.kind === 'invoice' ? [one] : []));
  const bill = 'place' in step ? bills[step.place % Math.max(1, bills.length)] : undefined;
  const invoice = 'place' in step ? invoices[step.place % Math.max(1, invoices.length)] : undefined;
  const onBill = bill && { id: bill.id, rev: bill._rev };
  const onInvoice = invoice && { id: invoice.id, rev: invoice._rev };
  switch (step.kind) {
    case 'order': {
      const lines = step.testIds.map((testId) => ({ testId }));
      const of = step.onAccount ? { patientId, organisationId } : { patientId };
      createBill(kernel, session, { ...of, lines, diagnoses: [] });
      return true;
    }
    case 'pay':
      if (!onBill) return false;
      payBill(kernel, session, { ...onBill, method: step.method, amount: step.amount });
      return true;
    case 'refund':
      if (!onBill) return false;
      refundBill(kernel, session, { ...onBill, method: step.method, amount: step.amount, reason });
      return true;
    case 'cancel':
      if (!onBill) return false;
      cancelBill(kernel, session, { ...onBill, reason });
      return true;
    case 'add':
      if (!onBill) return false;
      updateBill(kernel, session, { ...onBill, add: [{ testId: step.testId }], remove: [], reason });
      return true;
    case 'creditNote': {
      const [line] = bill?.lines ?? [];
      if (!bill || !line) return false;
      const lines = [{ lineId: line.id, amount: step.amount }];
      issueCreditNote(kernel, session, { billId: bill.id, rev: bill._rev, reason, lines });
      return true;
    }
    case 'advance':
      takeAdvance(kernel, session, { patientId, method: 'cash', amount: step.amount });
      return true;
    case 'return':
      returnCredit(kernel, session, { patientId, method: 'cash', amount: step.amount, reason });
      return true;
    case 'invoice': {
      const { total } = previewInvoice(kernel, kernel.reads(), { organisationId, ...year });
      createInvoice(kernel, session, { organisationId, ...year, total });
      return true;
    }
    case 'payInvoice':
      if (!onInvoice) return false;
      payInvoice(kernel, session, { ...onInvoice, method: 'transfer', amount: step.amount });
      return true;
    case 'refundInvoice':
      if (!onInvoice) return false;
      refundInvoice(kernel, session, { ...onInvoice, method: 'transfer', amount: step.amount, reason });
      return true;
    case 'cancelInvoice':
      if (!onInvoice) return false;
      cancelInvoice(kernel, session, { ...onInvoice, reason });
      return true;
    case 'release':
      for (const one of invoices) {
        if (one.status !== 'cancelled' && movedItems(kernel.reads(), one).length > 0) {
          releaseItems(kernel, session, { id: one.id, rev: one._rev });
        }
      }
      return true;
    default:
      return step satisfies never;
  }
}

/** What a station says about money: what it is short of adding up, and its balances. */
export interface MoneyState {
  /** In words; empty: everything adds up. */
  wrong: string[];
  credit: number;
  owed: number;
  /** Invoices that stand with the total asked for and the items that moved to another. */
  invoices: { number: string; due: number; net: number; moved: number }[];
}

/** Adds everything up anew from the documents and compares it with what is kept and shown. */
export function moneyState(kernel: Kernel, { patientId, organisationId }: MoneyParties): MoneyState {
  const reads = kernel.reads();
  const documents = all(kernel);
  const wrong: string[] = [];
  const expect = (what: string, kept: unknown, summed: unknown) => {
    if (JSON.stringify(kept) !== JSON.stringify(summed)) {
      wrong.push(`${what}: ${JSON.stringify(kept)}, added up ${JSON.stringify(summed)}`);
    }
  };
  const sums = new Map<string, number>();
  for (const { account, amount } of documents.flatMap(balancesOf)) sums.set(account, (sums.get(account) ?? 0) + amount);
  for (const [account, amount] of sums) expect(account, reads.balance('billing', account), amount);
  const money = { bills: 0, notes: 0, invoices: 0, organisation: 0, organisationNotes: 0 };
  const total = (kind: string) =>
    [...sums].reduce((sum, [account, amount]) => sum + (account.startsWith(kind) ? amount : 0), 0);
  for (const one of documents) {
    if (one.kind === 'bill') {
      const { totals, status } = settle({ ...one, cancelled: one.status === 'cancelled' });
      expect(one.number, { totals: one.totals, status: one.status }, { totals, status });
      money.bills += totals.paid;
      money.organisation += totals.organisation ?? 0;
    } else if (one.kind === 'invoice') {
      const { totals, status } = settleInvoice(one);
      expect(one.number, { totals: one.totals, status: one.status }, { totals, status });
      money.invoices += totals.paid;
    } else if (one.kind === 'creditNote') {
      money[one.to === 'patient' ? 'notes' : 'organisationNotes'] += one.total;
    }
  }
  const credit = reads.balance('billing', creditAccount(patientId, 'INR'));
  const owed = reads.balance('billing', organisationAccount(organisationId, 'INR'));
  // What credit notes gave the patient came from no till.
  expect('money taken', total('taken/'), money.bills + money.invoices + total('credit/') - money.notes);
  const owedByAll = money.organisation - money.organisationNotes - money.invoices;
  expect('owed by organisations', total('organisation/'), owedByAll);
  const invoices = documents.flatMap((one) => {
    if (one.kind !== 'invoice' || one.status === 'cancelled') return [];
    const { number, totals } = one;
    return [{ number, due: totals.due, net: totals.net, moved: movedItems(reads, one).length }];
  });
  return { wrong, credit, owed, invoices: invoices.toSorted((a, b) => (a.number < b.number ? -1 : 1)) };
}
