import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { specimenStateSchema } from './schema.ts';

/** `text` is the beginning of an accession, or of a patient's name, number or phone. */
export const listSpecimensSchema = z.strictObject({
  ...pageInputSchema.shape,
  state: specimenStateSchema.optional(),
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
