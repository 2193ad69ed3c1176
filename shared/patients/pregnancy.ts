import { z } from 'zod';
import { ageAt, type CivilMoment } from './age.ts';
import type { Patient } from './schema.ts';

/** That a patient is pregnant, as stated with an order: with completed weeks of gestation where they are known. */
export const pregnancySchema = z.strictObject({
  weeks: z.number().int().min(1, 'Completed weeks, 1 to 44').max(44, 'Completed weeks, 1 to 44').optional(),
});
export type Pregnancy = z.infer<typeof pregnancySchema>;

/** The part of a pregnancy that a reference range is for; `any`: all of it. */
export const trimesterSchema = z.enum(['any', 'first', 'second', 'third']);

/** Ages in years at which a pregnancy is plausible; the youngest and oldest mothers on record are beyond any laboratory's. */
const plausibleYears = { from: 10, to: 60 };

/** Whether it makes sense to ask: not of men, and of whom the age is known only in the plausible years. */
export function mayBePregnant({ sex, birth }: Pick<Patient, 'sex' | 'birth'>, at: CivilMoment): boolean {
  if (sex === 'male') return false;
  const age = birth && ageAt(birth, at);
  return !age || (age.years >= plausibleYears.from && age.years <= plausibleYears.to);
}

/**
 * The trimester that reference ranges are chosen by: the first to 13 weeks and 6 days, the second to 27 weeks and 6 days
 * (American College of Obstetricians and Gynecologists); `any` where the weeks are not known, so that only ranges for every
 * pregnancy fit.
 */
export function trimesterOf({ weeks }: Pregnancy): z.infer<typeof trimesterSchema> {
  if (weeks === undefined) return 'any';
  if (weeks < 14) return 'first';
  return weeks < 28 ? 'second' : 'third';
}
