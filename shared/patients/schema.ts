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
  addedBy: z.string().optional(),
  /** Blob of a small picture of it, WEBP or JPEG; absent for what has none. */
  thumbnail: z.string().length(64).optional(),
  /** What it shows, in words, e.g. `Passport` or `Referral letter`. */
  title: z.string().max(100).optional(),
});
export type BlobReference = z.infer<typeof blobReferenceSchema>;

export const insurancePolicySchema = z.strictObject({
  insurerId: idSchema,
  groupId: idSchema.optional(),
  policyNumber: z.string().min(1, 'Enter the number of the policy').max(60),
  /** What the patient is to the holder of the policy: `child` means that a parent holds it. */
  holderRelation: z.enum(['self', 'spouse', 'child', 'parent', 'other']),
  /** Who holds it, where that is not the patient. */
  holderName: z.string().max(200).optional(),
  validFrom: daySchema.optional(),
  validTo: daySchema.optional(),
});

/** Somebody of the family: another patient, or a person known by name only. */
export const relativeSchema = z.strictObject({
  /** What the other is to the patient. */
  relation: z.enum(['parent', 'child', 'spouse', 'sibling', 'guardian', 'other']),
  patientId: idSchema.optional(),
  name: z.string().trim().min(1).max(200).optional(),
  phone: z.string().max(60).optional(),
  /** Decides for the patient and may be told of results; a minor has one. */
  guardian: z.boolean().optional(),
});
export type Relative = z.infer<typeof relativeSchema>;

/** A patient that was merged into this one, with what people still look for it by. */
export const formerSchema = z.strictObject({
  patientId: idSchema,
  number: z.string().max(40),
  fullName: z.string().max(200),
  /** Numbers, phones and national ids of it. */
  keys: z.array(z.string().max(100)).max(60),
});
export type Former = z.infer<typeof formerSchema>;

const movedIds = z.array(idSchema).max(50_000);

/** What a merge did, kept on the patient that was merged so that it can be taken back (see `merge.ts` of the core). */
export const mergeRecordSchema = z.strictObject({
  at: timeSchema,
  by: z.string(),
  byName: z.string().max(200),
  /** Fields of the survivor that the merge changed, as they were and as it left them. Absent: the field was not set. */
  fields: z.array(
    z.strictObject({ field: z.string().max(40), before: z.json().optional(), after: z.json().optional() }),
  ),
  /** Documents that went over to the survivor, by id. */
  moved: z.strictObject({ billing: movedIds, specimens: movedIds, reports: movedIds, deviceResults: movedIds }),
  /** Patients whose family named the merged one and now names the survivor. */
  relatives: movedIds,
});
export type MergeRecord = z.infer<typeof mergeRecordSchema>;

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
  /** Other files: referral letters, consents, old reports. */
  attachments: z.array(blobReferenceSchema).max(50).optional(),
  family: z.array(relativeSchema).max(20).optional(),
  /** Numbers by which another system knew the patient; found by search. */
  otherNumbers: z.array(z.string().max(40)).max(10).optional(),
  /** Ids of the tests the patient may be given; absent means no limit. */
  allowedTests: z.array(idSchema).optional(),
  note: z.string().max(2000).optional(),
  /** Shown wherever the patient is, e.g. `Faints when blood is drawn`. */
  warning: z.string().max(300).optional(),
  /** The patient this one was merged into. */
  mergedInto: idSchema.optional(),
  /** How; there as long as `mergedInto` is. */
  merge: mergeRecordSchema.optional(),
  /** Patients that were merged into this one. */
  formerly: z.array(formerSchema).max(50).optional(),
  /** What a merge of two stations' edits dropped, newest last (shown to a person, never silently lost). */
  mergeLosses: z
    .array(z.strictObject({ field: z.string(), lost: z.json(), at: timeSchema, stationId: z.string() }))
    .max(50)
    .optional(),
});
export const patientSchema = documentOf(patientShape);
export type Patient = z.infer<typeof patientSchema>;
