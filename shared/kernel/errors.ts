import { z } from 'zod';

/**
 * One thing wrong with one field. Rules return all they find, so that a form shows every error at its field at once.
 * `field` is the path in the input, joined by dots (`nationalIds.0.value`); `code` is stable, for tests and
 * translations; `message` says what is wrong, `remedy` what to do about it, both in words a person at the desk knows.
 */
export const fieldErrorSchema = z.strictObject({
  field: z.string(),
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;
