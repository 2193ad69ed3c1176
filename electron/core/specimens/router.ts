import { z } from 'zod';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import {
  aliquotSpecimenSchema,
  discardSpecimensSchema,
  listSpecimensSchema,
  rejectSpecimenSchema,
  sendOutSchema,
  specimenIdsSchema,
  storeSpecimensSchema,
} from '../../../shared/specimens/input.ts';
import { labelsZpl } from '../../../shared/specimens/zpl.ts';
import { isoNow, permitted, router } from '../kernel/index.ts';
import { type PdfRenderer, pdfFile } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { aliquotSpecimen } from './aliquot.ts';
import { collectSpecimens, receiveSpecimens } from './collect-and-receive.ts';
import { collectionListDocument } from './collection-list.ts';
import { specimenLabels } from './labels.ts';
import { listSentOut, listSpecimens, scanSpecimen } from './queries.ts';
import { rejectSpecimen } from './reject.ts';
import { manifestDocument, outsourceLabs, sendOut, takeBack } from './send-out.ts';
import { discardSpecimens, storeSpecimens, takeOutSpecimens } from './storage.ts';

/** What the specimens API needs from outside its domain. */
export interface SpecimensServices {
  readonly documents: PdfRenderer;
}

/** The API of the specimens domain. */
export function createSpecimensRouter({ documents }: SpecimensServices) {
  return router({
    list: permitted('specimen.read')
      .input(listSpecimensSchema)
      .query(({ ctx, input }) =>
        listSpecimens(ctx.reads, input, new Date(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    scan: permitted('specimen.read')
      .input(z.strictObject({ code: z.string().trim().min(1).max(60) }))
      .query(({ ctx, input }) => scanSpecimen(ctx.reads, input.code)),

    collect: permitted('specimen.collect')
      .input(specimenIdsSchema)
      .mutation(({ ctx, input }) => collectSpecimens(ctx.kernel, ctx.session, input.ids)),

    receive: permitted('specimen.receive')
      .input(specimenIdsSchema)
      .mutation(({ ctx, input }) => receiveSpecimens(ctx.kernel, ctx.session, input.ids)),

    reject: permitted('specimen.reject')
      .input(rejectSpecimenSchema)
      .mutation(({ ctx, input }) => rejectSpecimen(ctx.kernel, ctx.session, input)),

    labels: permitted('specimen.read')
      .input(specimenIdsSchema)
      .query(({ ctx, input }) => {
        const labels = specimenLabels(ctx.reads, input.ids, isoNow(ctx.kernel.clock));
        return pdfFile(documents, `labels-${labels.labels[0]?.accession ?? ''}`, labels);
      }),

    labelsZpl: permitted('specimen.read')
      .input(specimenIdsSchema)
      .query(({ ctx, input }) => {
        const { labels, locale, timeZone } = specimenLabels(ctx.reads, input.ids, isoNow(ctx.kernel.clock));
        const time = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', timeZone });
        const zpl = labelsZpl(labels, (instant) => time.format(new Date(instant)));
        return { fileName: `labels-${labels[0]?.accession ?? ''}.zpl`, zpl };
      }),

    collectionList: permitted('specimen.read').query(({ ctx }) =>
      pdfFile(documents, 'collection-list', collectionListDocument(ctx.reads, isoNow(ctx.kernel.clock))),
    ),

    aliquot: permitted('specimen.receive')
      .input(aliquotSpecimenSchema)
      .mutation(({ ctx, input }) => aliquotSpecimen(ctx.kernel, ctx.session, input)),

    store: permitted('specimen.receive')
      .input(storeSpecimensSchema)
      .mutation(({ ctx, input }) => storeSpecimens(ctx.kernel, ctx.session, input)),

    takeOut: permitted('specimen.receive')
      .input(specimenIdsSchema)
      .mutation(({ ctx, input }) => takeOutSpecimens(ctx.kernel, ctx.session, input.ids)),

    discard: permitted('specimen.reject')
      .input(discardSpecimensSchema)
      .mutation(({ ctx, input }) => discardSpecimens(ctx.kernel, ctx.session, input)),

    sentOut: permitted('specimen.read')
      .input(pageInputSchema)
      .query(({ ctx, input }) =>
        listSentOut(ctx.reads, input, new Date(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    /** Laboratories that specimens can be sent to, for the choice on the screen. */
    outsourceLabs: permitted('specimen.read').query(({ ctx }) => outsourceLabs(ctx.reads)),

    sendOut: permitted('specimen.send')
      .input(sendOutSchema)
      .mutation(({ ctx, input }) => sendOut(ctx.kernel, ctx.session, input)),

    takeBack: permitted('specimen.receive')
      .input(specimenIdsSchema)
      .mutation(({ ctx, input }) => takeBack(ctx.kernel, ctx.session, input.ids)),

    manifestPdf: permitted('specimen.read')
      .input(z.strictObject({ number: z.string().trim().min(1).max(40) }))
      .query(({ ctx, input }) =>
        pdfFile(documents, input.number, manifestDocument(ctx.reads, input.number, isoNow(ctx.kernel.clock))),
      ),
  });
}
