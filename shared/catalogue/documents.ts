import { z } from 'zod';
import { documentOf } from '../kernel/document.ts';
import {
  editionShape,
  parameterShape,
  priceListShape,
  profileShape,
  referenceRangesShape,
  specimenTypeShape,
  testShape,
} from './schema.ts';

export const testSchema = documentOf(testShape);
export const profileSchema = documentOf(profileShape);
export const parameterSchema = documentOf(parameterShape);
export const referenceRangesSchema = documentOf(referenceRangesShape);
export const priceListSchema = documentOf(priceListShape);
export const specimenTypeSchema = documentOf(specimenTypeShape);
export const editionSchema = documentOf(editionShape);
export type Test = z.infer<typeof testSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type Parameter = z.infer<typeof parameterSchema>;
export type ReferenceRanges = z.infer<typeof referenceRangesSchema>;
export type PriceList = z.infer<typeof priceListSchema>;
export type SpecimenType = z.infer<typeof specimenTypeSchema>;
export type Edition = z.infer<typeof editionSchema>;

/** The catalogue collection; formulas, reflex and auto-verification rules and report formats join the union later. */
export const catalogueSchema = z.discriminatedUnion('kind', [
  testSchema,
  profileSchema,
  parameterSchema,
  referenceRangesSchema,
  priceListSchema,
  specimenTypeSchema,
  editionSchema,
]);
export type CatalogueDocument = z.infer<typeof catalogueSchema>;
