import { z } from 'zod';
import { pictureTroubleSchema } from '../devices/image-data.ts';
import { controlMaterialSchema, deviceValueSchema, recordRefSchema } from '../devices/reading.ts';
import { documentOf, givenBackSchema, idSchema, timeSchema } from '../kernel/document.ts';

export const holdReasonSchema = z.enum([
  'unknownSample',
  'unmappedCode',
  'unitMismatch',
  'notOrdered',
  'reportClosed',
  'reportCancelled',
  'noValue',
  'notNumeric',
  'tooLong',
  'control',
  'byPerson',
  'oldSample',
  'sameSampleTwice',
  'picture',
]);
export type HoldReason = z.infer<typeof holdReasonSchema>;

/** Characters of a value that a result and a report hold. */
export const longestValue = 2000;

/** One result of one parameter of one sample as the analyzer sent it (reference: DeviceResultsValidation). */
export const deviceResultShape = z.strictObject({
  journalId: idSchema,
  deviceId: idSchema,
  deviceName: z.string().max(100),
  /** Position of the result in its message. */
  index: z.number().int().nonnegative(),
  /** `picture`: no value, but scattergrams and histograms of a patient's sample; nobody has to decide on it. */
  kind: z.enum(['patient', 'control', 'calibration', 'picture']),
  sampleId: z.string().max(100),
  deviceCode: z.string().max(100),
  deviceCodeName: z.string().max(200).optional(),
  /** As sent, with its qualifier. */
  originalValue: z.string().max(2000),
  originalUnit: z.string().max(60).optional(),
  /** The value as its driver read it, so that it can be matched again when the code map was taught. */
  reading: deviceValueSchema,
  /** Where in the message it stood. */
  recordRef: recordRefSchema,
  analyzerFlags: z.array(z.string().max(60)).max(30),
  comments: z.array(z.string().max(1000)).max(30),
  /** What the analyzer says of the sample as a whole (comments on patient and order, alarms); with each of its results. */
  sampleComments: z.array(z.string().max(1000)).max(30).optional(),
  /** The instrument says that it measured again. */
  rerun: z.literal(true).optional(),
  /** Pictures and histograms that came with it, or with its sample (then at the sample's first result); content in `blobs`. */
  images: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        mediaType: z.string().max(100),
        sha256: z.string().length(64),
        size: z.number().int().nonnegative(),
      }),
    )
    .max(80)
    .optional(),
  /** Pictures that the analyzer told of and that are not kept beside the message, with the reason. */
  imagesLeft: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        trouble: pictureTroubleSchema,
        /** The file on the analyzer's disk. */
        path: z.string().max(300).optional(),
      }),
    )
    .max(80)
    .optional(),
  controlLot: z.string().max(100).optional(),
  /** What is known of the control material: name, level, lot, the analyzer's own target. */
  control: controlMaterialSchema.optional(),
  /** As sent: `1:5`, `10`. The value is taken as the analyzer worked it out. */
  dilution: z.string().max(40).optional(),
  /** Result status as sent: `F` final, `P` preliminary, `C` correction. */
  status: z.string().max(20).optional(),
  resultAt: z.string().max(40).optional(),
  receivedAt: timeSchema,
  /** The analyzer's clock was wrong by so many minutes (ahead: above zero); the time of receipt counts then. */
  clockOffMinutes: z.number().int().optional(),
  /** What it matched. */
  specimenId: idSchema.optional(),
  reportId: idSchema.optional(),
  patientId: idSchema.optional(),
  givenBack: givenBackSchema,
  parameterId: idSchema.optional(),
  parameterCode: z.string().max(40).optional(),
  parameterName: z.string().max(200).optional(),
  /** Converted and rounded, with its qualifier, in the parameter's unit. */
  value: z.string().max(longestValue).optional(),
  unit: z.string().max(60).optional(),
  flag: z.enum(['', 'L', 'H', 'LL', 'HH', 'A']),
  rangeText: z.string().max(200).optional(),
  state: z.enum(['held', 'pending', 'released', 'rejected']),
  holdReason: holdReasonSchema.optional(),
  decidedAt: timeSchema.optional(),
  decidedBy: z.string().optional(),
  decision: z.string().max(300).optional(),
});
export const deviceResultSchema = documentOf(deviceResultShape);
export type DeviceResult = z.infer<typeof deviceResultSchema>;
