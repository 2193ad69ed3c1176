import { z } from 'zod';
import { daySchema, idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { paidOf } from './bill-totals.ts';
import { sumAmounts } from './money.ts';
import { amountSchema, billStatusSchema, type Invoice, paymentMethodSchema } from './schema.ts';

/** Most bills and credit notes on one invoice. */
export const mostItems = 4000;

const reason = z.string().trim().min(3).max(300);
const seen = { id: idSchema, rev: z.string().max(100) };

/** Days of the bills to invoice, both included. */
export const invoicePeriodSchema = z.strictObject({ organisationId: idSchema, from: daySchema, to: daySchema });
export type InvoicePeriod = z.infer<typeof invoicePeriodSchema>;

/** `total` is what the preview showed: an invoice is what somebody looked at. */
export const createInvoiceSchema = invoicePeriodSchema.extend({ total: amountSchema });
export type CreateInvoice = z.infer<typeof createInvoiceSchema>;

const invoiceFilters = { organisationId: idSchema.optional(), status: billStatusSchema.optional() };

/** Invoices made in a range of days, or whenever. */
export const listInvoicesSchema = z.strictObject({ ...invoiceFilters, ...pageInputSchema.shape });
export type ListInvoices = z.infer<typeof listInvoicesSchema>;

export const payInvoiceSchema = z.strictObject({
  ...seen,
  method: paymentMethodSchema,
  amount: amountSchema.positive(),
  reference: z.string().trim().max(100).optional(),
});
export type PayInvoice = z.infer<typeof payInvoiceSchema>;

export const refundInvoiceSchema = payInvoiceSchema.extend({ reason });
export type RefundInvoice = z.infer<typeof refundInvoiceSchema>;

export const cancelInvoiceSchema = z.strictObject({ ...seen, reason });
export type CancelInvoice = z.infer<typeof cancelInvoiceSchema>;

/** Ids of the bills and credit notes that stand on an invoice. */
export function standingItems({ items, released, cancelReason }: Pick<Invoice, 'items' | 'released' | 'cancelReason'>) {
  if (cancelReason !== undefined) return [];
  const gone = new Set(released?.map(({ id }) => id));
  return items.filter(({ id }) => !gone.has(id));
}

/**
 * Totals and status of an invoice, derived anew at every write and after every merge. Nothing is owed on a cancelled one: its
 * `due` is what has yet to be given back, below zero; so is that of an invoice that two stations took the same payment on.
 */
export function settleInvoice(
  invoice: Pick<Invoice, 'items' | 'released' | 'cancelReason' | 'payments'>,
): Pick<Invoice, 'totals' | 'status'> {
  const net = sumAmounts(standingItems(invoice).map(({ amount }) => amount));
  const paid = paidOf(invoice.payments);
  const totals = { net, paid, due: net - paid };
  if (invoice.cancelReason !== undefined) return { totals, status: 'cancelled' };
  if (totals.due <= 0) return { totals, status: 'paid' };
  return { totals, status: paid > 0 ? 'partPaid' : 'open' };
}
