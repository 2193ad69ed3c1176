import { z } from 'zod';
import { amountSchema } from '../billing/schema.ts';
import { daySchema, idSchema, timeSchema } from '../kernel/document.ts';
import { trimesterSchema } from '../patients/pregnancy.ts';

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

/** Hours for which a specimen keeps its analytes in a place; absent: not known, not to be relied on. */
export const stabilitySchema = z.strictObject({
  /** 15 to 25 °C. */
  roomHours: z.number().int().positive().max(87_600).optional(),
  /** 2 to 8 °C. */
  refrigeratedHours: z.number().int().positive().max(87_600).optional(),
  /** −20 °C and below. */
  frozenHours: z.number().int().positive().max(87_600).optional(),
});
export type Stability = z.infer<typeof stabilitySchema>;

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
  stability: stabilitySchema.optional(),
  /** For whoever collects: `Mid-stream, first morning`. */
  instructions: z.string().max(500).optional(),
  ...activePeriod,
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

export const valueTypeSchema = z.enum(['numeric', 'choice', 'text', 'titre', 'image']);
export type ValueType = z.infer<typeof valueTypeSchema>;

/** One analyte or observation: what a value is and how it is written. */
export const parameterShape = z.strictObject({
  kind: z.literal('parameter'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  loinc: z
    .string()
    .regex(/^\d{1,7}-\d$/, 'not a LOINC code')
    .optional(),
  /**
   * What a value is: a number; one of the choices; free text; a titre, which is a dilution (`1:80`); an image, which is a
   * file of the report.
   */
  valueType: valueTypeSchema,
  /** UCUM, one of `ucumUnits`; numeric parameters only. Printed as `displayUnit` writes it. */
  unit: z.string().max(40).optional(),
  /** Places after the decimal point; numeric parameters only. */
  decimals: z.number().int().min(0).max(10).optional(),
  /** Choice parameters only. */
  choices: z.array(choiceSchema).max(100).optional(),
  /** Beyond these somebody has to be called at once. Of a titre the dilution: `80` for 1:80. */
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
  /** Only for pregnant women, in that trimester where one is named. */
  pregnancy: trimesterSchema.optional(),
  /** Limits; of a titre the dilution: `high: '80'` says that 1:80 is still normal. */
  low: decimalSchema.optional(),
  high: decimalSchema.optional(),
  /** Replaces the parameter's critical limits for this group. */
  critical: limitsSchema.optional(),
  /** Printed instead of the limits, which still set the flag: `Desirable: < 5.2`. */
  text: z.string().max(200).optional(),
});
export type ReferenceRange = z.infer<typeof referenceRangeSchema>;

/**
 * Ranges of one parameter: all of them, or those of one method. A parameter measured by a method that has sets of its own
 * takes only these (`rangesFor`).
 */
export const referenceRangesShape = z.strictObject({
  kind: z.literal('referenceRanges'),
  code: codeSchema,
  parameter: codeSchema,
  /** As the parameter's method reads; compared without regard to case. */
  method: z.string().min(1).max(100).optional(),
  ranges: z.array(referenceRangeSchema).min(1).max(200),
  /** Where the ranges come from. */
  source: z.string().max(300).optional(),
  ...activePeriod,
});

/** Hints for whoever prints the report of a test; a printer that cannot follow one prints as usual. */
export const reportFormatSchema = z.strictObject({
  /** `narrative`: values one below the other across the page, for texts and pictures. Absent: a table. */
  layout: z.enum(['table', 'narrative']).optional(),
  newPage: z.boolean().optional(),
  hideRanges: z.boolean().optional(),
});
export type ReportFormat = z.infer<typeof reportFormatSchema>;

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
  /** Millilitres of what is drawn that it takes, so that a tube is not asked for more than it holds; absent: very little. */
  volume: decimalSchema.optional(),
  /** Where it keeps longer or shorter than its specimen type says. */
  stability: stabilitySchema.optional(),
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
  reportFormat: reportFormatSchema.optional(),
  ...activePeriod,
});

/** Tests ordered together under one name. One with a price of its own is a package; its active period is its validity. */
export const profileShape = z.strictObject({
  kind: z.literal('profile'),
  code: codeSchema,
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1).max(100)).max(20),
  tests: z.array(codeSchema).min(1).max(100),
  /** Minor units of the laboratory's currency: what it costs where no price list prices it, whatever its tests cost. */
  price: amountSchema.nonnegative().optional(),
  ...activePeriod,
});

/** What tests and profiles cost. A profile without any price costs the sum of its tests. */
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
export type CatalogueKind = CatalogueEntry['kind'];
export const catalogueKinds = catalogueShapes.map((shape) => shape.shape.kind.value) as CatalogueKind[];

/**
 * A state that an entry had before it was changed; never changed itself. The entry keeps its id and its place, so that
 * orders, code maps and reports go on pointing at it, and its earlier states follow one another here.
 */
export const editionShape = z.strictObject({
  kind: z.literal('edition'),
  /** The entry's code. */
  code: codeSchema,
  entryId: idSchema,
  /** Counts the states of the entry from 1. */
  version: z.number().int().positive(),
  entry: catalogueEntrySchema,
  /** When and by whom this state was made. */
  madeAt: timeSchema,
  madeBy: z.string(),
});
export type EditionShape = z.infer<typeof editionShape>;
