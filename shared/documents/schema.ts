import { z } from 'zod';
import {
  amountSchema,
  billStatusSchema,
  billTotalsSchema,
  entryMethodSchema,
  invoiceItemSchema,
  paymentMethodSchema,
} from '../billing/schema.ts';
import { resultFlagSchema } from '../catalogue/ranges.ts';
import { daySchema, timeSchema } from '../kernel/document.ts';
import { pregnancySchema } from '../patients/pregnancy.ts';
import { sexSchema } from '../patients/schema.ts';

/**
 * What a printed document is made from. Everything in it is data, not layout: times are instants, money is minor units;
 * the document writes them in its locale and time zone. It holds all that is printed, so that the same input gives the same
 * page on every station and years later.
 */

/** A PNG or JPEG as data URL, up to about 375 kB of picture. */
export const pictureSchema = z
  .string()
  .max(500_000)
  .regex(/^data:image\/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/, 'not a PNG or JPEG data URL');

/** The top of every page. */
export const letterheadSchema = z.strictObject({
  name: z.string().min(1).max(200),
  tagline: z.string().max(200).optional(),
  /** Lines parted by line feeds. */
  address: z.string().max(500),
  phone: z.string().max(40).optional(),
  email: z.string().max(254).optional(),
  website: z.string().max(200).optional(),
  /** `ISO 15189 accredited, no. 123`. */
  accreditation: z.string().max(200).optional(),
  logo: pictureSchema.optional(),
});
export type Letterhead = z.infer<typeof letterheadSchema>;

/** Whose document it is. `age` is as printed (`34 y`), worked out for the day of the specimen or bill. */
export const documentPatientSchema = z.strictObject({
  name: z.string().min(1).max(200),
  number: z.string().min(1).max(40),
  sex: sexSchema,
  age: z.string().max(20).optional(),
  dateOfBirth: daySchema.optional(),
  phone: z.string().max(40).optional(),
});
export type DocumentPatient = z.infer<typeof documentPatientSchema>;

/** How dates, numbers and money are written. */
const writing = {
  /** BCP 47, `en-GB`. */
  locale: z.string().min(2).max(35),
  /** IANA name. */
  timeZone: z.string().min(1).max(60),
  printedAt: timeSchema,
};

/** A bill while money is due, a receipt when it is paid. */
export const receiptInputSchema = z.strictObject({
  kind: z.literal('receipt'),
  ...writing,
  pageSize: z.enum(['A4', 'A5']),
  letterhead: letterheadSchema,
  patient: documentPatientSchema,
  number: z.string().min(1).max(40),
  status: billStatusSchema,
  cancelReason: z.string().max(300).optional(),
  registeredAt: timeSchema,
  currency: z.string().length(3),
  referrer: z.string().max(200).optional(),
  organisation: z.string().max(200).optional(),
  /** Who pays the insurer's part. */
  insurer: z.string().max(200).optional(),
  /** Diagnoses as printed: `E11.9 Type 2 diabetes mellitus`. */
  diagnoses: z.array(z.string().max(320)).max(20).optional(),
  lines: z
    .array(
      z.strictObject({
        code: z.string().max(40),
        name: z.string().max(200),
        price: amountSchema,
        discount: amountSchema,
        /** The profile it was ordered with. */
        profile: z.string().max(200).optional(),
      }),
    )
    .min(1)
    .max(200),
  taxPercent: z.number().min(0).max(100),
  totals: billTotalsSchema,
  payments: z
    .array(
      z.strictObject({
        kind: z.enum(['payment', 'refund']),
        at: timeSchema,
        method: entryMethodSchema,
        amount: amountSchema,
        reference: z.string().max(100).optional(),
        /** Cash handed over; the rest was change. */
        tendered: amountSchema.optional(),
        by: z.string().max(200).optional(),
      }),
    )
    .max(200),
  preparedBy: z.string().max(200).optional(),
  note: z.string().max(500).optional(),
});
export type ReceiptInput = z.infer<typeof receiptInputSchema>;

