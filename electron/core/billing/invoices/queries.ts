import { daysBetween } from '../../../../shared/billing/ageing.ts';
import { type ListInvoices, standingItems } from '../../../../shared/billing/invoice.ts';
import type { Invoice } from '../../../../shared/billing/schema.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { Page } from '../../../../shared/kernel/page.ts';
import { conflict, keysetPage, notFound, type ScopedReads } from '../../kernel/index.ts';
import { directoryNames } from '../queries.ts';

/** An invoice as lists show it. */
export interface InvoiceRow
  extends Pick<
    Invoice,
    'id' | 'number' | 'registeredAt' | 'registeredOn' | 'period' | 'currency' | 'totals' | 'status' | 'organisationId'
  > {
  organisationName: string;
  dueOn: string;
  /** Days beyond the due day of what is still owed; undefined: not overdue. */
  overdueDays?: number;
  bills: number;
}

/** An invoice with what its screen shows. */
export interface InvoiceDetails {
  invoice: Stored<Invoice>;
  organisationName: string;
  overdueDays?: number;
  /** Names of who took payments, by id. */
  people: Record<string, string>;
  /** Items that stand on another invoice since two stations met, or whose bill was cancelled by the other. */
  moved: string[];
}

/** A page of invoices, the newest first. Two statements. */
export function listInvoices(reads: ScopedReads, input: ListInvoices, today: string): Page<InvoiceRow> {
  const { organisationId, status, cursor, limit } = input;
  const selector = {
    kind: { $eq: 'invoice' as const },
    ...(organisationId === undefined ? {} : { organisationId: { $eq: organisationId } }),
    ...(status === undefined ? {} : { status: { $eq: status } }),
  };
  const page = keysetPage(reads, 'billing', selector, 'registeredAt', { cursor, limit });
  const invoices = page.rows.filter((row): row is Stored<Invoice> => row.kind === 'invoice');
  const names = directoryNames(reads, [...new Set(invoices.map((invoice) => invoice.organisationId))]);
  const rows = invoices.map((invoice): InvoiceRow => {
    const { id, number, registeredAt, registeredOn, period, currency, totals, status: state } = invoice;
    return {
      ...{ id, number, registeredAt, registeredOn, period, currency, totals, status: state },
      organisationId: invoice.organisationId,
      organisationName: names.get(invoice.organisationId) ?? '',
      dueOn: invoice.agedFrom,
      overdueDays: overdueDays(invoice, today),
      bills: standingItems(invoice).filter(({ amount }) => amount > 0).length,
    };
  });
  return { rows, nextCursor: page.nextCursor };
}

/** An invoice with names; four statements. */
export function invoiceDetails(reads: ScopedReads, id: string, today: string): InvoiceDetails {
  const invoice = needInvoice(reads, id);
  const names = directoryNames(reads, [
    ...new Set([invoice.organisationId, invoice.createdBy, ...invoice.payments.map((payment) => payment.by)]),
  ]);
  return {
    invoice,
    organisationName: names.get(invoice.organisationId) ?? '',
    overdueDays: overdueDays(invoice, today),
    people: Object.fromEntries(names),
    moved: movedItems(reads, invoice),
  };
}

/** An invoice by id; `notFound` for another kind of billing document. */
export function needInvoice(reads: ScopedReads, id: string): Stored<Invoice> {
  const invoice = reads.need('billing', id);
  if (invoice.kind !== 'invoice') throw notFound('billing', id);
  return invoice;
}

/** The invoice as it was read at `rev`; a conflict when it has changed since. */
export function needInvoiceAt(reads: ScopedReads, { id, rev }: { id: string; rev: string }): Stored<Invoice> {
  const invoice = needInvoice(reads, id);
  if (invoice._rev !== rev) throw conflict('billing', id);
  return invoice;
}

/** Items of an invoice that the bill or credit note does not name it for any more. One statement. */
export function movedItems(reads: ScopedReads, invoice: Invoice): string[] {
  const ids = standingItems(invoice).map(({ id }) => id);
  const documents = reads.mapOf('billing', ids);
  return ids.filter((id) => {
    const document = documents.get(id);
    if (document?.kind !== 'bill' && document?.kind !== 'creditNote') return true;
    return document.invoiceId !== invoice.id || (document.kind === 'bill' && document.status === 'cancelled');
  });
}

function overdueDays({ status, agedFrom }: Invoice, today: string): number | undefined {
  if (status !== 'open' && status !== 'partPaid') return undefined;
  const days = daysBetween(agedFrom, today);
  return days > 0 ? days : undefined;
}
