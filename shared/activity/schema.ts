import { z } from 'zod';
import { documentOf, idSchema, timeSchema } from '../kernel/document.ts';
import { type ActivityAction, activityActions } from './actions.ts';

/** Who did what to what (reference: ActivityLogBase.add_activity_log). Append-only. */
export const activityShape = z.strictObject({
  action: z.enum(Object.keys(activityActions) as [ActivityAction, ...ActivityAction[]]),
  categoryId: z.number().int(),
  /** Values for the action's message template. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  subject: z.strictObject({ collection: z.string(), id: idSchema }).optional(),
  patientId: idSchema.optional(),
  actorId: z.string(),
  actorName: z.string().max(200),
  at: timeSchema,
  /** Position in this station's chain, from 1. */
  position: z.number().int().positive(),
  /** SHA-256 of the entry before it on this station; the first has 64 zeros. */
  previousHash: z.string().length(64),
  hash: z.string().length(64),
});
export const activitySchema = documentOf(activityShape);
export type Activity = z.infer<typeof activitySchema>;
