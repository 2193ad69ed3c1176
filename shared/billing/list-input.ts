import { z } from 'zod';
import { daySchema, idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { billStatusSchema } from './schema.ts';

/** Days in the lab's time zone, both included. */
export const billRangeSchema = z.strictObject({ from: daySchema, to: daySchema });
export type BillRange = z.infer<typeof billRangeSchema>;

/** What narrows bills. `userId` is who made the bill. */
const billFilters = {
  status: billStatusSchema.optional(),
  organisationId: idSchema.optional(),
  insurerId: idSchema.optional(),
  branchId: idSchema.optional(),
  referrerId: idSchema.optional(),
  userId: z.string().max(64).optional(),
  /** Only bills on which the patient still owes something. */
  dueOnly: z.boolean().optional(),
};

export const billTotalsInputSchema = z.strictObject({ ...billRangeSchema.shape, ...billFilters });
export type BillTotalsInput = z.infer<typeof billTotalsInputSchema>;

/** By time; by the amount of the bill; or by what the patient still owes. */
export const billOrderSchema = z.enum(['newest', 'oldest', 'largest', 'smallest', 'mostDue']);
export type BillOrder = z.infer<typeof billOrderSchema>;

/** `text` is the beginning of a bill number, or of a patient's name, number or phone. */
export const listBillsSchema = z.strictObject({
  ...billTotalsInputSchema.shape,
  ...pageInputSchema.shape,
  order: billOrderSchema.default('newest'),
  text: z.string().trim().max(100).optional(),
});
export type ListBills = z.infer<typeof listBillsSchema>;

/** Which summary of a range of days. */
export const summaryInputSchema = z.strictObject({
  ...billRangeSchema.shape,
  by: z.enum(['day', 'outstanding', 'discount', 'referrer']),
});
export type SummaryInput = z.infer<typeof summaryInputSchema>;

export const listClosesSchema = z.strictObject({ ...pageInputSchema.shape });
