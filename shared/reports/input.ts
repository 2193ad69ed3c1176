import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { reportStateSchema } from './schema.ts';

export const worklistSchema = z.strictObject({ ...pageInputSchema.shape, state: reportStateSchema.optional() });
export type WorklistInput = z.infer<typeof worklistSchema>;

/** Reports that take the same step together. */
export const reportIdsSchema = z.strictObject({ ids: z.array(idSchema).min(1).max(200) });

/** Results typed on a report as it was read at `rev`. An empty value clears; what is left out stays. */
export const enterValuesSchema = z.strictObject({
  id: idSchema,
  rev: z.string().max(100),
  values: z.array(z.strictObject({ parameterId: idSchema, value: z.string().max(2000) })).max(200),
  comment: z.string().trim().max(4000).optional(),
});
export type EnterValues = z.infer<typeof enterValuesSchema>;

/** Results that another laboratory reported for the reports of a manifest, each report as it was read. */
export const enterSentOutSchema = z.strictObject({
  manifest: z.string().trim().min(1).max(40),
  reports: z
    .array(enterValuesSchema.omit({ comment: true }))
    .min(1)
    .max(500)
    .refine((reports) => new Set(reports.map(({ id }) => id)).size === reports.length, 'a report stands twice'),
});
export type EnterSentOut = z.infer<typeof enterSentOutSchema>;

export const returnToBenchSchema = z.strictObject({
  id: idSchema,
  rev: z.string().max(100),
  reason: z.string().trim().min(3, 'Say what the bench should do').max(300),
});
export type ReturnToBench = z.infer<typeof returnToBenchSchema>;

/** `email` false: the report is not sent, only marked as released. */
export const releaseReportsSchema = z.strictObject({ ...reportIdsSchema.shape, email: z.boolean().default(true) });
export type ReleaseReports = z.infer<typeof releaseReportsSchema>;
