import { z } from 'zod';
import { daySchema, documentOf, givenBackSchema, idSchema, timeSchema } from '../kernel/document.ts';
import { pregnancySchema } from '../patients/pregnancy.ts';

/** Integer minor units of the bill's currency (data model: Money). */
export const amountSchema = z.number().int().min(-1_000_000_000_00).max(1_000_000_000_00);

/** How money changes hands. */
export const paymentMethodSchema = z.enum(['cash', 'card', 'transfer', 'wallet', 'cheque']);
export type PaymentMethod = z.infer<typeof paymentMethodSchema>;

/** How an entry of a bill is settled: money, or the patient's credit balance, which moves no money. */
export const entryMethodSchema = z.enum([...paymentMethodSchema.options, 'credit']);
export type EntryMethod = z.infer<typeof entryMethodSchema>;

/** Whose price list a price comes from, the nearest first. */
export const priceSourceSchema = z.enum(['insuranceGroup', 'insurer', 'organisation', 'branch', 'standard']);
export type PriceSource = z.infer<typeof priceSourceSchema>;

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
  /** The profile it was ordered with. */
  profileCode: z.string().max(40).optional(),
  profileName: z.string().max(200).optional(),
  /** Code of the price list, and whose list it is. */
  priceList: z.string().max(40).optional(),
  priceSource: priceSourceSchema.optional(),
  /** The insurance does not cover it. */
  notCovered: z.boolean().optional(),
});
export type BillLine = z.infer<typeof billLineSchema>;

/** A payment or refund; never changed, only followed by another. */
export const paymentSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['payment', 'refund']),
  at: timeSchema,
  /** The day of `at` in the lab's time zone; absent on entries of the first version. */
  on: daySchema.optional(),
  by: z.string(),
  stationId: z.string(),
  method: entryMethodSchema,
  amount: amountSchema.positive(),
  reference: z.string().max(100).optional(),
  /** Cash handed over, of which `amount` was kept. */
  tendered: amountSchema.positive().optional(),
  /** Why a refund was given. */
  reason: z.string().max(300).optional(),
});
export type Payment = z.infer<typeof paymentSchema>;

/** Recomputed from lines, discount and payments at every write; never merged. */
export const billTotalsSchema = z.strictObject({
  gross: amountSchema,
  discount: amountSchema,
  tax: amountSchema,
  net: amountSchema,
  /** What of `net` the insurer pays; absent: nothing. */
  insurer: amountSchema.positive().optional(),
  /** What of `net` goes to the organisation's account; absent: nothing. */
  organisation: amountSchema.positive().optional(),
  paid: amountSchema,
  /** What the patient still owes; negative: what the lab has to give back. */
  due: amountSchema,
});
export type BillTotals = z.infer<typeof billTotalsSchema>;

export const billStatusSchema = z.enum(['open', 'partPaid', 'paid', 'cancelled']);
export type BillStatus = z.infer<typeof billStatusSchema>;

/** What the patient's policy covered when the bill was made: a copy, so that a later change of the group changes no bill. */
export const coverageSchema = z.strictObject({
  insurerId: idSchema,
  groupId: idSchema,
  policyNumber: z.string().max(60),
  /** Share that the insurer pays of what is covered, per cent. */
  coveragePercent: z.number().min(0).max(100),
  /** What the patient pays of the bill at least, minor units. */
  copay: amountSchema.nonnegative().optional(),
  /** Most that the insurer pays of the bill, minor units. */
  coverageLimit: amountSchema.nonnegative().optional(),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** Somebody allowed what was beyond the right of the person at the desk. Never changed. */
export const approvalSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['discount', 'credit', 'refund', 'cancellation', 'creditNote', 'returnedCredit']),
  at: timeSchema,
  by: z.string(),
  name: z.string().max(200),
  /** What was allowed, in words: `Discount 25.00 of 100.00`. */
  what: z.string().max(300),
});
export type Approval = z.infer<typeof approvalSchema>;

export const billShape = z.strictObject({
  kind: z.literal('bill'),
  number: z.string().max(40),
  patientId: idSchema,
  givenBack: givenBackSchema,
  branchId: idSchema.optional(),
  organisationId: idSchema.optional(),
  referrerId: idSchema.optional(),
  /** The insurer that pays a share, as in `coverage`. */
  insurerId: idSchema.optional(),
  /** Reference: registrationDate. */
  registeredAt: timeSchema,
  registeredOn: daySchema,
  currency: z.string().length(3),
  lines: z.array(billLineSchema).min(1).max(200),
  /** ICD-10 codes (reference: billingicd). */
  diagnoses: z.array(z.strictObject({ code: z.string().max(10), title: z.string().max(300) })).max(20),
  /** As stated with the order. */
  pregnancy: pregnancySchema.optional(),
  discountReason: z.string().max(300).optional(),
  taxPercent: z.number().min(0).max(100),
  coverage: coverageSchema.optional(),
  /** The organisation pays, on its invoice, what the patient would. */
  onCredit: z.boolean().optional(),
  /** The organisation's invoice that it stands on. The bill is what says so: it can name one only, also after a merge. */
  invoiceId: idSchema.optional(),
  /** The claim by which the insurer is asked for its part; one only, as with the invoice. */
  claimId: idSchema.optional(),
  payments: z.array(paymentSchema).max(200),
  approvals: z.array(approvalSchema).max(50).optional(),
  totals: billTotalsSchema,
  status: billStatusSchema,
  cancelReason: z.string().max(300).optional(),
});