/** A part of a bill that is taken back. */
export const creditNoteInputSchema = z.strictObject({
  kind: z.literal('creditNote'),
  ...writing,
  letterhead: letterheadSchema,
  patient: documentPatientSchema,
  number: z.string().min(1).max(40),
  billNumber: z.string().min(1).max(40),
  billedAt: timeSchema,
  registeredAt: timeSchema,
  currency: z.string().length(3),
  organisation: z.string().max(200).optional(),
  lines: z
    .array(z.strictObject({ code: z.string().max(40), name: z.string().max(200), amount: amountSchema }))
    .min(1)
    .max(200),
  taxPercent: z.number().min(0).max(100),
  tax: amountSchema,
  total: amountSchema,
  /** Whom it credits. */
  to: z.enum(['patient', 'organisation']),
  reason: z.string().max(300),
  preparedBy: z.string().max(200).optional(),
});
export type CreditNotePaper = z.infer<typeof creditNoteInputSchema>;

/** What an organisation is asked for of a period. */
export const invoicePaperSchema = z.strictObject({
  kind: z.literal('invoice'),
  ...writing,
  letterhead: letterheadSchema,
  number: z.string().min(1).max(40),
  organisation: z.string().max(200),
  address: z.string().max(500).optional(),
  status: billStatusSchema,
  cancelReason: z.string().max(300).optional(),
  registeredAt: timeSchema,
  /** Days of the bills, both included. */
  period: z.strictObject({ from: daySchema, to: daySchema }),
  dueOn: daySchema,
  currency: z.string().length(3),
  items: z.array(invoiceItemSchema.omit({ id: true })).max(4000),
  totals: z.strictObject({ net: amountSchema, paid: amountSchema, due: amountSchema }),
  payments: z
    .array(
      z.strictObject({
        kind: z.enum(['payment', 'refund']),
        at: timeSchema,
        method: entryMethodSchema,
        amount: amountSchema,
        reference: z.string().max(100).optional(),
      }),
    )
    .max(500),
  /** All that the organisation owes on invoices, by days since it was due. */
  ageing: z.strictObject({ '0-30': amountSchema, '31-60': amountSchema, '61-90': amountSchema, '90+': amountSchema }),
});
export type InvoicePaper = z.infer<typeof invoicePaperSchema>;

/** What was taken and counted at the end of a shift. */
export const dayCloseInputSchema = z.strictObject({
  kind: z.literal('dayClose'),
  ...writing,
  letterhead: letterheadSchema,
  number: z.string().min(1).max(40),
  staffName: z.string().max(200),
  stationName: z.string().max(100),
  since: timeSchema.optional(),
  registeredAt: timeSchema,
  currency: z.string().length(3),
  sums: z.array(z.strictObject({ method: paymentMethodSchema, expected: amountSchema, counted: amountSchema })).max(10),
  denominations: z.array(z.strictObject({ value: amountSchema, count: z.number().int().nonnegative() })).max(40),
  difference: amountSchema,
  reason: z.string().max(300).optional(),
});
export type DayClosePaper = z.infer<typeof dayCloseInputSchema>;

/** One tube. */
export const specimenLabelSchema = z.strictObject({
  /** What the barcode holds: digits and capital letters. */
  accession: z.string().regex(/^[\x20-\x7e]{1,20}$/, 'one to twenty ASCII characters'),
  patientName: z.string().min(1).max(200),
  patientNumber: z.string().max(40),
  sex: sexSchema,
  age: z.string().max(20).optional(),
  testCodes: z.array(z.string().max(40)).max(200),
  container: z.string().max(100),
  /** When it was drawn, or is to be drawn. */
  at: timeSchema,
  urgent: z.boolean().optional(),
  copies: z.number().int().min(1).max(20).optional(),
});
export type SpecimenLabel = z.infer<typeof specimenLabelSchema>;

/** A page per label, 50 × 25 mm. */
export const labelsInputSchema = z.strictObject({
  kind: z.literal('labels'),
  ...writing,
  labels: z.array(specimenLabelSchema).min(1).max(500),
});
export type LabelsInput = z.infer<typeof labelsInputSchema>;

