import { z } from 'zod';
import { amountSchema } from '../billing/schema.ts';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { type CatalogueKind, catalogueEntrySchema, catalogueKinds, codeSchema, testShape } from './schema.ts';

/** The most entries of one import or bulk change. */
export const mostChanges = 40_000;

export const kindSchema = z.enum(catalogueKinds as [CatalogueKind, ...CatalogueKind[]]);

/** An entry as it shall be: a new one without `id`, a changed one with its id and the revision that was seen. */
export const catalogueChangeSchema = z
  .strictObject({ id: idSchema.optional(), rev: z.string().max(100).optional(), entry: catalogueEntrySchema })
  .refine(({ id, rev }) => (id === undefined) === (rev === undefined), 'id and rev belong together');
export type CatalogueChange = z.infer<typeof catalogueChangeSchema>;

/** Changes that belong together: all are saved, or none. */
export const saveCatalogueSchema = z.strictObject({ changes: z.array(catalogueChangeSchema).min(1).max(mostChanges) });
export type SaveCatalogue = z.infer<typeof saveCatalogueSchema>;

/** Entries of a file. Those that the catalogue has, by kind and code, are changed, the others added; nothing is removed. */
export const importCatalogueSchema = z.strictObject({
  entries: z.array(catalogueEntrySchema).min(1).max(mostChanges),
  /** The state of the catalogue that the preview saw; a newer one is a conflict. */
  seen: z.string().max(100),
});
export type ImportCatalogue = z.infer<typeof importCatalogueSchema>;

/** What a list of catalogue entries is narrowed by. */
export const listCatalogueSchema = pageInputSchema.extend({
  kind: kindSchema,
  /** Words of code, name or aliases. */
  text: z.string().max(200).optional(),
  department: z.string().max(100).optional(),
  state: z.enum(['on', 'off']).optional(),
});
export type ListCatalogue = z.infer<typeof listCatalogueSchema>;

export const findCatalogueSchema = z.strictObject({
  text: z.string().max(200),
  limit: z.number().int().min(1).max(50).default(10),
});

export const copyCatalogueSchema = z.strictObject({
  id: idSchema,
  code: codeSchema,
  name: z.string().min(1).max(200),
});

export const switchCatalogueSchema = z.strictObject({ id: idSchema, rev: z.string().max(100), on: z.boolean() });

/** Some fields of many tests; null removes a field. */
export const changeTestsSchema = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        id: idSchema,
        rev: z.string().max(100),
        change: z.strictObject({
          name: testShape.shape.name.optional(),
          department: testShape.shape.department.optional(),
          turnaroundMinutes: testShape.shape.turnaroundMinutes.nullable(),
          activeTo: testShape.shape.activeTo.nullable(),
        }),
      }),
    )
    .min(1)
    .max(mostChanges),
});
export type ChangeTests = z.infer<typeof changeTestsSchema>;

/** Prices of price lists; a null amount takes the price off the list. */
export const changePricesSchema = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        id: idSchema,
        rev: z.string().max(100),
        prices: z
          .array(
            z.strictObject({
              kind: z.enum(['test', 'profile']),
              code: codeSchema,
              amount: amountSchema.nonnegative().nullable(),
            }),
          )
          .max(mostChanges),
      }),
    )
    .min(1)
    .max(50),
});
export type ChangePrices = z.infer<typeof changePricesSchema>;