/**
 * What a patient has with the laboratory outside of bills: money paid before a bill, used on one, given back. Never changed;
 * the balance is their sum.
 */
export const accountEntryShape = z.strictObject({
  kind: z.literal('accountEntry'),
  patientId: idSchema,
  givenBack: givenBackSchema,
  registeredAt: timeSchema,
  registeredOn: daySchema,
  currency: z.string().length(3),
  /**
   * `advance` and `returned` move money; `used` pays a bill, `fromBill` is what a refund or cancellation left here,
   * `creditNote` what a credit note gave.
   */
  entry: z.enum(['advance', 'used', 'fromBill', 'creditNote', 'returned']),
  amount: amountSchema.positive(),
  /** Of `advance` and `returned`. */
  method: paymentMethodSchema.optional(),
  reference: z.string().max(100).optional(),
  reason: z.string().max(300).optional(),
  /** The bill or credit note it belongs to. */
  billId: idSchema.optional(),
  creditNoteId: idSchema.optional(),
  /** Of `returned`. */
  approvals: z.array(approvalSchema).max(50).optional(),
});

/** A numbered document that takes back a part of a bill, which itself stays as it is. */
export const creditNoteShape = z.strictObject({
  kind: z.literal('creditNote'),
  number: z.string().max(40),
  billId: idSchema,
  billNumber: z.string().max(40),
  patientId: idSchema,
  givenBack: givenBackSchema,
  organisationId: idSchema.optional(),
  branchId: idSchema.optional(),
  registeredAt: timeSchema,
  registeredOn: daySchema,
  currency: z.string().length(3),
  lines: z
    .array(
      z.strictObject({
        lineId: idSchema,
        testCode: z.string().max(40),
        testName: z.string().max(200),
        /** Before tax. */
        amount: amountSchema.positive(),
      }),
    )
    .min(1)
    .max(200),
  taxPercent: z.number().min(0).max(100),
  tax: amountSchema.nonnegative(),
  total: amountSchema.positive(),
  /** Whom it credits: the patient's balance, or the organisation's account. */
  to: z.enum(['patient', 'organisation']),
  reason: z.string().max(300),
  /** The organisation's invoice that it is taken off. */
  invoiceId: idSchema.optional(),
  approvals: z.array(approvalSchema).max(50).optional(),
});

/** A till's money as one method: what entries say and what was counted. */
const tillSumSchema = z.strictObject({ method: paymentMethodSchema, expected: amountSchema, counted: amountSchema });

/** What a person took at a station since the last close, counted and handed over. Never changed. */
export const dayCloseShape = z.strictObject({
  kind: z.literal('dayClose'),
  number: z.string().max(40),
  staffId: z.string(),
  staffName: z.string().max(200),
  branchId: idSchema.optional(),
  /** When it was closed, and the close before it. */
  registeredAt: timeSchema,
  registeredOn: daySchema,
  since: timeSchema.optional(),
  currency: z.string().length(3),
  sums: z.array(tillSumSchema).max(10),
  /** Notes and coins, by value in minor units. */
  denominations: z
    .array(z.strictObject({ value: amountSchema.positive(), count: z.number().int().min(0).max(100_000) }))
    .max(40),
  /** Counted less expected, all methods. */
  difference: amountSchema,
  reason: z.string().max(300).optional(),
});

/** A bill or a credit note on an organisation's invoice, as it was when the invoice was made. */
export const invoiceItemSchema = z.strictObject({
  /** Of the bill or the credit note. */
  id: idSchema,
  number: z.string().max(40),
  /** The day of the bill or credit note. */
  on: daySchema,
  patientName: z.string().max(200),
  /** Codes of the tests. */
  tests: z.string().max(1000),
  /** What the organisation owes of the bill; below zero for a credit note. */
  amount: amountSchema,
});
export type InvoiceItem = z.infer<typeof invoiceItemSchema>;

/** What an organisation on credit is asked for: its bills of a period. Items never change; payments are only followed. */
export const invoiceShape = z.strictObject({
  kind: z.literal('invoice'),
  number: z.string().max(40),
  organisationId: idSchema,
  branchId: idSchema.optional(),
  registeredAt: timeSchema,
  registeredOn: daySchema,
  /** Days of the bills, both included. */
  period: z.strictObject({ from: daySchema, to: daySchema }),
  /** The day from which it ages: when it is due. */
  agedFrom: daySchema,
  currency: z.string().length(3),
  items: z.array(invoiceItemSchema).min(1).max(4000),
  payments: z.array(paymentSchema).max(500),
  /** Items that two stations invoiced apart and that stand on the other invoice. Never changed. */
  released: z
    .array(z.strictObject({ id: idSchema, at: timeSchema }))
    .max(4000)
    .optional(),
  /** Derived from items and payments, as a bill's. */
  totals: z.strictObject({ net: amountSchema, paid: amountSchema, due: amountSchema }),
  status: billStatusSchema,
  cancelReason: z.string().max(300).optional(),
});

