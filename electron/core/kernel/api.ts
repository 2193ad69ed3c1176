import { randomUUID } from 'node:crypto';
import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { ApiError } from '../../../shared/kernel/api-error.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Permission } from '../../../shared/kernel/permissions.ts';
import { LabError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { resolveSession } from './resolve-session.ts';
import { requirePermission } from './sessions.ts';
import { type StatementCounter, StorageError } from './storage/index.ts';
import { wordsOf } from './zod-words.ts';

/** What a transport hands over with each call. One `connection` lives as long as its WebSocket, port or HTTP request. */
export interface RequestContext {
  readonly kernel: Kernel;
  readonly connection: { sessionToken: string | undefined };
  /** Filled while the request runs; shown in the `x-aliquot-statements` header. */
  readonly counter: StatementCounter;
}

/** Who may call a procedure. */
export type Access = { permission: Permission } | { access: 'session' } | { access: 'open'; reason: string };

const t = initTRPC
  .context<RequestContext>()
  .meta<Access>()
  .create({
    isServer: true,
    allowOutsideOfServer: true,
    errorFormatter({ shape, error, ctx, path }) {
      const aliquot = toApiError(error, ctx?.kernel, path);
      return {
        ...shape,
        message: aliquot.message,
        data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path, aliquot },
      };
    },
  });

export const router = t.router;

const slowRequestMs = 16;

/** Counts statements and watches the budget of the core's thread. The first middleware of every procedure. */
const measured = t.procedure.use(async ({ ctx, next, path }) => {
  const { kernel, counter } = ctx;
  const started = performance.now();
  const result = await kernel.database.engine.counted(counter, () => next());
  const took = performance.now() - started;
  if (took > slowRequestMs) kernel.log.debug({ path, ms: Math.round(took), ...counter }, 'slow request');
  if (!result.ok) throw withTransportCode(result.error);
  return result;
});

const withSession = measured.use(({ ctx, next }) => {
  const session = resolveSession(ctx.kernel, ctx.connection.sessionToken);
  if (!session) {
    throw new LabError({ kind: 'unauthenticated', message: 'Please log in. Your entries on the screen are kept.' });
  }
  return next({ ctx: { ...ctx, session, reads: ctx.kernel.reads(session.labId) } });
});

/** A procedure for sessions that hold the right. There is no procedure builder without declared access. */
export function permitted(permission: Permission) {
  return withSession.meta({ permission }).use(({ ctx, next }) => {
    requirePermission(ctx.session, permission);
    return next({ ctx });
  });
}

/** A procedure for every logged-in person. */
export const loggedIn = withSession.meta({ access: 'session' });

/** A procedure that needs no log-in; the reason is part of the generated API documentation. */
export function openToAll(reason: string) {
  return measured.meta({ access: 'open', reason });
}

/** Throws when a procedure of the router has no declared access; called once at start. */
export function assertAccessDeclared(appRouter: { _def: { procedures: Record<string, unknown> } }): void {
  for (const [path, procedure] of Object.entries(appRouter._def.procedures)) {
    const { meta } = (procedure as { _def: { meta?: Access } })._def;
    if (!meta || !('permission' in meta || 'access' in meta))
      throw new Error(`Procedure ${path} declares no permission`);
  }
}

/** Any error as the API answers it. What is unexpected goes to the log with an id, and only the id to the caller. */
export function toApiError(error: unknown, kernel: Kernel | undefined, path?: string): ApiError {
  const cause = error instanceof TRPCError && error.cause ? error.cause : error;
  if (cause instanceof LabError) return cause.detail;
  if (cause instanceof StorageError) return { kind: 'storage', message: cause.message, remedy: cause.remedy };
  if (cause instanceof ZodError)
    return { kind: 'validation', message: 'Some fields need attention', errors: fieldErrors(cause) };
  const told = error instanceof TRPCError ? unreadable(error) : undefined;
  if (told) {
    return { kind: 'validation', message: told.message, errors: [{ field: '', ...told }] };
  }
  if (cause instanceof TRPCError && cause.code === 'NOT_FOUND') {
    return { kind: 'notFound', message: cause.message, collection: 'procedures', id: path ?? '' };
  }
  const errorId = randomUUID();
  kernel?.log.error({ errorId, path, err: cause }, 'unexpected error');
  return { kind: 'internal', message: `Something went wrong (${errorId}). Nothing was half-saved.`, errorId };
}

/** What is wrong with a request that did not even come to a procedure. */
function unreadable({ code, cause }: TRPCError): Omit<FieldError, 'field'> | undefined {
  if (code === 'PAYLOAD_TOO_LARGE') {
    const remedy = 'Send files in chunks (files.begin, files.append), and long lists in parts.';
    return { code: 'body.size', message: 'The request is too large', remedy };
  }
  if (code === 'PARSE_ERROR' || cause instanceof SyntaxError) {
    return { code: 'body.json', message: 'The request is not JSON', remedy: 'Send the input as one JSON value.' };
  }
  return undefined;
}

/** zod's issues as field errors; an unknown key is an error of that key. */
function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(
        (key): FieldError => ({
          field: [...path, key].join('.'),
          code: 'unknown',
          message: `"${key}" is not a known field`,
          remedy: 'Leave it out or correct its name.',
        }),
      );
    }
    return [{ field: path.join('.'), code: String(issue.code), ...wordsOf(issue) }];
  });
}

/** HTTP callers get a status that fits; the typed error is in the body. */
function withTransportCode(error: TRPCError): TRPCError {
  const cause = error.cause;
  if (cause instanceof StorageError)
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: cause.message, cause });
  if (!(cause instanceof LabError)) return error;
  const codes = {
    validation: 'BAD_REQUEST',
    conflict: 'CONFLICT',
    unauthenticated: 'UNAUTHORIZED',
    forbidden: 'FORBIDDEN',
    notFound: 'NOT_FOUND',
    busy: 'TOO_MANY_REQUESTS',
    storage: 'SERVICE_UNAVAILABLE',
    internal: 'INTERNAL_SERVER_ERROR',
  } as const;
  return new TRPCError({ code: codes[cause.detail.kind], message: cause.message, cause });
}
