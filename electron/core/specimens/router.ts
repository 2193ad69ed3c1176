import { z } from 'zod';
import { listSpecimensSchema, rejectSpecimenSchema, specimenIdsSchema } from '../../../shared/specimens/input.ts';
import { isoNow, permitted, router } from '../kernel/index.ts';
import { type PdfRenderer, pdfFile } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { collectSpecimens, receiveSpecimens } from './collect-and-receive.ts';
import { specimenLabels } from './labels.ts';
import { listSpecimens, scanSpecimen } from './queries.ts';
import { rejectSpecimen } from './reject.ts';

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
  });
}
