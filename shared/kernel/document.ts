import { z } from 'zod';

/** A UUIDv7 as text. Only the shape is checked, so that ids of older versions stay readable. */
export const idSchema = z
  .string()
  .max(64)
  .regex(/^[0-9a-zA-Z_.:-]+$/, 'not an id');

/** UTC in ISO 8601 with milliseconds, as `Date.toISOString` writes it. */
export const timeSchema = z.iso.datetime({ precision: 3 });

/**
 * On a document of a patient: `at` of the merge whose undoing gave it back. A station that has not heard of the undoing yet
 * knows by it that the document is not to be handed over again.
 */
export const givenBackSchema = timeSchema.optional();

/** A calendar day, `YYYY-MM-DD`, in the lab's time zone. */
export const daySchema = z.iso.date();

/** What stands on every document (data model: "On every document"). */
export const documentBaseSchema = z.strictObject({
  id: idSchema,
  labId: idSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  updatedAt: timeSchema,
  updatedBy: z.string(),
  stationId: z.string(),
});

export type DocumentBase = z.infer<typeof documentBaseSchema>;

/** A schema's own fields with the fields that every document has. */
export function documentOf<S extends z.ZodRawShape>(schema: z.ZodObject<S>) {
  return z.strictObject({ ...documentBaseSchema.shape, ...schema.shape });
}

/** What a use case gives for a new document: the base fields are filled in by the unit of work. */
export type NewDocument<D extends DocumentBase> = D extends DocumentBase
  ? Omit<D, keyof DocumentBase> & { id?: string }
  : never;

/** A document as the storage returns it: with the revision that an update must name. */
export type Stored<D> = D & { readonly _rev: string };
