import { z } from 'zod';
import { idSchema } from '../../../shared/kernel/document.ts';
import { checkImportSchema } from '../../../shared/patients/import.ts';
import { permitted, router } from '../kernel/index.ts';
import type { PatientImports } from './imports.ts';

const byId = z.strictObject({ id: idSchema });

/** The API of importing patients from a file, which was uploaded before with the purpose `import`. */
export function createImportRouter(imports: PatientImports) {
  return router({
    open: permitted('patient.import')
      .input(z.strictObject({ uploadId: idSchema }))
      .mutation(({ ctx, input }) => imports.open(ctx.session, input.uploadId)),

    all: permitted('patient.import').query(({ ctx }) => imports.list(ctx.session)),

    get: permitted('patient.import')
      .input(byId)
      .query(({ ctx, input }) => imports.get(ctx.session, input.id)),

    check: permitted('patient.import')
      .input(checkImportSchema)
      .mutation(({ ctx, input }) => imports.check(ctx.session, input.id, input.settings)),

    run: permitted('patient.import')
      .input(byId)
      .mutation(({ ctx, input }) => imports.run(ctx.session, input.id)),

    stop: permitted('patient.import')
      .input(byId)
      .mutation(({ ctx, input }) => imports.stop(ctx.session, input.id)),

    remove: permitted('patient.import')
      .input(byId)
      .mutation(({ ctx, input }) => imports.remove(ctx.session, input.id)),

    /** Rows that are not imported, after a row number, in the file's order. */
    refused: permitted('patient.import')
      .input(z.strictObject({ id: idSchema, after: z.number().int().nonnegative(), limit: z.number().int().max(500) }))
      .query(({ ctx, input }) => imports.refused(ctx.session, input.id, input.after, input.limit)),
  });
}
