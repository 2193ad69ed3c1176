import { z } from 'zod';
import {
  billRangeSchema,
  cancelBillSchema,
  createBillSchema,
  listBillsSchema,
  payBillSchema,
  quoteOrderSchema,
} from '../../../shared/billing/order-input.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { isoNow, permitted, router } from '../kernel/index.ts';
import { type PdfRenderer, pdfFile } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { cancelBill } from './cancel-bill.ts';
import { createBill, quoteOrder } from './create-bill.ts';
import { payBill } from './pay-bill.ts';
import { billDetails, getBills } from './queries.ts';
import { receiptDocument } from './receipt.ts';
import { billTotalsOf } from './totals.ts';

/** What the bills API needs from outside its domain. */
export interface BillsServices {
  readonly documents: PdfRenderer;
}

/** The API of the billing domain. */
export function createBillsRouter({ documents }: BillsServices) {
  return router({
    list: permitted('bill.read')
      .input(listBillsSchema)
      .query(({ ctx, input }) => getBills(ctx.reads, input, centreOf(ctx.reads).timeZone)),

    totals: permitted('bill.read')
      .input(billRangeSchema)
      .query(({ ctx, input }) => billTotalsOf(ctx.kernel, ctx.reads, input)),

    get: permitted('bill.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => billDetails(ctx.reads, input.id)),

    quote: permitted('bill.create')
      .input(quoteOrderSchema)
      .query(({ ctx, input }) => quoteOrder(ctx.kernel, ctx.session, input)),

    create: permitted('bill.create')
      .input(createBillSchema)
      .mutation(({ ctx, input }) => createBill(ctx.kernel, ctx.session, input)),

    pay: permitted('bill.pay')
      .input(payBillSchema)
      .mutation(({ ctx, input }) => payBill(ctx.kernel, ctx.session, input)),

    cancel: permitted('bill.cancel')
      .input(cancelBillSchema)
      .mutation(({ ctx, input }) => cancelBill(ctx.kernel, ctx.session, input)),

    receipt: permitted('bill.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const receipt = receiptDocument(ctx.reads, input.id, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `bill-${receipt.number}`, receipt);
      }),
  });
}
