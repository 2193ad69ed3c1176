import { z } from 'zod';

/** How every list is asked for a page: at most 200 rows, from where the page before ended. */
export const pageInputSchema = z.strictObject({
  cursor: z.string().max(300).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type PageInput = z.infer<typeof pageInputSchema>;

/** A page of a list; no `nextCursor` means that it is the last. */
export interface Page<Row> {
  rows: Row[];
  nextCursor?: string;
}