/** One line of results. */
export const documentValueSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** Opens a group above this line. */
  heading: z.string().max(100).optional(),
  /** As reported; absent: no result yet. */
  value: z.string().max(2000).optional(),
  flag: resultFlagSchema,
  /** As printed, not UCUM. */
  unit: z.string().max(60).optional(),
  range: z.string().max(200).optional(),
  method: z.string().max(100).optional(),
  /** What the analyzer said in its own unit and words: `134 g/L, Sysmex XN-550`. */
  original: z.string().max(300).optional(),
  comment: z.string().max(1000).optional(),
  /** In an amended report, what this value replaces. */
  replaces: z.string().max(2000).optional(),
});
export type DocumentValue = z.infer<typeof documentValueSchema>;

export const documentTestSchema = z.strictObject({
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  method: z.string().max(100).optional(),
  accession: z.string().max(40).optional(),
  values: z.array(documentValueSchema).min(1).max(200),
  comment: z.string().max(4000).optional(),
});
export type DocumentTest = z.infer<typeof documentTestSchema>;

/** `preliminary` until signed, then `final`; `amended` when it replaces a signed version. */
export const reportInputSchema = z.strictObject({
  kind: z.literal('report'),
  ...writing,
  letterhead: letterheadSchema,
  patient: documentPatientSchema,
  /** The patient is pregnant, as stated with the order: ranges are chosen by it. */
  pregnancy: pregnancySchema.optional(),
  number: z.string().min(1).max(40),
  status: z.enum(['preliminary', 'final', 'amended']),
  version: z.number().int().positive(),
  amendment: z.strictObject({ reason: z.string().max(500), replacedAt: timeSchema.optional() }).optional(),
  referrer: z.string().max(200).optional(),
  organisation: z.string().max(200).optional(),
  registeredAt: timeSchema,
  reportedAt: timeSchema.optional(),
  specimens: z
    .array(
      z.strictObject({
        accession: z.string().max(40),
        type: z.string().max(100),
        collectedAt: timeSchema.optional(),
        receivedAt: timeSchema.optional(),
        condition: z.string().max(200).optional(),
      }),
    )
    .max(50),
  /** In the order printed. */
  departments: z
    .array(z.strictObject({ name: z.string().min(1).max(100), tests: z.array(documentTestSchema).min(1).max(100) }))
    .min(1)
    .max(50),
  signatures: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        designation: z.string().max(200).optional(),
        at: timeSchema,
        /** A scanned signature. */
        picture: pictureSchema.optional(),
      }),
    )
    .max(6),
  /** What the QR code holds; whoever scans it compares it with the paper. */
  verification: z.string().max(600).optional(),
  footer: z.string().max(500).optional(),
});
export type ReportInput = z.infer<typeof reportInputSchema>;

/** A table on paper with the letterhead: a collection list, a manifest. */
export const listingInputSchema = z.strictObject({
  kind: z.literal('listing'),
  ...writing,
  letterhead: letterheadSchema,
  title: z.string().min(1).max(200),
  /** The moment it speaks of. */
  at: timeSchema,
  facts: z.array(z.strictObject({ label: z.string().max(60), value: z.string().max(300) })).max(10),
  /** Printed as Code 128 beside the title. */
  barcode: z
    .string()
    .regex(/^[\x20-\x7e]{1,20}$/, 'one to twenty ASCII characters')
    .optional(),
  /** Widths in points; without one a column takes what is left. */
  columns: z
    .array(z.strictObject({ header: z.string().max(60), width: z.number().positive().max(500).optional() }))
    .min(1)
    .max(12),
  rows: z.array(z.array(z.string().max(1000)).max(12)).max(1000),
  /** Whose signatures are asked for at the end. */
  signatures: z.array(z.string().max(60)).max(4),
});
export type ListingInput = z.infer<typeof listingInputSchema>;

export const documentInputSchema = z.discriminatedUnion('kind', [
  receiptInputSchema,
  creditNoteInputSchema,
  dayCloseInputSchema,
  invoicePaperSchema,
  labelsInputSchema,
  reportInputSchema,
  listingInputSchema,
]);
export type DocumentInput = z.infer<typeof documentInputSchema>;
