import { z } from 'zod';
import { daySchema, documentOf, idSchema, timeSchema } from '../kernel/document.ts';

/** Integer minor units of the bill's currency (data model: Money). */
export const amountSchema = z.number().int().min(-1_000_000_000_00).max(1_000_000_000_00);

export const paymentMethodSchema = z.enum(['cash', 'card', 'transfer', 'wallet', 'cheque']);
export type PaymentMethod = z.infer<typeof paymentMethodSchema>;

/** One ordered test on a bill (reference: billinginfo). */
export const billLineSchema = z.strictObject({
  id: idSchema,
  testId: idSchema,
  testCode: z.string().max(40),
  testName: z.string().max(200),
  price: amountSchema,
  discount: amountSchema,
  specimenId: idSchema.optional(),
  reportIds: z.array(idSchema).max(50),
});
export type BillLine = z.infer<typeof billLineSchema>;

/** A payment or refund; never changed, only followed by another. */
export const paymentSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['payment', 'refund']),
  at: timeSchema,
  by: z.string(),
  stationId: z.string(),
  method: paymentMethodSchema,
  amount: amountSchema.positive(),
  reference: z.string().max(100).optional(),
});
export type Payment = z.infer<typeof paymentSchema>;

/** Recomputed from lines, discount and payments at every write; never merged. */
export const billTotalsSchema = z.strictObject({
  gross: amountSchema,
  discount: amountSchema,
  tax: amountSchema,
  net: amountSchema,
  paid: amountSchema,
  due: amountSchema,
});
export type BillTotals = z.infer<typeof billTotalsSchema>;

export const billStatusSchema = z.enum(['open', 'partPaid', 'paid', 'cancelled']);

export const billShape = z.strictObject({
  kind: z.literal('bill'),
  number: z.string().max(40),
  patientId: idSchema,
  branchId: idSchema.optional(),
  organisationId: idSchema.optional(),
  referrerId: idSchema.optional(),
  /** Reference: registrationDate. */
  registeredAt: timeSchema,
  registeredOn: daySchema,
  currency: z.string().length(3),
  lines: z.array(billLineSchema).min(1).max(200),
  /** ICD-10 codes (reference: billingicd). */
  diagnoses: z.array(z.strictObject({ code: z.string().max(10), title: z.string().max(300) })).max(20),
  discountReason: z.string().max(300).optional(),
  taxPercent: z.number().min(0).max(100),
  payments: z.array(paymentSchema).max(200),
  totals: billTotalsSchema,
  status: billStatusSchema,
  cancelReason: z.string().max(300).optional(),
});
export const billSchema = documentOf(billShape);
export type Bill = z.infer<typeof billSchema>;

/** The billing collection; later kinds (claim, organisation invoice, day close) join the union. */
export const billingSchema = z.discriminatedUnion('kind', [billSchema]);
export type BillingDocument = z.infer<typeof billingSchema>;
