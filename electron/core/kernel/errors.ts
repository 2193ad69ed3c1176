import type { ApiError } from '../../../shared/kernel/api-error.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';

/** An error that the API answers as it is. Thrown inside the core, so that a unit of work rolls back. */
export class LabError extends Error {
  readonly detail: ApiError;

  constructor(detail: ApiError) {
    super(detail.message);
    this.name = 'LabError';
    this.detail = detail;
  }
}

/** All input errors at once, each with its field (life of a request, step 4). Throws only when there is one. */
export function refuseIfInvalid(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const [first] = errors;
  const message = errors.length === 1 && first ? first.message : `${errors.length} fields need attention`;
  throw new LabError({ kind: 'validation', message, errors: [...errors] });
}

/** A single input error. */
export function invalid(field: string, code: string, message: string, remedy?: string): LabError {
  return new LabError({ kind: 'validation', message, errors: [{ field, code, message, remedy }] });
}

/** The document is not there, or belongs to another lab: the answer is the same, so that ids cannot be probed. */
export function notFound(collection: string, id: string): LabError {
  return new LabError({ kind: 'notFound', message: `No such entry in ${collection}`, collection, id });
}

/** Somebody else changed the document since it was read. */
export function conflict(collection: string, id: string): LabError {
  return new LabError({
    kind: 'conflict',
    message: 'This was changed by somebody else in the meantime. Look at the newer state and try again.',
    collection,
    id,
  });
}

/** The session lacks a right. */
export function forbidden(permission: string): LabError {
  return new LabError({ kind: 'forbidden', message: `Your role lacks the right "${permission}"`, permission });
}
