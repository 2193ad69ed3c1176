import { z } from 'zod';
import { daySchema, idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { amountSchema, billStatusSchema, paymentMethodSchema } from './schema.ts';

const percentSchema = z
  .union([z.number(), z.string().regex(/^\d{1,3}(\.\d{1,4})?$/, 'not a percentage')])
  .refine((percent) => Number(percent) >= 0 && Number(percent) <= 100, 'a percentage is between 0 and 100');

/**
 * A discount on the whole bill, either `percent` or `amount` (minor units), on top of those of single lines. `reason` is
 * for all discounts of the bill.
 */
export const orderDiscountSchema = z.strictObject({
  percent: percentSchema.optional(),
  amount: amountSchema.nonnegative().optional(),
  reason: z.string().trim().max(300),
});

/** What is ordered, without who for. */
const orderShape = {
  lines: z
    .array(z.strictObject({ testId: idSchema, discount: amountSchema.nonnegative().optional() }))
    .min(1, 'Choose at least one test')
    .max(200),
  diagnoses: z
    .array(
      z.strictObject({
        code: z
          .string()
          .trim()
          .toUpperCase()
          .regex(/^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/, 'not an ICD-10 code'),
        title: z.string().trim().max(300),
      }),
    )
    .max(20)
    .default([]),
  referrerId: idSchema.optional(),
  organisationId: idSchema.optional(),
  discount: orderDiscountSchema.optional(),
};

export const paymentInputSchema = z.strictObject({
  method: paymentMethodSchema,
  amount: amountSchema.positive('Enter an amount above zero'),
  reference: z.string().trim().max(100).optional(),
});

/** An order being typed: priced and checked, nothing written. The patient may still be missing. */
export const quoteOrderSchema = z.strictObject({ patientId: idSchema.optional(), ...orderShape });
export type QuoteOrder = z.infer<typeof quoteOrderSchema>;

/** An order with its bill and, when money changed hands at once, the first payment. */
export const createBillSchema = z.strictObject({
  patientId: idSchema,
  ...orderShape,
  payment: paymentInputSchema.optional(),
});
export type CreateBill = z.infer<typeof createBillSchema>;

/** A payment on a bill as it was read at `rev`. */
export const payBillSchema = z.strictObject({ id: idSchema, rev: z.string().max(100), ...paymentInputSchema.shape });
export type PayBill = z.infer<typeof payBillSchema>;

export const cancelBillSchema = z.strictObject({
  id: idSchema,
  rev: z.string().max(100),
  reason: z.string().trim().min(3, 'Say why: it is kept with the bill').max(300),
});
export type CancelBill = z.infer<typeof cancelBillSchema>;

/** Days in the lab's time zone, both included. */
export const billRangeSchema = z.strictObject({ from: daySchema, to: daySchema });
export type BillRange = z.infer<typeof billRangeSchema>;

/** `text` is the beginning of a bill number, or of a patient's name, number or phone. */
export const listBillsSchema = z.strictObject({
  ...billRangeSchema.shape,
  ...pageInputSchema.shape,
  status: billStatusSchema.optional(),
  text: z.string().trim().max(100).optional(),
});
export type ListBills = z.infer<typeof listBillsSchema>;
