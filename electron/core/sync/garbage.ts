import type { z } from 'zod';
import { HeadOfficeError } from './head-office-error.ts';

/** An answer in the shape that a CouchDB gives it; throws `HeadOfficeError` naming the field otherwise. */
export function readAs<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw garbage(what, `${issue?.path.join('.') || 'answer'}: ${issue?.message}`);
}

/** What to say of an answer that no CouchDB gives. */
export function garbage(what: string, detail: string): HeadOfficeError {
  const message = `Head office answers something else than a CouchDB does when asked to ${what} (${detail}).`;
  const remedy = 'It is tried again by itself. If it stays, head office has to look at its server.';
  return new HeadOfficeError('error', message, remedy);
}
