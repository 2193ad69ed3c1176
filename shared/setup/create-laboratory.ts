import { z } from 'zod';
import { centreShape, stationShape } from './schema.ts';

/** A password: long rather than intricate (NIST SP 800-63B §5.1.1). */
export const newPasswordSchema = z.string().min(10, 'Use at least 10 characters').max(200);

/** What the first start asks for. */
export const createLaboratorySchema = z.strictObject({
  labName: centreShape.shape.name,
  address: centreShape.shape.address,
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, e.g. IN'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, e.g. INR'),
  timeZone: z.string().refine(isTimeZone, 'not a time zone name like Asia/Kolkata'),
  locale: z.string().max(35).default('en'),
  taxPercent: z.number().min(0).max(100).default(0),
  stationName: stationShape.shape.name,
  stationPrefix: stationShape.shape.prefix,
  /** What the catalogue begins with: common tests with ranges, or nothing. Absent: nothing. */
  catalogue: z.enum(['starter', 'empty']).optional(),
  administrator: z.strictObject({
    username: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[a-z0-9._-]{2,60}$/, 'small letters, digits, ".", "_" and "-"'),
    fullName: z.string().trim().min(1).max(200),
    password: newPasswordSchema,
  }),
});
export type CreateLaboratory = z.infer<typeof createLaboratorySchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
