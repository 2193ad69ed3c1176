import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { createLaboratorySchema } from './create-laboratory.ts';
import { branchShape, centreShape, preferencesShape, stationShape } from './schema.ts';

const rev = z.string().max(100);
const created = createLaboratorySchema.shape;

/** A change of the laboratory; what is left out stays. Its currency never changes: amounts are kept in its minor units. */
export const changeCentreSchema = z.strictObject({
  rev,
  change: z
    .strictObject({
      name: z.string().trim().min(1, 'Enter the name').max(200),
      address: centreShape.shape.address,
      phone: z.string().max(60),
      email: z.string().max(320),
      country: created.country,
      timeZone: created.timeZone,
      locale: z.string().refine(isLocale, 'not a locale like en-IN'),
      taxPercent: centreShape.shape.taxPercent,
      reportFooter: z.string().max(500),
      webAddress: z.union([
        z.literal(''),
        z.url({ protocol: /^https?$/, error: 'not a web address like https://lab.example' }).max(200),
      ]),
    })
    .partial(),
});
export type ChangeCentre = z.infer<typeof changeCentreSchema>;

/** A change of this workstation. The prefix only as long as no number was given with it. */
export const changeStationSchema = z.strictObject({
  rev,
  name: z.string().trim().min(1, 'Enter the name').max(100),
  prefix: stationShape.shape.prefix,
  branchId: idSchema.optional(),
});
export type ChangeStation = z.infer<typeof changeStationSchema>;

/** Without an id a new branch, with one a change. */
export const saveBranchSchema = z.strictObject({
  id: idSchema.optional(),
  rev: rev.optional(),
  code: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9][A-Z0-9._-]{0,19}$/, 'Letters, digits, ".", "_" and "-"'),
  name: branchShape.shape.name,
});
export type SaveBranch = z.infer<typeof saveBranchSchema>;

/** A change of the preferences; without a revision the first ones are made. */
export const changePreferencesSchema = preferencesShape.omit({ kind: true }).extend({ rev: rev.optional() });
export type ChangePreferences = z.infer<typeof changePreferencesSchema>;

function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1 && name.length <= 35;
  } catch {
    return false;
  }
}
