import type { FormErrors, UseFormReturnType } from '@mantine/form';
import { TRPCClientError } from '@trpc/client';
import type { ApiError } from '../../shared/kernel/api-error.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { notifyError } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** The core's typed error inside what a call threw; undefined when the call never reached the core. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('aliquot' in data)) return undefined;
  return data.aliquot as ApiError;
}

/** What went wrong and what to do about it, in words for the person at the desk. */
export function describeError(error: unknown): { message: string; remedy?: string; errorId?: string } {
  const known = apiErrorOf(error);
  if (!known && error instanceof TRPCClientError) {
    return { message: words.errors.noCore, remedy: words.errors.noCoreRemedy };
  }
  if (!known) return { message: words.errors.broken, remedy: words.errors.brokenRemedy };
  switch (known.kind) {
    case 'validation': {
      const [first] = known.errors;
      return first ? { message: first.message, remedy: first.remedy } : { message: known.message };
    }
    case 'busy':
    case 'storage':
      return { message: known.message, remedy: known.remedy };
    case 'internal':
      return { message: words.errors.internal, remedy: words.errors.internalRemedy, errorId: known.errorId };
    case 'conflict':
    case 'unauthenticated':
    case 'forbidden':
    case 'notFound':
      return { message: known.message };
    default:
      return known satisfies never;
  }
}

/** Shows an error that no field of a form can show, with its id to copy where the log has more. */
export function reportUnexpected(error: unknown): void {
  if (apiErrorOf(error)?.kind === 'unauthenticated') return;
  notifyError(describeError(error));
}

/**
 * Puts the field errors of a refused call at their fields. Errors of fields that the form does not have come back with
 * the others, for the summary above the form (`FormErrors`).
 * @param rename the form's field for a field of the API, where they differ
 * @returns all errors with the form's field names; one without a field for an error of another kind
 */
export function showAtFields<Values>(
  form: UseFormReturnType<Values>,
  error: unknown,
  rename: (field: string) => string = (field) => field,
): FieldError[] {
  const errors = errorsOf(error).map((entry) => ({ ...entry, field: entry.field && rename(entry.field) }));
  const atFields = errors.filter(({ field }) => field !== '');
  if (atFields.length > 0) form.setErrors(Object.fromEntries(atFields.map((one) => [one.field, sentence(one)])));
  return errors;
}

/** All that a refused call says is wrong; one entry without a field for an error that is not of the input. */
export function errorsOf(error: unknown): FieldError[] {
  const known = apiErrorOf(error);
  if (known?.kind === 'validation') return [...known.errors];
  const { message, remedy, errorId } = describeError(error);
  // An error with an id is told by a notification, which has the id to copy.
  return [{ field: '', code: known?.kind ?? 'noCore', message, remedy: errorId ? undefined : remedy }];
}

/** What a form itself found wrong, for the summary above it. */
export function fieldErrors(problems: FormErrors): FieldError[] {
  return Object.entries(problems).map(([field, message]) => ({ field, code: 'form', message: String(message) }));
}

/** Message and remedy as they stand under a field. */
export function sentence({ message, remedy }: Pick<FieldError, 'message' | 'remedy'>): string {
  const end = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
  return remedy ? `${end(message)} ${end(remedy)}` : message;
}
