import { z } from 'zod';
import { documentOf, idSchema, timeSchema } from '../kernel/document.ts';

/** One attempt to do a job, kept so that a person can see why it waits or failed. */
export const jobAttemptSchema = z.strictObject({ at: timeSchema, error: z.string().max(1000).optional() });

/** Something to be done outside the database, written in the commit that caused it (outbox). */
export const jobShape = z.strictObject({
  channel: z.enum(['email', 'sms', 'whatsapp', 'webhook']),
  /** What for, in words, e.g. "Report CBC to Maria Silva". */
  title: z.string().max(300),
  payload: z.record(z.string(), z.json()),
  subject: z.strictObject({ collection: z.string(), id: idSchema }).optional(),
  state: z.enum(['queued', 'running', 'waiting', 'done', 'dead', 'cancelled']),
  attempts: z.array(jobAttemptSchema).max(100),
  maxAttempts: z.number().int().min(1).max(100),
  nextAttemptAt: timeSchema,
  /** A running job belongs to a runner until then; afterwards it is taken up again. */
  leaseUntil: timeSchema.optional(),
  doneAt: timeSchema.optional(),
});
export const jobSchema = documentOf(jobShape);
export type Job = z.infer<typeof jobSchema>;

/** An e-mail with attachments made when it is sent, from what it refers to. */
export const emailPayloadSchema = z.strictObject({
  to: z.array(z.string().max(254)).min(1).max(10),
  subject: z.string().min(1).max(300),
  text: z.string().max(10_000),
  /** Reports whose PDF is attached. */
  reportIds: z.array(idSchema).max(50),
});
export type EmailPayload = z.infer<typeof emailPayloadSchema>;
