import { z } from 'zod';

/**
 * What a driver makes of one message of an analyzer. These shapes are stored (in deviceResults), so they are zod schemas;
 * nothing in them is converted, matched or judged: units, codes and flags stand as the analyzer sent them.
 */

/** Where in the message text a value stood, so that a report value leads back to the raw bytes. */
export const recordRefSchema = z.strictObject({
  /** Zero-based number of the record (ASTM), segment (HL7) or field (VIDAS) in the message. */
  index: z.int().nonnegative(),
  /** Its type as written on the wire: `R`, `OBX`, `qn`. */
  type: z.string(),
  /** Number of the field as the standards count it (R-4, OBX-5). */
  field: z.int().nonnegative(),
  /** First byte of the record within the message text, and its length without the terminator. */
  offset: z.int().nonnegative(),
  length: z.int().nonnegative(),
});
export type RecordRef = z.infer<typeof recordRefSchema>;

/** A moment by the analyzer's clock: as sent, and read where it could be. The analyzer's time zone is not known. */
export const deviceTimeSchema = z.strictObject({
  sent: z.string(),
  /** `YYYY-MM-DD` or `YYYY-MM-DDTHH:mm:ss`, local to the analyzer; absent when the text is no date. */
  local: z.string().optional(),
  /** `+HH:MM`, only where the message itself says so (HL7 TS). */
  offset: z.string().optional(),
});
export type DeviceTime = z.infer<typeof deviceTimeSchema>;

export const comparatorSchema = z.enum(['<', '>', '<=', '>=']);
export type Comparator = z.infer<typeof comparatorSchema>;

/** Qualitative answers that mean the same in every laboratory, whatever word or language the analyzer uses. */
export const choiceSchema = z.enum(['positive', 'negative', 'indeterminate', 'detected', 'not-detected', 'invalid']);
export type Choice = z.infer<typeof choiceSchema>;

/** Why a result holds no value: the analyzer sent nothing, could not measure, went out of range, failed, or sent a picture. */
export const missingReasonSchema = z.enum(['empty', 'not-measured', 'out-of-range', 'error', 'image']);
export type MissingReason = z.infer<typeof missingReasonSchema>;

export const deviceValueSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('numeric'),
    /** Plain decimal with a point and all digits the analyzer sent: `8.10` stays `8.10`. Never a float. */
    number: z.string().regex(/^-?\d+(\.\d+)?$/),
    comparator: comparatorSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('choice'), choice: choiceSchema, text: z.string() }),
  z.strictObject({ kind: z.literal('missing'), reason: missingReasonSchema }),
]);
export type DeviceValue = z.infer<typeof deviceValueSchema>;

/** What was measured: a patient's specimen, a control, or a calibrator. */
export const readingKindSchema = z.enum(['patient', 'control', 'calibration']);
export type ReadingKind = z.infer<typeof readingKindSchema>;

export const controlMaterialSchema = z.strictObject({
  name: z.string().optional(),
  lot: z.string().optional(),
  level: z.string().optional(),
  expires: deviceTimeSchema.optional(),
  /** Target mean and standard deviation as set on the analyzer, in the reading's unit. */
  mean: z.string().optional(),
  deviation: z.string().optional(),
});
export type ControlMaterial = z.infer<typeof controlMaterialSchema>;

/** A histogram, scattergram or picture. Its data stays in the raw message (`ref`) or on the analyzer (`path`). */
export const deviceImageSchema = z.strictObject({
  name: z.string(),
  /** `image/png`, or what the analyzer calls it. */
  mediaType: z.string(),
  /** How the data at `ref` is packed, as the analyzer says it: `base64`, `FLOATLE-stream/deflate:base64`. */
  encoding: z.string(),
  ref: recordRefSchema,
  /** File on the analyzer's own disk, where only its name was sent. */
  path: z.string().optional(),
});
export type DeviceImage = z.infer<typeof deviceImageSchema>;

