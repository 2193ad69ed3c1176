import { z } from 'zod';
import { appendChunkSchema, beginUploadSchema, sha256Schema } from '../../../shared/files/upload.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { permitted, router } from '../kernel/index.ts';
import { chunkOf } from './content.ts';
import type { Uploads } from './uploads.ts';

const uploadSchema = z.strictObject({ uploadId: idSchema });

/** The API of files: sent and fetched in chunks, over every pipe alike. */
export function createFilesRouter(uploads: Uploads) {
  return router({
    begin: permitted('patient.update')
      .input(beginUploadSchema)
      .mutation(({ ctx, input }) => uploads.begin(ctx.session, input)),

    append: permitted('patient.update')
      .input(appendChunkSchema)
      .mutation(({ ctx, input }) => uploads.append(ctx.session, input)),

    finish: permitted('patient.update')
      .input(uploadSchema)
      .mutation(({ ctx, input }) => uploads.finish(ctx.session, input.uploadId)),

    cancel: permitted('patient.update')
      .input(uploadSchema)
      .mutation(({ ctx, input }) => uploads.cancel(ctx.session, input.uploadId)),

    chunk: permitted('patient.read')
      .input(z.strictObject({ sha256: sha256Schema, index: z.number().int().nonnegative() }))
      .query(({ ctx, input }) => chunkOf(ctx.reads, input.sha256, input.index)),
  });
}
