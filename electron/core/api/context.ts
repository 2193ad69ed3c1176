import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import type { Kernel, RequestContext } from '../kernel/index.ts';

/** The context of a connection that stays: a window's port or a WebSocket. The window names its session when it connects. */
export function connectionContext(kernel: Kernel) {
  return ({ info }: Pick<CreateWSSContextFnOptions, 'info'>): RequestContext => ({
    kernel,
    connection: { sessionToken: tokenOf(info.connectionParams?.sessionToken) },
    counter: { statements: 0, rows: 0 },
  });
}

/** The context of one HTTP request: the session comes in the `x-aliquot-session` header. */
export function requestContext(kernel: Kernel, header: string | string[] | undefined): RequestContext {
  return {
    kernel,
    connection: { sessionToken: tokenOf(typeof header === 'string' ? header : undefined) },
    counter: { statements: 0, rows: 0 },
  };
}

function tokenOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w-]{20,100}$/.test(text) ? text : undefined;
}
