import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { specimenStateSchema } from './schema.ts';
import { keptSchema } from './stability.ts';

/** `text` is the beginning of an accession, or of a patient's name, number or phone. */
export const listSpecimensSchema = z.strictObject({
  ...pageInputSchema.shape,
  state: specimenStateSchema.optional(),
  /** Only what is kept there. */
  place: z.string().trim().min(1).max(60).optional(),
  text: z.string().trim().max(100).optional(),
});
export type ListSpecimens = z.infer<typeof listSpecimensSchema>;

/** Specimens that take the same step together. */
export const specimenIdsSchema = z.strictObject({ ids: z.array(idSchema).min(1).max(200) });

/** A specimen that cannot be used. Unless `recollect` is false, another one is asked for at once, with a number of its own. */
export const rejectSpecimenSchema = z.strictObject({
  id: idSchema,
  rev: z.string().max(100),
  reason: z.string().trim().min(3, 'Say why: it is kept with the specimen').max(200),
  recollect: z.boolean().default(true),
});
export type RejectSpecimen = z.infer<typeof rejectSpecimenSchema>;

/**
 * Divides a received specimen, as it was read at `rev`. Each portion is a tube of its own with a number of its own, for
 * some of the tests; the first tube stays good for all.
 */
export const aliquotSpecimenSchema = z.strictObject({
  id: idSchema,
  rev: z.string().max(100),
  portions: z
    .array(
      z.strictObject({
        testCodes: z.array(z.string().max(40)).min(1, 'Choose the tests for this aliquot').max(200),
        container: z.string().trim().min(1).max(100).default('Aliquot tube'),
      }),
    )
    .min(1)
    .max(20),
});
export type AliquotSpecimen = z.infer<typeof aliquotSpecimenSchema>;

const placeSchema = z.string().trim().min(1, 'Say where: refrigerator, rack').max(60);
const cellSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{1,2}[1-9]\d?$/, 'a letter for the row and a number for the column, like B7');

/** Specimens put away at one place, each in a cell of its own, or without cells; how they are kept there counts for their stability. */
export const storeSpecimensSchema = z.strictObject({
  place: placeSchema,
  kept: keptSchema.optional(),
  items: z
    .array(z.strictObject({ id: idSchema, cell: cellSchema.optional() }))
    .min(1)
    .max(200),
});
export type StoreSpecimens = z.infer<typeof storeSpecimensSchema>;

export const discardSpecimensSchema = z.strictObject({
  ...specimenIdsSchema.shape,
  reason: z.string().trim().min(3, 'Say why: it is kept with the specimen').max(200),
});

/** Specimens that go to another laboratory together, with one manifest. */
export const sendOutSchema = z.strictObject({ ...specimenIdsSchema.shape, outsourceLabId: idSchema });
export type SendOut = z.infer<typeof sendOutSchema>;
