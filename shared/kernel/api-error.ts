import type { FieldError } from './errors.ts';

/**
 * What an API call answers when it cannot do what was asked. Typed so that a screen decides by `kind`, never by words.
 * `internal` carries only an id that is found in the log; what went wrong inside is not told to a caller.
 */
export type ApiError =
  | { kind: 'validation'; message: string; errors: FieldError[] }
  | { kind: 'conflict'; message: string; collection: string; id: string }
  | { kind: 'unauthenticated'; message: string }
  | { kind: 'forbidden'; message: string; permission?: string }
  | { kind: 'notFound'; message: string; collection: string; id: string }
  | { kind: 'busy'; message: string; remedy: string }
  | { kind: 'storage'; message: string; remedy: string }
  | { kind: 'internal'; message: string; errorId: string };

export type ApiErrorKind = ApiError['kind'];
