import { z } from 'zod';
import { keyOf } from '../../../shared/catalogue/check.ts';
import {
  changePricesSchema,
  changeTestsSchema,
  copyCatalogueSchema,
  findCatalogueSchema,
  importCatalogueSchema,
  kindSchema,
  listCatalogueSchema,
  saveCatalogueSchema,
  switchCatalogueSchema,
} from '../../../shared/catalogue/input.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { type Kernel, permitted, router, type ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { changePrices, changeTests } from './bulk.ts';
import { catalogueIndex } from './catalogue-index.ts';
import { allOf } from './catalogue-of.ts';
import { entryDetails, historyOf } from './history.ts';
import { type Plan, planChanges } from './plan-changes.ts';
import { activeTests, allEntries, testWithParameters } from './queries.ts';
import { addStarter, asChanges, importEntries, saveEntries } from './save-entries.ts';
import { copyEntry, switchEntry } from './switch-and-copy.ts';

/** The API of the catalogue domain. */
export function createCatalogueRouter() {
  return router({
    tests: permitted('catalogue.read').query(({ ctx }) => activeTests(ctx.reads, today(ctx.kernel, ctx.reads))),

    test: permitted('catalogue.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => testWithParameters(ctx.reads, input.id, today(ctx.kernel, ctx.reads))),

    parameters: permitted('catalogue.read').query(({ ctx }) => allOf(ctx.reads, 'parameter')),

    find: permitted('catalogue.read')
      .input(findCatalogueSchema)
      .query(({ ctx, input }) =>
        catalogueIndex(ctx.kernel).find(ctx.reads, input.text, input.limit, today(ctx.kernel, ctx.reads)),
      ),

    list: permitted('catalogue.read')
      .input(listCatalogueSchema)
      .query(({ ctx, input }) => catalogueIndex(ctx.kernel).list(ctx.reads, input)),

    codes: permitted('catalogue.read')
      .input(z.strictObject({ kind: kindSchema }))
      .query(({ ctx, input }) => catalogueIndex(ctx.kernel).codes(ctx.reads, input.kind)),

    get: permitted('catalogue.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => entryDetails(ctx.reads, input.id)),

    history: permitted('catalogue.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => historyOf(ctx.reads, input.id)),

    save: permitted('catalogue.update')
      .input(saveCatalogueSchema)
      .mutation(({ ctx, input }) => saveEntries(ctx.kernel, ctx.session, input)),

    check: permitted('catalogue.update')
      .input(saveCatalogueSchema)
      .mutation(({ ctx, input }) => previewOf(planChanges(ctx.reads, input.changes, 'id'))),

    switch: permitted('catalogue.update')
      .input(switchCatalogueSchema)
      .mutation(({ ctx, input }) => switchEntry(ctx.kernel, ctx.session, input)),

    copy: permitted('catalogue.update')
      .input(copyCatalogueSchema)
      .mutation(({ ctx, input }) => copyEntry(ctx.kernel, ctx.session, input)),

    changeTests: permitted('catalogue.update')
      .input(changeTestsSchema)
      .mutation(({ ctx, input }) => changeTests(ctx.kernel, ctx.session, input)),

    changePrices: permitted('catalogue.update')
      .input(changePricesSchema)
      .mutation(({ ctx, input }) => changePrices(ctx.kernel, ctx.session, input)),

    exportEntries: permitted('catalogue.read').query(({ ctx }) => allEntries(ctx.reads)),

    previewImport: permitted('catalogue.update')
      .input(importCatalogueSchema.pick({ entries: true }))
      .mutation(({ ctx, input }) => ({
        seen: catalogueIndex(ctx.kernel).state,
        ...previewOf(planChanges(ctx.reads, asChanges(input.entries), 'code')),
      })),

    importEntries: permitted('catalogue.update')
      .input(importCatalogueSchema)
      .mutation(({ ctx, input }) => importEntries(ctx.kernel, ctx.session, input)),

    addStarter: permitted('catalogue.update').mutation(({ ctx }) =>
      ctx.kernel.change(ctx.session, (work) => ({ created: addStarter(work) })),
    ),

    specimenTypes: permitted('catalogue.read').query(({ ctx }) => allOf(ctx.reads, 'specimenType')),
  });
}

/** What a plan would do, for a person to look at before it is done. */
function previewOf({ changes, errors, warnings }: Plan) {
  return {
    changes: changes.map(({ state, entry, differences }) => ({ key: keyOf(entry), state, differences })),
    errors,
    warnings,
  };
}

function today(kernel: Kernel, reads: ScopedReads): string {
  return civilMoment(new Date(kernel.clock.now()), centreOf(reads).timeZone).slice(0, 10);
}
