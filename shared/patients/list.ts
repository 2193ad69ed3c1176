import { z } from 'zod';
import { daySchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { sexSchema } from './schema.ts';

/** How the list of patients may be narrowed. */
export const patientFiltersSchema = z.strictObject({
  /** Days of registration in the lab's time zone, both included. */
  from: daySchema.optional(),
  to: daySchema.optional(),
  sex: sexSchema.optional(),
});
export type PatientFilters = z.infer<typeof patientFiltersSchema>;

export const listPatientsSchema = pageInputSchema.extend(patientFiltersSchema.shape);
export type ListPatients = z.infer<typeof listPatientsSchema>;

export const exportPatientsSchema = listPatientsSchema.extend({ format: z.enum(['csv', 'xlsx']) });
