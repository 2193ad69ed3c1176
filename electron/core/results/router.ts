import { z } from 'zod';
import { sha256Schema } from '../../../shared/files/upload.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { assignResults, holdResults, rejectResults, releaseParameters, returnToValidation } from './decide.ts';
import { pictureChunk } from './pictures.ts';
import { controlResults, holdingList, validationQueue } from './queries.ts';
import { traceResult } from './trace.ts';

const reasonSchema = z.string().trim().min(3, 'Say why: it is kept with the results').max(300);
const idsSchema = z.array(idSchema).min(1).max(500);

/** The API of the results domain. */
export function createResultsRouter() {
  return router({
    queue: permitted('result.read')
      .input(z.strictObject({ ...pageInputSchema.shape, deviceId: idSchema.optional() }))
      .query(({ ctx, input }) =>
        validationQueue(ctx.reads, input, new Date(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    holding: permitted('result.read')
      .input(pageInputSchema)
      .query(({ ctx, input }) => holdingList(ctx.reads, input)),

    controls: permitted('result.read')
      .input(z.strictObject({ ...pageInputSchema.shape, kind: z.enum(['control', 'calibration']).default('control') }))
      .query(({ ctx, input }) => controlResults(ctx.reads, input)),

    release: permitted('result.release')
      .input(z.strictObject({ ids: idsSchema }))
      .mutation(({ ctx, input }) => releaseParameters(ctx.kernel, ctx.session, input.ids)),

    hold: permitted('result.release')
      .input(z.strictObject({ ids: idsSchema, reason: reasonSchema }))
      .mutation(({ ctx, input }) => holdResults(ctx.kernel, ctx.session, input.ids, input.reason)),

    returnToValidation: permitted('result.release')
      .input(z.strictObject({ ids: idsSchema }))
      .mutation(({ ctx, input }) => returnToValidation(ctx.kernel, ctx.session, input.ids)),

    reject: permitted('result.release')
      .input(z.strictObject({ ids: idsSchema, reason: reasonSchema }))
      .mutation(({ ctx, input }) => rejectResults(ctx.kernel, ctx.session, input.ids, input.reason)),

    assign: permitted('result.release')
      .input(z.strictObject({ ids: idsSchema, accession: z.string().trim().min(1).max(40) }))
      .mutation(({ ctx, input }) => assignResults(ctx.kernel, ctx.session, input.ids, input.accession)),

    trace: permitted('result.read')
      .input(z.strictObject({ deviceResultId: idSchema }))
      .query(({ ctx, input }) => traceResult(ctx.reads, ctx.kernel.folder, input.deviceResultId)),

    picture: permitted('result.read')
      .input(z.strictObject({ deviceResultId: idSchema, sha256: sha256Schema, index: z.number().int().nonnegative() }))
      .query(({ ctx, input }) => pictureChunk(ctx.reads, input.deviceResultId, input.sha256, input.index)),
  });
}
