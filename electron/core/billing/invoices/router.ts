import { z } from 'zod';
import {
  cancelInvoiceSchema,
  createInvoiceSchema,
  invoicePeriodSchema,
  listInvoicesSchema,
  payInvoiceSchema,
  refundInvoiceSchema,
} from '../../../../shared/billing/invoice.ts';
import { idSchema } from '../../../../shared/kernel/document.ts';
import { isoNow, permitted, router } from '../../kernel/index.ts';
import { type PdfRenderer, pdfFile } from '../../reports/index.ts';
import { ageingOf, todayOf } from '../ageing.ts';
import { createInvoice, previewInvoice } from './create-invoice.ts';
import { cancelInvoice, payInvoice, refundInvoice, releaseItems } from './follow-invoice.ts';
import { invoiceDocument } from './paper.ts';
import { invoiceDetails, listInvoices } from './queries.ts';

const byId = z.strictObject({ id: idSchema });

/** The API of invoices to organisations. */
export function createInvoicesRouter({ documents }: { readonly documents: PdfRenderer }) {
  return router({
    list: permitted('invoice.read')
      .input(listInvoicesSchema)
      .query(({ ctx, input }) => listInvoices(ctx.reads, input, todayOf(ctx.kernel, ctx.reads))),

    ageing: permitted('invoice.read').query(({ ctx }) => ageingOf(ctx.kernel, ctx.reads, 'invoice')),

    get: permitted('invoice.read')
      .input(byId)
      .query(({ ctx, input }) => invoiceDetails(ctx.reads, input.id, todayOf(ctx.kernel, ctx.reads))),

    preview: permitted('invoice.manage')
      .input(invoicePeriodSchema)
      .query(({ ctx, input }) => previewInvoice(ctx.kernel, ctx.reads, input)),

    create: permitted('invoice.manage')
      .input(createInvoiceSchema)
      .mutation(({ ctx, input }) => createInvoice(ctx.kernel, ctx.session, input)),

    pay: permitted('invoice.manage')
      .input(payInvoiceSchema)
      .mutation(({ ctx, input }) => payInvoice(ctx.kernel, ctx.session, input)),

    refund: permitted('invoice.manage')
      .input(refundInvoiceSchema)
      .mutation(({ ctx, input }) => refundInvoice(ctx.kernel, ctx.session, input)),

    cancel: permitted('invoice.manage')
      .input(cancelInvoiceSchema)
      .mutation(({ ctx, input }) => cancelInvoice(ctx.kernel, ctx.session, input)),

    release: permitted('invoice.manage')
      .input(z.strictObject({ id: idSchema, rev: z.string().max(100) }))
      .mutation(({ ctx, input }) => releaseItems(ctx.kernel, ctx.session, input)),

    paper: permitted('invoice.read')
      .input(byId)
      .query(({ ctx, input }) => {
        const invoice = invoiceDocument(ctx.reads, input.id, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `invoice-${invoice.number}`, invoice);
      }),
  });
}
