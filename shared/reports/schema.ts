import { z } from 'zod';
import { documentOf, givenBackSchema, idSchema, timeSchema } from '../kernel/document.ts';
import type { Permission } from '../kernel/permissions.ts';
import { pregnancySchema } from '../patients/pregnancy.ts';

export const reportStateSchema = z.enum([
  'ordered',
  'inProgress',
  'resulted',
  'verified',
  'signed',
  'released',
  'cancelled',
]);
export type ReportState = z.infer<typeof reportStateSchema>;

/** Where a value came from, back to the raw bytes of the analyzer (promise 5). */
export const valueSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('analyzer'),
    deviceId: idSchema,
    deviceName: z.string().max(100),
    deviceResultId: idSchema,
    journalId: idSchema,
    /** As the analyzer sent it. */
    originalValue: z.string().max(500),
    originalUnit: z.string().max(60).optional(),
    resultAt: z.string().max(40).optional(),
    analyzerFlags: z.array(z.string().max(40)).max(20),
  }),
  z.strictObject({ kind: z.literal('manual') }),
  /** Measured by another laboratory and entered here; the report says by whom (ISO 15189, referral laboratories). */
  z.strictObject({
    kind: z.literal('outsource'),
    outsourceLabId: idSchema,
    outsourceLabName: z.string().max(200),
    manifest: z.string().max(40),
  }),
]);
export type ValueSource = z.infer<typeof valueSourceSchema>;

export const flagSchema = z.enum(['', 'L', 'H', 'LL', 'HH', 'A']);
export type Flag = z.infer<typeof flagSchema>;

/** One parameter of a report. A copy of what the catalogue said, so that a later change of it changes no report. */
export const reportValueSchema = z.strictObject({
  parameterId: idSchema,
  code: z.string().max(40),
  name: z.string().max(200),
  loinc: z.string().max(20).optional(),
  unit: z.string().max(60).optional(),
  /** As printed: a number with the parameter's decimals and its qualifier, a choice, or text. Absent: no result yet. */
  value: z.string().max(2000).optional(),
  flag: flagSchema,
  rangeText: z.string().max(200).optional(),
  /** Opens a group above this line on screen and paper. */
  heading: z.string().max(100).optional(),
  method: z.string().max(100).optional(),
  /** The report is complete without it: remarks, and what the catalogue says may be left out. */
  optional: z.boolean().optional(),
  source: valueSourceSchema.optional(),
  at: timeSchema.optional(),
  by: z.string().optional(),
});
export type ReportValue = z.infer<typeof reportValueSchema>;

export const signatureSchema = z.strictObject({ by: z.string(), name: z.string().max(200), at: timeSchema });

/** A signed state of the report; never changed. */
export const reportVersionSchema = z.strictObject({
  version: z.number().int().positive(),
  values: z.array(reportValueSchema).max(200),
  comment: z.string().max(4000).optional(),
  verified: signatureSchema.optional(),
  signed: signatureSchema,
});
export type ReportVersion = z.infer<typeof reportVersionSchema>;

/** One report per ordered test (reference: LabReportRelation). */
export const reportShape = z.strictObject({
  patientId: idSchema,
  givenBack: givenBackSchema,
  billId: idSchema,
  specimenId: idSchema.optional(),
  accession: z.string().max(40).optional(),
  testId: idSchema,
  testCode: z.string().max(40),
  testName: z.string().max(200),
  department: z.string().max(100),
  method: z.string().max(100).optional(),
  /** Printed below the results (the test's reportNote). */
  note: z.string().max(1000).optional(),
  /** As stated with the order: its values are judged by the ranges for it. */
  pregnancy: pregnancySchema.optional(),
  state: reportStateSchema,
  orderedAt: timeSchema,
  values: z.array(reportValueSchema).max(200),
  comment: z.string().max(4000).optional(),
  resultedAt: timeSchema.optional(),
  /** Why it went back to the bench the last time; gone once it is verified again. */
  returned: signatureSchema.extend({ reason: z.string().max(300) }).optional(),
  verified: signatureSchema.optional(),
  signed: signatureSchema.optional(),
  releasedAt: timeSchema.optional(),
  version: z.number().int().nonnegative(),
  versions: z.array(reportVersionSchema).max(50),
});
export const reportSchema = documentOf(reportShape);
export type Report = z.infer<typeof reportSchema>;

/** Who may move a report from where to where (data model: States). Rows with the same ends name different rights. */
export const reportTransitions = [
  { from: 'ordered', to: 'inProgress', permission: 'result.enter' },
  { from: 'ordered', to: 'inProgress', permission: 'specimen.receive' },
  { from: 'ordered', to: 'inProgress', permission: 'result.release' },
  { from: 'ordered', to: 'resulted', permission: 'result.enter' },
  { from: 'ordered', to: 'resulted', permission: 'result.release' },
  { from: 'inProgress', to: 'resulted', permission: 'result.enter' },
  { from: 'inProgress', to: 'resulted', permission: 'result.release' },
  { from: 'inProgress', to: 'ordered', permission: 'specimen.reject' },
  { from: 'resulted', to: 'inProgress', permission: 'result.enter' },
  { from: 'resulted', to: 'inProgress', permission: 'report.verify' },
  { from: 'resulted', to: 'verified', permission: 'report.verify' },
  { from: 'verified', to: 'inProgress', permission: 'report.verify' },
  { from: 'verified', to: 'resulted', permission: 'report.verify' },
  { from: 'verified', to: 'resulted', permission: 'result.release' },
  { from: 'verified', to: 'signed', permission: 'report.sign' },
  { from: 'signed', to: 'released', permission: 'report.release' },
  { from: 'ordered', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'ordered', to: 'cancelled', permission: 'bill.update' },
  { from: 'inProgress', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'inProgress', to: 'cancelled', permission: 'bill.update' },
] as const satisfies readonly { from: ReportState; to: ReportState; permission: Permission }[];

/**
 * The transition from one state to another, or undefined where the table has none; of those with the same ends the one
 * whose right is held, when rights are given.
 */
export function reportTransition(from: ReportState, to: ReportState, held?: ReadonlySet<Permission>) {
  return reportTransitions.find((row) => row.from === from && row.to === to && (held?.has(row.permission) ?? true));
}
