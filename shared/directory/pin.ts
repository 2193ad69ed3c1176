import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';

/**
 * A signing PIN: what somebody approves with at another's desk. Four to eight digits, typed on any keyboard in a second; few
 * enough that the first guesses of anybody must not be among them, and that wrong tries lock it.
 */
export const newPinSchema = z
  .string()
  .regex(/^\d{4,8}$/, 'Four to eight digits')
  .refine((pin) => !isEasyPin(pin), 'Too easy to guess: no row of digits, no repetition, no year');

/** A person's own PIN; the password is asked for, so that an open screen is not enough. */
export const setPinSchema = z.strictObject({ password: z.string().max(1000), pin: newPinSchema });
export type SetPin = z.infer<typeof setPinSchema>;

/** Somebody who approves, by the PIN. */
export const pinApproverSchema = z.strictObject({
  staffId: idSchema,
  pin: z.string().regex(/^\d{4,8}$/, 'Four to eight digits'),
});
export type PinApprover = z.infer<typeof pinApproverSchema>;

/** The most used of those that are neither rows nor repetitions (DataGenetics, "PIN analysis", 2012): a column of keys and round ones. */
const common: ReadonlySet<string> = new Set(['2580', '0852', '1004', '1010', '1122', '1313', '6969']);

/**
 * Whether a PIN is among the first that anybody would try: a row up or down (also past 9, `7890`), one part repeated (`0000`,
 * `1212`, `123123`), a year of somebody's life, or one of the most used.
 */
export function isEasyPin(pin: string): boolean {
  const steps = new Set([...pin.slice(1)].map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  if (steps.size === 1 && [0, 1, 9].includes([...steps][0] ?? 0)) return true;
  if (/^(\d+)\1+$/.test(pin)) return true;
  return /^(19|20)\d\d$/.test(pin) || common.has(pin);
}
