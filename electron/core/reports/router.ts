import { z } from 'zod';
import { idSchema } from '../../../shared/kernel/document.ts';
import {
  enterSentOutSchema,
  enterValuesSchema,
  releaseReportsSchema,
  reportIdsSchema,
  returnToBenchSchema,
  worklistSchema,
} from '../../../shared/reports/input.ts';
import { isoNow, permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { enterValues } from './enter-values.ts';
import { type PdfRenderer, pdfFile } from './paper.ts';
import { worklist } from './queries.ts';
import { type QueueReportMail, releaseReports } from './release.ts';
import { reportDocument } from './report-document.ts';
import { reportDetails } from './report-of.ts';
import { enterSentOut, sentOutReports } from './sent-out-results.ts';
import { returnToBench, signReports, verifyReports } from './verify-and-sign.ts';

/** What the reports API needs from outside its domain. */
export interface ReportsServices {
  readonly documents: PdfRenderer;
  readonly queueReportMail: QueueReportMail;
}

/** The API of the reports domain. */
export function createReportsRouter({ documents, queueReportMail }: ReportsServices) {
  return router({
    worklist: permitted('report.read')
      .input(worklistSchema)
      .query(({ ctx, input }) =>
        worklist(ctx.reads, input, new Date(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    get: permitted('report.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) =>
        reportDetails(ctx.reads, input.id, new Date(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    enter: permitted('result.enter')
      .input(enterValuesSchema)
      .mutation(({ ctx, input }) => enterValues(ctx.kernel, ctx.session, input)),

    /** What is waited for of the tubes of a manifest. */
    sentOut: permitted('report.read')
      .input(z.strictObject({ manifest: z.string().trim().min(1).max(40) }))
      .query(({ ctx, input }) => sentOutReports(ctx.reads, input.manifest)),

    enterSentOut: permitted('result.enter')
      .input(enterSentOutSchema)
      .mutation(({ ctx, input }) => enterSentOut(ctx.kernel, ctx.session, input)),

    verify: permitted('report.verify')
      .input(reportIdsSchema)
      .mutation(({ ctx, input }) => verifyReports(ctx.kernel, ctx.session, input.ids)),

    returnToBench: permitted('report.verify')
      .input(returnToBenchSchema)
      .mutation(({ ctx, input }) => returnToBench(ctx.kernel, ctx.session, input)),

    sign: permitted('report.sign')
      .input(reportIdsSchema)
      .mutation(({ ctx, input }) => signReports(ctx.kernel, ctx.session, input.ids)),

    release: permitted('report.release')
      .input(releaseReportsSchema)
      .mutation(({ ctx, input }) => releaseReports(ctx.kernel, ctx.session, input, queueReportMail)),

    pdf: permitted('report.read')
      .input(reportIdsSchema)
      .query(({ ctx, input }) => {
        const document = reportDocument(ctx.reads, input.ids, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `report-${document.number}`, document);
      }),
  });
}