export const deviceReadingSchema = z.strictObject({
  /** Trimmed; empty when the analyzer named none. Matching starts here. */
  sampleId: z.string(),
  rawSampleId: z.string(),
  rack: z.string().optional(),
  position: z.string().optional(),
  /** The analyzer's own code of the parameter: key of the code map. */
  code: z.string(),
  name: z.string().optional(),
  /** Where the analyzer itself sends one. */
  loinc: z.string().optional(),
  value: deviceValueSchema,
  /** The value exactly as sent, beside `value`. */
  rawValue: z.string(),
  unit: z.string().optional(),
  /** The analyzer's flags in the order sent: `H`, `LL`, `A`, `*`. */
  flags: z.array(z.string()),
  referenceText: z.string().optional(),
  /** `F` final, `P` preliminary, `C` correction, `X` cannot be done, … as sent. */
  status: z.string().optional(),
  resultAt: deviceTimeSchema.optional(),
  operator: z.string().optional(),
  dilution: z.string().optional(),
  /** Measured again: the analyzer says so, or the same code came before for this sample in the same message. */
  rerun: z.literal(true).optional(),
  comments: z.array(z.string()),
  kind: readingKindSchema,
  control: controlMaterialSchema.optional(),
  images: z.array(deviceImageSchema),
  recordRef: recordRefSchema,
});
export type DeviceReading = z.infer<typeof deviceReadingSchema>;

export const devicePatientSchema = z.strictObject({
  id: z.string().optional(),
  family: z.string().optional(),
  given: z.string().optional(),
  birthDate: z.string().optional(),
  sex: z.string().optional(),
});
export type DevicePatient = z.infer<typeof devicePatientSchema>;

/** One sample of a message with what belongs to it as a whole rather than to one result. */
export const deviceSampleSchema = z.strictObject({
  sampleId: z.string(),
  rawSampleId: z.string(),
  rack: z.string().optional(),
  position: z.string().optional(),
  kind: readingKindSchema,
  patient: devicePatientSchema.optional(),
  /** Comments on the patient and the order, in the order sent. */
  comments: z.array(z.string()),
  images: z.array(deviceImageSchema),
  recordRef: recordRefSchema,
});
export type DeviceSample = z.infer<typeof deviceSampleSchema>;

/** An analyzer asking what to do with a sample. */
export const orderQuerySchema = z.strictObject({
  /** Trimmed sample ids asked for; empty when `all` or when only a rack position is known. */
  sampleIds: z.array(z.string()),
  /** All pending orders are asked for. */
  all: z.boolean(),
  /** A query sent earlier is withdrawn: nothing is to be answered. */
  cancel: z.boolean(),
  rack: z.string().optional(),
  position: z.string().optional(),
  /** Codes asked about; empty for all. */
  codes: z.array(z.string()),
  /** What the answer has to repeat, by the driver's own names. */
  echo: z.record(z.string(), z.string()),
  recordRef: recordRefSchema,
});
export type OrderQuery = z.infer<typeof orderQuerySchema>;

export const analyzerIdentitySchema = z.strictObject({
  manufacturer: z.string().optional(),
  model: z.string().optional(),
  serial: z.string().optional(),
  software: z.string().optional(),
});
export type AnalyzerIdentity = z.infer<typeof analyzerIdentitySchema>;

export const deviceMessageSchema = z.strictObject({
  results: z.array(deviceReadingSchema),
  queries: z.array(orderQuerySchema),
  samples: z.array(deviceSampleSchema),
  /** What departed from the standard and was tolerated, in words for a person. */
  notes: z.array(z.string()),
  analyzer: analyzerIdentitySchema,
  messageId: z.string().optional(),
  sentAt: deviceTimeSchema.optional(),
});
export type DeviceMessage = z.infer<typeof deviceMessageSchema>;

export const readErrorCodeSchema = z.enum([
  'empty',
  'not-this-format',
  'bad-delimiters',
  'too-large',
  'no-header',
  'structure',
]);

/** Why a message could not be read, and where. The message itself stays in the journal and can be read again. */
export const readErrorSchema = z.strictObject({
  code: readErrorCodeSchema,
  /** For a person, with the remedy. */
  message: z.string(),
  /** First byte of the place within the message text. */
  offset: z.int().nonnegative(),
  /** Record or segment number (zero-based) and field, where known. */
  index: z.int().nonnegative().optional(),
  field: z.int().nonnegative().optional(),
});
export type ReadError = z.infer<typeof readErrorSchema>;