export const claimStatusSchema = z.enum([
  'draft',
  'submitted',
  'queried',
  'partPaid',
  'settled',
  'rejected',
  'resubmitted',
  'writtenOff',
  'cancelled',
]);
export type ClaimStatus = z.infer<typeof claimStatusSchema>;

export const claimStepSchema = z.enum([
  'submit',
  'query',
  'settle',
  'reject',
  'resubmit',
  'writeOff',
  'cancel',
  'release',
]);
export type ClaimStep = z.infer<typeof claimStepSchema>;

/** A bill on a claim, as it was when the claim was made: what the insurer is asked for, and why. */
export const claimedBillSchema = z.strictObject({
  billId: idSchema,
  billNumber: z.string().max(40),
  /** The day of the service. */
  servedOn: daySchema,
  patientId: idSchema,
  givenBack: givenBackSchema,
  policyNumber: z.string().max(60),
  diagnoses: z.array(z.strictObject({ code: z.string().max(10), title: z.string().max(300) })).max(20),
  /** What is covered; amounts add up to `claimed`. */
  lines: z
    .array(
      z.strictObject({
        testCode: z.string().max(40),
        testName: z.string().max(200),
        /** Of the test in the catalogue when the claim was made. */
        loinc: z.string().max(20).optional(),
        amount: amountSchema,
      }),
    )
    .max(200),
  claimed: amountSchema.positive(),
});
export type ClaimedBill = z.infer<typeof claimedBillSchema>;

/** What happened to a claim. Never changed, only followed by another. */
export const claimEntrySchema = z.strictObject({
  id: idSchema,
  step: claimStepSchema,
  at: timeSchema,
  on: daySchema,
  by: z.string(),
  name: z.string().max(200),
  stationId: z.string(),
  reason: z.string().max(300).optional(),
  /** The insurer's number of the claim, the remittance's number. */
  reference: z.string().max(100).optional(),
  /** How a settlement came. */
  method: paymentMethodSchema.optional(),
  /** What was settled or written off of each bill, and why it was less. */
  bills: z
    .array(
      z.strictObject({ billId: idSchema, amount: amountSchema.nonnegative(), reason: z.string().max(300).optional() }),
    )
    .max(200)
    .optional(),
  /** Of a resubmission: the entry of the first submission. */
  first: idSchema.optional(),
});
export type ClaimEntry = z.infer<typeof claimEntrySchema>;

/** What an insurer is asked for: its parts of bills of one policy group (reference: claims_management). */
export const claimShape = z.strictObject({
  kind: z.literal('claim'),
  number: z.string().max(40),
  /** Claims that were made at once have the number of the first. */
  batch: z.string().max(40),
  insurerId: idSchema,
  groupId: idSchema,
  branchId: idSchema.optional(),
  registeredAt: timeSchema,
  registeredOn: daySchema,
  /** The day from which it ages: its first submission, before that the day it was made. */
  agedFrom: daySchema,
  /** The last day on which the insurer takes it. */
  submitBy: daySchema.optional(),
  currency: z.string().length(3),
  bills: z.array(claimedBillSchema).min(1).max(200),
  entries: z.array(claimEntrySchema).max(500),
  /** Derived from bills and entries: claimed = settled + written off + open. */
  totals: z.strictObject({
    claimed: amountSchema,
    settled: amountSchema,
    writtenOff: amountSchema,
    /** Below zero when two stations booked the same settlement. */
    open: amountSchema,
  }),
  status: claimStatusSchema,
});

export const billSchema = documentOf(billShape);
export const accountEntrySchema = documentOf(accountEntryShape);
export const creditNoteSchema = documentOf(creditNoteShape);
export const dayCloseSchema = documentOf(dayCloseShape);
export const invoiceSchema = documentOf(invoiceShape);
export const claimSchema = documentOf(claimShape);
export type Invoice = z.infer<typeof invoiceSchema>;
export type Claim = z.infer<typeof claimSchema>;
export type Bill = z.infer<typeof billSchema>;
export type AccountEntry = z.infer<typeof accountEntrySchema>;
export type CreditNote = z.infer<typeof creditNoteSchema>;
export type DayClose = z.infer<typeof dayCloseSchema>;

/** The billing collection, a union of kinds. */
export const billingSchema = z.discriminatedUnion('kind', [
  billSchema,
  accountEntrySchema,
  creditNoteSchema,
  dayCloseSchema,
  invoiceSchema,
  claimSchema,
]);
export type BillingDocument = z.infer<typeof billingSchema>;
