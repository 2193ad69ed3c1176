import { z } from 'zod';
import { daySchema, idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { activityShape } from './schema.ts';

/** What narrows the activity log; all that is given has to fit. Days are the lab's, both included. */
export const listActivitySchema = pageInputSchema.extend({
  from: daySchema.optional(),
  to: daySchema.optional(),
  actorId: idSchema.optional(),
  action: activityShape.shape.action.optional(),
  subjectId: idSchema.optional(),
  patientId: idSchema.optional(),
  /** Words of the entry's text, in any order. */
  text: z.string().max(200).optional(),
});
export type ListActivity = z.infer<typeof listActivitySchema>;
