import { z } from 'zod';
import { documentOf, givenBackSchema, idSchema, timeSchema } from '../kernel/document.ts';
import type { Permission } from '../kernel/permissions.ts';
import { keptFromSchema, keptSchema, testStabilitySchema } from './stability.ts';

export const specimenStateSchema = z.enum([
  'expected',
  'collected',
  'received',
  'rejected',
  'sentOut',
  'stored',
  'discarded',
  'cancelled',
]);
export type SpecimenState = z.infer<typeof specimenStateSchema>;

/** One step of the chain of custody. */
export const custodyStepSchema = z.strictObject({
  state: specimenStateSchema,
  at: timeSchema,
  by: z.string(),
  stationId: z.string(),
  reason: z.string().max(300).optional(),
  /** The tube that was rejected, where another one with a number of its own takes its place. */
  accession: z.string().max(40).optional(),
  /** How it is kept from here on, where it was stored. */
  kept: keptSchema.optional(),
});
export type CustodyStep = z.infer<typeof custodyStepSchema>;

export const specimenShape = z.strictObject({
  /** What the barcode holds: station prefix, number and check character. */
  accession: z.string().max(40),
  patientId: idSchema,
  givenBack: givenBackSchema,
  billId: idSchema,
  specimenType: z.string().max(40),
  typeName: z.string().max(100),
  container: z.string().max(100),
  reportIds: z.array(idSchema).max(200),
  testCodes: z.array(z.string().max(40)).max(200),
  state: specimenStateSchema,
  collectedAt: timeSchema.optional(),
  receivedAt: timeSchema.optional(),
  custody: z.array(custodyStepSchema).max(200),
  /** Colour of the cap, so that the right tube is taken to the patient. */
  colour: z.string().max(40).optional(),
  /** The specimen that this aliquot was taken from. */
  parentId: idSchema.optional(),
  /** Where it is kept: `Fridge 2, rack 5`, and the cell in there. */
  place: z.string().max(60).optional(),
  cell: z.string().max(10).optional(),
  /** The number of the manifest it was last sent out with, and to which laboratory. */
  manifest: z.string().max(40).optional(),
  outsourceLabId: idSchema.optional(),
  outsourceLabName: z.string().max(200).optional(),
  sentOutAt: timeSchema.optional(),
  /** How it is kept where it is stored. */
  kept: keptSchema.optional(),
  /** The department that it is for alone, where that shares no tube. */
  department: z.string().max(100).optional(),
  /** How long its tests keep, as the catalogue said when they were ordered; tests that nothing is known of are left out. */
  stability: z.array(testStabilitySchema).max(200).optional(),
  /** How an aliquot was kept before it was taken: as its first tube. */
  keptBefore: z.array(keptFromSchema).max(200).optional(),
});
export const specimenSchema = documentOf(specimenShape);
export type Specimen = z.infer<typeof specimenSchema>;

/** Who may move a specimen from where to where (data model: States). `permission` names the right needed. */
export const specimenTransitions = [
  { from: 'expected', to: 'collected', permission: 'specimen.collect' },
  { from: 'expected', to: 'received', permission: 'specimen.receive' },
  { from: 'collected', to: 'received', permission: 'specimen.receive' },
  { from: 'collected', to: 'rejected', permission: 'specimen.reject' },
  { from: 'received', to: 'rejected', permission: 'specimen.reject' },
  { from: 'rejected', to: 'expected', permission: 'specimen.collect' },
  { from: 'rejected', to: 'expected', permission: 'specimen.reject' },
  { from: 'received', to: 'stored', permission: 'specimen.receive' },
  { from: 'stored', to: 'received', permission: 'specimen.receive' },
  { from: 'stored', to: 'rejected', permission: 'specimen.reject' },
  { from: 'stored', to: 'discarded', permission: 'specimen.reject' },
  { from: 'received', to: 'sentOut', permission: 'specimen.send' },
  { from: 'stored', to: 'sentOut', permission: 'specimen.send' },
  { from: 'sentOut', to: 'received', permission: 'specimen.receive' },
  { from: 'sentOut', to: 'rejected', permission: 'specimen.reject' },
  { from: 'sentOut', to: 'discarded', permission: 'specimen.send' },
  { from: 'expected', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'expected', to: 'cancelled', permission: 'bill.update' },
  { from: 'collected', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'collected', to: 'cancelled', permission: 'bill.update' },
  { from: 'received', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'received', to: 'cancelled', permission: 'bill.update' },
  { from: 'rejected', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'rejected', to: 'cancelled', permission: 'bill.update' },
  { from: 'sentOut', to: 'cancelled', permission: 'bill.cancel' },
  { from: 'sentOut', to: 'cancelled', permission: 'bill.update' },
] as const satisfies readonly { from: SpecimenState; to: SpecimenState; permission: Permission }[];

/**
 * The transition from one state to another, or undefined where the table has none; of those with the same ends the one
 * whose right is held, when rights are given.
 */
export function specimenTransition(from: SpecimenState, to: SpecimenState, held?: ReadonlySet<Permission>) {
  return specimenTransitions.find((row) => row.from === from && row.to === to && (held?.has(row.permission) ?? true));
}
