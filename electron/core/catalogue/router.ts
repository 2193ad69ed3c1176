import { z } from 'zod';
import { idSchema } from '../../../shared/kernel/document.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { type Kernel, permitted, router, type ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { allOf } from './catalogue-of.ts';
import { activeTests, testWithParameters } from './queries.ts';

/** The API of the catalogue domain. Its lists are whole: a screen keeps them and searches as one types. */
export function createCatalogueRouter() {
  return router({
    tests: permitted('catalogue.read').query(({ ctx }) => activeTests(ctx.reads, today(ctx.kernel, ctx.reads))),

    test: permitted('catalogue.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => testWithParameters(ctx.reads, input.id, today(ctx.kernel, ctx.reads))),

    parameters: permitted('catalogue.read').query(({ ctx }) => allOf(ctx.reads, 'parameter')),

    specimenTypes: permitted('catalogue.read').query(({ ctx }) => allOf(ctx.reads, 'specimenType')),
  });
}

function today(kernel: Kernel, reads: ScopedReads): string {
  return civilMoment(new Date(kernel.clock.now()), centreOf(reads).timeZone).slice(0, 10);
}
