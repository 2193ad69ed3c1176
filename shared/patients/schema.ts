import { z } from 'zod';
import { daySchema, documentOf, idSchema, timeSchema } from '../kernel/document.ts';

export const sexSchema = z.enum(['male', 'female', 'other', 'unknown']);
export type Sex = z.infer<typeof sexSchema>;

/** Date of birth with what is known of it; `statedOn` is the day on which an age was stated instead of a date. */
export const birthSchema = z.strictObject({
  date: daySchema,
  precision: z.enum(['exact', 'month', 'year', 'estimated']),
  statedOn: daySchema.optional(),
  /** Time of day, `HH:MM`, kept for newborns whose age counts in hours. */
  time: z
    .string()
    .regex(/^\d{2}:\d{2}$/)
    .optional(),
});
export type Birth = z.infer<typeof birthSchema>;

/** Which channels the patient agreed to. A channel that is not agreed to is never used. */
export const consentSchema = z.strictObject({ sms: z.boolean(), whatsapp: z.boolean(), email: z.boolean() });

export const nationalIdSchema = z.strictObject({
  country: z.string().length(2),
  type: z.string().min(1).max(40),
  value: z.string().min(1).max(60),
});

/** A file kept in `blobs`, by its SHA-256. */
export const blobReferenceSchema = z.strictObject({
  sha256: z.string().length(64),
  name: z.string().min(1).max(200),
  mediaType: z.string().max(100),
  size: z.number().int().nonnegative(),
  addedAt: timeSchema,
});

export const insurancePolicySchema = z.strictObject({
  insurerId: idSchema,
  groupId: idSchema.optional(),
  policyNumber: z.string().min(1).max(60),
  holderRelation: z.enum(['self', 'spouse', 'child', 'parent', 'other']),
  validFrom: daySchema.optional(),
  validTo: daySchema.optional(),
});

/** A patient without the base fields (reference: UserDetails). */
export const patientShape = z.strictObject({
  /** Number people read, from the station's counter, e.g. `A-P000042`. */
  number: z.string().max(40),
  fullName: z.string().min(1).max(200),
  sex: sexSchema,
  birth: birthSchema.optional(),
  /** E.164. */
  phone: z.string().max(20).optional(),
  otherPhones: z.array(z.string().max(20)).max(5),
  email: z.string().max(254).optional(),
  consent: consentSchema,
  address: z.string().max(500).optional(),
  nationalIds: z.array(nationalIdSchema).max(10),
  insurances: z.array(insurancePolicySchema).max(10),
  idProofs: z.array(blobReferenceSchema).max(20),
  /** Ids of the tests the patient may be given; absent means no limit. */
  allowedTests: z.array(idSchema).optional(),
  note: z.string().max(2000).optional(),
  /** The patient this one was merged into. */
  mergedInto: idSchema.optional(),
  /** What a merge of two stations' edits dropped, newest last (shown to a person, never silently lost). */
  mergeLosses: z
    .array(z.strictObject({ field: z.string(), lost: z.json(), at: timeSchema, stationId: z.string() }))
    .max(50)
    .optional(),
});
export const patientSchema = documentOf(patientShape);
export type Patient = z.infer<typeof patientSchema>;
