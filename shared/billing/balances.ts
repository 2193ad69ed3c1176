import type { AccountEntry, Bill, BillingDocument, EntryMethod } from './schema.ts';

/** A share of a running sum: `account` names the sum, `amount` (minor units, signed) is what one document adds to it. */
export interface BalanceShare {
  readonly account: string;
  readonly amount: number;
}

/** The patient's credit balance: advances, credit notes and what bills gave back, less what was used or returned. */
export const creditAccount = (patientId: string, currency: string) => `credit/${patientId}/${currency}`;

/** What an organisation on credit has not paid yet, invoiced or not. Credit notes and payments on invoices take from it. */
export const organisationAccount = (organisationId: string, currency: string) =>
  `organisation/${organisationId}/${currency}`;

/** What an insurer has not paid yet of its parts, claimed or not. Settlements and write-offs take from it. */
export const insurerAccount = (insurerId: string, currency: string) => `insurer/${insurerId}/${currency}`;

/** What a person holds at a station since the last close, ending with the method. */
export const tillAccount = (stationId: string, staffId: string, currency: string) =>
  `till/${stationId}/${staffId}/${currency}/`;

/** Money taken less money given back on a day of the lab: `taken/<day>/<currency>/<method>/<staff>`. */
export const takenAccount = (day: string) => `taken/${day}/`;

/** Sums of the bills of a day of the lab: `bills/<day>/<currency>/<sum>`. */
export const billSumAccount = (day: string) => `bills/${day}/`;

/** What is added up of the bills of a day. Of a cancelled bill only what was paid and is still owed counts. */
export const billSums = ['gross', 'discount', 'tax', 'net', 'insurer', 'organisation', 'paid', 'due'] as const;

/**
 * What a billing document adds to the running sums. Kept by the kernel in the transaction that writes the document, so that a
 * credit limit, a credit balance and a till are one row to read, and right also after replication.
 */
export function balancesOf(document: BillingDocument): BalanceShare[] {
  switch (document.kind) {
    case 'bill': {
      const { organisationId, insurerId, currency, totals, payments } = document;
      const shares: BalanceShare[] = payments.flatMap((entry) => {
        const amount = entry.kind === 'payment' ? entry.amount : -entry.amount;
        return moneyShares({ ...entry, on: entry.on ?? entry.at.slice(0, 10), currency, amount });
      });
      if (organisationId !== undefined && totals.organisation !== undefined) {
        shares.push({ account: organisationAccount(organisationId, currency), amount: totals.organisation });
      }
      if (insurerId !== undefined && totals.insurer !== undefined) {
        shares.push({ account: insurerAccount(insurerId, currency), amount: totals.insurer });
      }
      return [...shares, ...sumShares(document)];
    }
    case 'accountEntry': {
      const { patientId, currency, method, registeredOn: on, createdBy: by, stationId } = document;
      const amount = signedAmount(document);
      const shares: BalanceShare[] = [{ account: creditAccount(patientId, currency), amount }];
      return method ? [...shares, ...moneyShares({ on, by, stationId, method, currency, amount })] : shares;
    }
    case 'creditNote': {
      const { to, organisationId, currency, total } = document;
      if (to !== 'organisation' || organisationId === undefined) return [];
      return [{ account: organisationAccount(organisationId, currency), amount: -total }];
    }
    case 'dayClose':
      return document.sums.map(({ method, expected }) => ({
        account: `${tillAccount(document.stationId, document.staffId, document.currency)}${method}`,
        amount: -expected,
      }));
    case 'invoice': {
      const { organisationId, currency, payments } = document;
      const account = organisationAccount(organisationId, currency);
      return payments.flatMap((entry) => {
        const amount = entry.kind === 'payment' ? entry.amount : -entry.amount;
        const moved = { ...entry, on: entry.on ?? entry.at.slice(0, 10), currency, amount };
        return [{ account, amount: -amount }, ...moneyShares(moved)];
      });
    }
    case 'claim': {
      const { insurerId, currency, entries } = document;
      const account = insurerAccount(insurerId, currency);
      return entries.flatMap(({ step, bills = [], on, by, stationId, method }) => {
        if (step !== 'settle' && step !== 'writeOff') return [];
        const amount = bills.reduce((sum, one) => sum + one.amount, 0);
        const share = { account, amount: -amount };
        return method ? [share, ...moneyShares({ on, by, stationId, method, currency, amount })] : [share];
      });
    }
    default:
      return document satisfies never;
  }
}

function sumShares({ registeredOn, currency, status, totals }: Bill): BalanceShare[] {
  const account = `${billSumAccount(registeredOn)}${currency}/`;
  const stands = status !== 'cancelled';
  const counted = billSums.filter((name) => stands || name === 'paid' || name === 'due');
  return [
    { account: `${account}${stands ? 'count' : 'cancelled'}`, amount: 1 },
    ...counted.map((name) => ({ account: `${account}${name}`, amount: totals[name] ?? 0 })),
  ];
}

/** What an entry does to the patient's credit balance. */
export function signedAmount({ entry, amount }: Pick<AccountEntry, 'entry' | 'amount'>): number {
  return entry === 'used' || entry === 'returned' ? -amount : amount;
}

interface Moved {
  readonly on: string;
  readonly by: string;
  readonly stationId: string;
  readonly method: EntryMethod;
  readonly currency: string;
  readonly amount: number;
}

/** The till and the day of money that moved; credit moves none. */
function moneyShares({ on, by, stationId, method, currency, amount }: Moved): BalanceShare[] {
  if (method === 'credit') return [];
  return [
    { account: `${tillAccount(stationId, by, currency)}${method}`, amount },
    { account: `${takenAccount(on)}${currency}/${method}/${by}`, amount },
  ];
}
