import { z } from 'zod';
import { amountSchema } from '../billing/schema.ts';
import { daySchema } from '../kernel/document.ts';

/**
 * Kinds of the catalogue, without the fields that every document has. They point at each other by `code`, which is unique
 * within a laboratory and kind and never changes, so that a catalogue reads the same in a file, on a screen and at head
 * office. `catalogueProblems` checks what one schema alone cannot.
 */
export const codeSchema = z.string().regex(/^[A-Z0-9][A-Z0-9._-]{0,39}$/, 'capital letters, digits, ".", "_" and "-"');

/** A number as decimal text, so that limits compare exactly (`0.10`, `-2`, `1200`). */
export const decimalSchema = z.string().regex(/^-?\d{1,15}(\.\d{1,10})?$/, 'not a decimal number');

/** Limits that belong together; a missing one is open. The limits themselves are inside. */
export const limitsSchema = z.strictObject({ low: decimalSchema.optional(), high: decimalSchema.optional() });
export type Limits = z.infer<typeof limitsSchema>;

/** When an entry is in force, and which edition of it this is. Absent: always. */
const activePeriod = {
  activeFrom: daySchema.optional(),
  activeTo: daySchema.optional(),
  version: z.number().int().positive().optional(),
};

/** What is drawn, into what (tube, cup, slide). */
export const specimenTypeShape = z.strictObject({
  kind: z.literal('specimenType'),
  code: codeSchema,
  /** `EDTA whole blood`. */
  name: z.string().min(1).max(100),
  /** `K2-EDTA tube`. */
  container: z.string().min(1).max(100),
  /** Colour of the cap in words: `lavender`. */
  colour: z.string().max(40),
  /** Millilitres to draw. */
  volume: decimalSchema,
});

/** One of the values that a choice parameter can have. */
export const choiceSchema = z.strictObject({
  /** As stored and printed: `Non-reactive`. */
  value: z.string().min(1).max(100),
  abnormal: z.boolean(),
  /** Other words for it, from analyzers or people: `NEG`, `-`. Compared without regard to case. */
  aliases: z.array(z.string().min(1).max(100)).max(20),
});
export type Choice = z.infer<typeof choiceSchema>;

/** One analyte or observation: what a value is and how it is written. */
export const parameterShape = z.strictObject({
  kind: z.literal('parameter'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  loinc: z
    .string()
    .regex(/^\d{1,7}-\d$/, 'not a LOINC code')
    .optional(),
  valueType: z.enum(['numeric', 'choice', 'text']),
  /** UCUM; numeric parameters only. Printed as `displayUnit` writes it. */
  unit: z.string().max(40).optional(),
  /** Places after the decimal point; numeric parameters only. */
  decimals: z.number().int().min(0).max(10).optional(),
  /** Choice parameters only. */
  choices: z.array(choiceSchema).max(100).optional(),
  /** Beyond these somebody has to be called at once. */
  critical: limitsSchema.optional(),
  /** Beyond these the method does not measure; results are reported as `<` or `>` the limit. */
  reportable: limitsSchema.optional(),
  method: z.string().max(100).optional(),
  ...activePeriod,
});

/** Past the age anybody is registered with, in days. */
export const maximumAgeDays = 60_000;

/** The range of one group of people. */
export const referenceRangeSchema = z.strictObject({
  sex: z.enum(['any', 'male', 'female']),
  /** Age band in days: from, inclusive, to, exclusive; without `to` it is open. */
  ageFromDays: z.number().int().min(0).max(maximumAgeDays),
  ageToDays: z.number().int().positive().max(maximumAgeDays).optional(),
  low: decimalSchema.optional(),
  high: decimalSchema.optional(),
  /** Replaces the parameter's critical limits for this group. */
  critical: limitsSchema.optional(),
  /** Printed instead of the limits, which still set the flag: `Desirable: < 5.2`. */
  text: z.string().max(200).optional(),
});
export type ReferenceRange = z.infer<typeof referenceRangeSchema>;

/** All ranges of one parameter. */
export const referenceRangesShape = z.strictObject({
  kind: z.literal('referenceRanges'),
  code: codeSchema,
  parameter: codeSchema,
  ranges: z.array(referenceRangeSchema).min(1).max(200),
  /** Where the ranges come from. */
  source: z.string().max(300).optional(),
  ...activePeriod,
});

/** What is ordered, drawn, billed and reported as one. */
export const testShape = z.strictObject({
  kind: z.literal('test'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  /** Other names people type when they order. */
  aliases: z.array(z.string().min(1).max(100)).max(20),
  department: z.string().min(1).max(100),
  loinc: parameterShape.shape.loinc,
  specimenType: codeSchema,
  method: z.string().max(100).optional(),
  /**
   * In the order of the report; `heading` opens a group within the test. The report is complete without an `optional`
   * one, and without free text unless there is nothing else.
   */
  parameters: z
    .array(
      z.strictObject({
        parameter: codeSchema,
        heading: z.string().max(100).optional(),
        optional: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(100),
  /** Minutes from receipt to report that the lab promises. */
  turnaroundMinutes: z.number().int().positive().max(525_600).optional(),
  /** Printed below the results. */
  reportNote: z.string().max(1000).optional(),
  ...activePeriod,
});

/** Tests ordered together under one name. */
export const profileShape = z.strictObject({
  kind: z.literal('profile'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1).max(100)).max(20),
  tests: z.array(codeSchema).min(1).max(100),
  ...activePeriod,
});

/** What tests and profiles cost. A profile without a price costs the sum of its tests. */
export const priceListShape = z.strictObject({
  kind: z.literal('priceList'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
  prices: z
    .array(
      z.strictObject({
        kind: z.enum(['test', 'profile']),
        code: codeSchema,
        /** Minor units of the currency. */
        amount: amountSchema.nonnegative(),
      }),
    )
    .max(5000),
  ...activePeriod,
});

export type SpecimenTypeShape = z.infer<typeof specimenTypeShape>;
export type ParameterShape = z.infer<typeof parameterShape>;
export type ReferenceRangesShape = z.infer<typeof referenceRangesShape>;
export type TestShape = z.infer<typeof testShape>;
export type ProfileShape = z.infer<typeof profileShape>;
export type PriceListShape = z.infer<typeof priceListShape>;

/** Any catalogue entry, without the fields that every document has. */
export const catalogueShapes = [
  specimenTypeShape,
  parameterShape,
  referenceRangesShape,
  testShape,
  profileShape,
  priceListShape,
] as const;
export const catalogueEntrySchema = z.discriminatedUnion('kind', catalogueShapes);
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;
