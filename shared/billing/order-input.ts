import { z } from 'zod';
import { pinApproverSchema } from '../directory/pin.ts';
import { idSchema } from '../kernel/document.ts';
import { pregnancySchema } from '../patients/pregnancy.ts';
import { isIcd10 } from './icd10/form.ts';
import { amountSchema, entryMethodSchema, paymentMethodSchema } from './schema.ts';

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

/** A test, or a profile that stands for its tests. `discount` (minor units) is on this line alone. */
export const orderLineSchema = z
  .strictObject({
    testId: idSchema.optional(),
    profileId: idSchema.optional(),
    discount: amountSchema.nonnegative().optional(),
  })
  .refine((line) => (line.testId === undefined) !== (line.profileId === undefined), 'either a test or a profile');
export type OrderLine = z.infer<typeof orderLineSchema>;

const diagnosisSchema = z.strictObject({
  code: z.string().trim().toUpperCase().refine(isIcd10, 'not an ICD-10 code'),
  title: z.string().trim().max(300),
});

/** What is ordered, without who for. */
const orderShape = {
  lines: z.array(orderLineSchema).min(1, 'Choose at least one test').max(200),
  diagnoses: z.array(diagnosisSchema).max(20).default([]),
  referrerId: idSchema.optional(),
  organisationId: idSchema.optional(),
  /** Which of the patient's policies pays a share, by its number. Absent: none. */
  policyNumber: z.string().max(60).optional(),
  discount: orderDiscountSchema.optional(),
  /** That the patient is pregnant: reference ranges are chosen by it. */
  pregnancy: pregnancySchema.optional(),
};

/** What is typed to find a test, and who the order is for and who pays, so that it is found with its right price. */
export const findTestsSchema = z.strictObject({
  text: z.string().max(200),
  limit: z.number().int().min(1).max(50).default(10),
  patientId: idSchema.optional(),
  organisationId: idSchema.optional(),
  policyNumber: z.string().max(60).optional(),
});
export type FindTests = z.infer<typeof findTestsSchema>;

/** Money, or the patient's credit, for a bill. */
export const paymentInputSchema = z.strictObject({
  method: entryMethodSchema,
  amount: amountSchema.positive('Enter an amount above zero'),
  reference: z.string().trim().max(100).optional(),
  /** Cash handed over; the change is `tendered` − `amount`. */
  tendered: amountSchema.positive().optional(),
});
export type PaymentInput = z.infer<typeof paymentInputSchema>;

/** Somebody who may allow what is beyond the right of the person at the desk, with their signing PIN or password. */
export const approverSchema = z.union([
  pinApproverSchema,
  z.strictObject({
    username: z.string().trim().min(1, 'Enter the name').max(200),
    password: z.string().min(1, 'Enter the password').max(1000),
  }),
]);
export type ApproverInput = z.infer<typeof approverSchema>;

/** An order being typed: priced and checked, nothing written. The patient may still be missing. */
export const quoteOrderSchema = z.strictObject({ patientId: idSchema.optional(), ...orderShape });
export type QuoteOrder = z.infer<typeof quoteOrderSchema>;

/** An order with its bill and what was paid at once, by one method or several. */
export const createBillSchema = z.strictObject({
  patientId: idSchema,
  ...orderShape,
  payment: paymentInputSchema.optional(),
  payments: z.array(paymentInputSchema).max(6).optional(),
  approver: approverSchema.optional(),
});
/** As a use case gets it: who approves has been proven before. */
export type CreateBill = Omit<z.infer<typeof createBillSchema>, 'approver'>;

const revSchema = z.string().max(100);
const reasonSchema = z.string().trim().min(3, 'Say why: it is kept with the bill').max(300);

/** A payment on a bill as it was read at `rev`. */
export const payBillSchema = z.strictObject({ id: idSchema, rev: revSchema, ...paymentInputSchema.shape });
export type PayBill = z.infer<typeof payBillSchema>;

export const cancelBillSchema = z.strictObject({
  id: idSchema,
  rev: revSchema,
  reason: reasonSchema,
  approver: approverSchema.optional(),
});
export type CancelBill = Omit<z.infer<typeof cancelBillSchema>, 'approver'>;

/** Gives back a part of what was paid; `credit` leaves it on the patient's balance. */
export const refundBillSchema = z.strictObject({
  id: idSchema,
  rev: revSchema,
  method: entryMethodSchema,
  amount: amountSchema.positive('Enter an amount above zero'),
  reference: z.string().trim().max(100).optional(),
  reason: reasonSchema,
  approver: approverSchema.optional(),
});
export type RefundBill = Omit<z.infer<typeof refundBillSchema>, 'approver'>;

/** Tests to add to a bill and lines to take off it, as the bill was read at `rev`. */
export const updateBillSchema = z.strictObject({
  id: idSchema,
  rev: revSchema,
  add: z.array(orderLineSchema).max(200).default([]),
  /** On the added tests together; its reason is for the discounts of single ones too. */
  discount: orderDiscountSchema.optional(),
  /** Ids of lines. */
  remove: z.array(idSchema).max(200).default([]),
  reason: z.string().trim().max(300).optional(),
  /** How what is then paid too much is given back. */
  refundMethod: entryMethodSchema.optional(),
  approver: approverSchema.optional(),
});
export type UpdateBill = Omit<z.infer<typeof updateBillSchema>, 'approver'>;

/** What to look at before `updateBillSchema` is sent. */
export const previewUpdateSchema = updateBillSchema.omit({ approver: true, refundMethod: true });
export type PreviewUpdate = z.infer<typeof previewUpdateSchema>;

/** A credit note on lines of a bill; amounts before tax, in minor units. */
export const creditNoteInputSchema = z.strictObject({
  billId: idSchema,
  rev: revSchema,
  lines: z
    .array(z.strictObject({ lineId: idSchema, amount: amountSchema.positive('Enter an amount above zero') }))
    .min(1, 'Choose what to credit')
    .max(200),
  reason: reasonSchema,
  approver: approverSchema.optional(),
});
export type CreditNoteInput = Omit<z.infer<typeof creditNoteInputSchema>, 'approver'>;

/** Money paid before there is a bill, or given back from the patient's balance. */
export const moveCreditSchema = z.strictObject({
  patientId: idSchema,
  method: paymentMethodSchema,
  amount: amountSchema.positive('Enter an amount above zero'),
  reference: z.string().trim().max(100).optional(),
  reason: z.string().trim().max(300).optional(),
});
export type MoveCredit = z.infer<typeof moveCreditSchema>;

/** Money given back from the patient's balance. */
export const returnCreditSchema = moveCreditSchema.extend({ approver: approverSchema.optional() });

/** What was counted at the end of a shift. */
export const closeDaySchema = z.strictObject({
  /** What the screen showed as expected, by method: refused when it has changed since. */
  counted: z
    .array(z.strictObject({ method: paymentMethodSchema, expected: amountSchema, counted: amountSchema.nonnegative() }))
    .max(10),
  denominations: z
    .array(z.strictObject({ value: amountSchema.positive(), count: z.number().int().min(0).max(100_000) }))
    .max(40)
    .default([]),
  reason: z.string().trim().max(300).optional(),
});
export type CloseDay = z.infer<typeof closeDaySchema>;
