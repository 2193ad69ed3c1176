import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  type TRPCClient,
  type TRPCClientError,
  type TRPCLink,
  type TRPCWebSocketClient,
  wsLink,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../electron/core/router.ts';
import { apiErrorOf, reportUnexpected } from './errors.ts';
import type { SessionStore } from './session-store.ts';

/** The core's API as hooks: `const trpc = useTRPC(); useQuery(trpc.patients.get.queryOptions({ id }))`. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** The core's API without hooks, for what works through many calls: `const client = useTRPCClient()`. */
export type ApiClient = TRPCClient<AppRouter>;
/** What procedures take and answer: `Outputs['patients']['list']`. */
export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;
/** One row of a list procedure's page. */
export type RowOf<P extends { rows: readonly unknown[] }> = P['rows'][number];

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The form that called shows validation errors itself. */
      showsOwnErrors?: boolean;
    };
  }
}

/** The client of the core. Call once; the query cache lives as long as the page. */
export function createApi(pipe: TRPCWebSocketClient, session: SessionStore) {
  const trpcClient = createTRPCClient<AppRouter>({ links: [logInLink(session), pageLink, wsLink({ client: pipe })] });
  const queryClient = new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _input, _context, mutation) => {
        const known = apiErrorOf(error);
        if (mutation.meta?.showsOwnErrors && known && known.kind !== 'internal') return;
        reportUnexpected(error);
      },
    }),
    queryCache: new QueryCache(),
    defaultOptions: {
      // The network is not ours to wait for: the core is on this machine, and says itself when something is wrong.
      queries: {
        networkMode: 'always',
        // Live changes say what is stale; until then what was read is right.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => apiErrorOf(error) === undefined && failures < 3,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return { trpcClient, queryClient };
}

/**
 * tRPC's infinite queries say in which direction they page. Our lists go only forward and refuse what they do not know, so
 * it is taken off.
 */
const pageLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (typeof op.input !== 'object' || op.input === null || !('direction' in op.input)) return next(op);
    const { direction: _, ...input } = op.input;
    return next({ ...op, input });
  };

/**
 * A call that is refused because the session has ended waits for the person to log in over the screen and is then made
 * again. The core refuses before it does anything, so that nothing happens twice.
 */
function logInLink(session: SessionStore): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let current: Unsubscribable | undefined;
        let stopped = false;
        const call = () => {
          if (stopped) return;
          current = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error: (error: TRPCClientError<AppRouter>) => {
              if (apiErrorOf(error)?.kind !== 'unauthenticated' || op.path.startsWith('auth.'))
                return observer.error(error);
              session.loginNeeded().then(call, () => observer.error(error));
            },
          });
        };
        call();
        return () => {
          stopped = true;
          current?.unsubscribe();
        };
      });
}
