import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';

/** What a patient's timeline is made of. */
export const timelineKinds = ['order', 'specimen', 'report', 'message', 'change'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

export const timelineInputSchema = pageInputSchema.extend({
  id: idSchema,
  /** Left out: all kinds. */
  kinds: z.array(z.enum(timelineKinds)).min(1).max(timelineKinds.length).optional(),
});
export type TimelineInput = z.infer<typeof timelineInputSchema>;
