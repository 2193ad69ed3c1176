import { z } from 'zod';
import { searchIcd10 } from '../../../shared/billing/icd10/search.ts';
import {
  billRangeSchema,
  billTotalsInputSchema,
  listBillsSchema,
  listClosesSchema,
  summaryInputSchema,
} from '../../../shared/billing/list-input.ts';
import {
  type ApproverInput,
  cancelBillSchema,
  closeDaySchema,
  createBillSchema,
  creditNoteInputSchema,
  findTestsSchema,
  moveCreditSchema,
  payBillSchema,
  previewUpdateSchema,
  quoteOrderSchema,
  refundBillSchema,
  returnCreditSchema,
  updateBillSchema,
} from '../../../shared/billing/order-input.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { approversOf, proveApprover } from '../directory/index.ts';
import { isoNow, type Kernel, permitted, router, type Session } from '../kernel/index.ts';
import { type PdfRenderer, pdfFile } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { accountOf, returnCredit, takeAdvance } from './account.ts';
import { cancelBill } from './cancel-bill.ts';
import { createBill, quoteOrder } from './create-bill.ts';
import { issueCreditNote } from './credit-note.ts';
import { closeDay, listCloses, tillOf } from './day-close.ts';
import { findTests } from './find-tests.ts';
import { listBills } from './list-bills.ts';
import { closeDocument, creditNoteDocument, receiptDocument } from './papers.ts';
import { payBill } from './pay-bill.ts';
import { billDetails } from './queries.ts';
import { refundBill } from './refund-bill.ts';
import { summaryOf } from './summaries.ts';
import { billTotalsOf, takenOf } from './totals.ts';
import { previewUpdate, updateBill } from './update-bill.ts';

/** What the bills API needs from outside its domain. */
export interface BillsServices {
  readonly documents: PdfRenderer;
}

const byId = z.strictObject({ id: idSchema });

/** The API of the billing domain. */
export function createBillsRouter({ documents }: BillsServices) {
  return router({
    list: permitted('bill.read')
      .input(listBillsSchema)
      .query(({ ctx, input }) => listBills(ctx.kernel, ctx.reads, input, centreOf(ctx.reads).timeZone)),

    totals: permitted('bill.read')
      .input(billTotalsInputSchema)
      .query(({ ctx, input }) => billTotalsOf(ctx.kernel, ctx.reads, input)),

    taken: permitted('bill.read')
      .input(billRangeSchema.extend({ userId: z.string().max(64).optional() }))
      .query(({ ctx, input }) => takenOf(ctx.kernel, ctx.reads, input, input.userId)),

    get: permitted('bill.read')
      .input(byId)
      .query(({ ctx, input }) => billDetails(ctx.reads, input.id)),

    findTests: permitted('catalogue.read')
      .input(findTestsSchema)
      .query(({ ctx, input }) => findTests(ctx.kernel, ctx.reads, input)),

    icd10: permitted('bill.read')
      .input(z.strictObject({ text: z.string().max(100) }))
      .query(({ input }) => searchIcd10(input.text)),

    quote: permitted('bill.create')
      .input(quoteOrderSchema)
      .query(({ ctx, input }) => quoteOrder(ctx.kernel, ctx.session, input)),

    create: permitted('bill.create')
      .input(createBillSchema)
      .mutation(async ({ ctx, input: { approver, ...order } }) => {
        return createBill(ctx.kernel, ctx.session, order, await proven(ctx.kernel, ctx.session, approver));
      }),

    previewUpdate: permitted('bill.update')
      .input(previewUpdateSchema)
      .query(({ ctx, input }) => previewUpdate(ctx.kernel, ctx.session, input)),

    update: permitted('bill.update')
      .input(updateBillSchema)
      .mutation(async ({ ctx, input: { approver, ...change } }) => {
        return updateBill(ctx.kernel, ctx.session, change, await proven(ctx.kernel, ctx.session, approver));
      }),

    pay: permitted('bill.pay')
      .input(payBillSchema)
      .mutation(({ ctx, input }) => payBill(ctx.kernel, ctx.session, input)),

    /** Who may approve, for the choice at the desk. */
    approvers: permitted('bill.read').query(({ ctx }) => approversOf(ctx.reads)),

    // Who may not give back or cancel by themselves may with somebody's approval, so that the right is looked at inside.
    refund: permitted('bill.read')
      .input(refundBillSchema)
      .mutation(async ({ ctx, input: { approver, ...refund } }) => {
        return refundBill(ctx.kernel, ctx.session, refund, await proven(ctx.kernel, ctx.session, approver));
      }),

    cancel: permitted('bill.read')
      .input(cancelBillSchema)
      .mutation(async ({ ctx, input: { approver, ...cancel } }) => {
        return cancelBill(ctx.kernel, ctx.session, cancel, await proven(ctx.kernel, ctx.session, approver));
      }),

    credit: permitted('bill.read')
      .input(creditNoteInputSchema)
      .mutation(async ({ ctx, input: { approver, ...note } }) => {
        return issueCreditNote(ctx.kernel, ctx.session, note, await proven(ctx.kernel, ctx.session, approver));
      }),

    account: permitted('bill.read')
      .input(z.strictObject({ patientId: idSchema }))
      .query(({ ctx, input }) => accountOf(ctx.reads, input.patientId)),

    advance: permitted('bill.pay')
      .input(moveCreditSchema)
      .mutation(({ ctx, input }) => takeAdvance(ctx.kernel, ctx.session, input)),

    returnCredit: permitted('bill.read')
      .input(returnCreditSchema)
      .mutation(async ({ ctx, input: { approver, ...move } }) => {
        return returnCredit(ctx.kernel, ctx.session, move, await proven(ctx.kernel, ctx.session, approver));
      }),

    summary: permitted('bill.summaries')
      .input(summaryInputSchema)
      .query(({ ctx, input }) => summaryOf(ctx.kernel, ctx.reads, input)),

    receipt: permitted('bill.read')
      .input(byId)
      .query(({ ctx, input }) => {
        const receipt = receiptDocument(ctx.reads, input.id, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `bill-${receipt.number}`, receipt);
      }),

    creditNote: permitted('bill.read')
      .input(byId)
      .query(({ ctx, input }) => {
        const note = creditNoteDocument(ctx.reads, input.id, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `credit-note-${note.number}`, note);
      }),
  });
}

/** The API of closing the day. */
export function createClosesRouter({ documents }: BillsServices) {
  return router({
    till: permitted('bill.pay').query(({ ctx }) => tillOf(ctx.reads, ctx.session)),

    close: permitted('bill.pay')
      .input(closeDaySchema)
      .mutation(({ ctx, input }) => closeDay(ctx.kernel, ctx.session, input)),

    list: permitted('bill.read')
      .input(listClosesSchema)
      .query(({ ctx, input }) => listCloses(ctx.reads, input)),

    paper: permitted('bill.read')
      .input(byId)
      .query(({ ctx, input }) => {
        const close = closeDocument(ctx.reads, input.id, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `day-close-${close.number}`, close);
      }),
  });
}

/** Who approves, once they have proven who they are. */
function proven(kernel: Kernel, session: Session, approver: ApproverInput | undefined): Promise<Session> | undefined {
  return approver && proveApprover(kernel, session, approver);
}
