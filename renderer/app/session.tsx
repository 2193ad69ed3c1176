import { useQueryClient } from '@tanstack/react-query';
import type { TRPCWebSocketClient } from '@trpc/client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useTRPCClient } from './api.ts';
import type { SessionStore } from './session-store.ts';

interface Connection {
  readonly session: SessionStore;
  readonly pipe: TRPCWebSocketClient;
}

const ConnectionContext = createContext<Connection | undefined>(undefined);

/** Hands the session and the pipe to everything inside. */
export function ConnectionProvider({ session, pipe, children }: Connection & { children: ReactNode }) {
  const [connection] = useState({ session, pipe });
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error('Used outside of the app');
  return connection;
}

/** The session itself, for the log-in forms. */
export function useSessionStore(): SessionStore {
  return useConnection().session;
}

/** `out`, `in`, or `expired`: logged out by the core in the middle of work. */
export function useSessionState() {
  const { session } = useConnection();
  return useSyncExternalStore(session.subscribe, session.getState);
}

/** Ends the session here and in the core; a core that cannot be reached ends it by its own clock. */
export function useLogOut(): () => void {
  const { session } = useConnection();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return () => {
    client.auth.logout
      .mutate()
      .catch(() => undefined)
      .finally(() => {
        session.loggedOut();
        queryClient.clear();
      });
  };
}

/** A break shorter than this is nobody's business. */
const quietMs = 700;

/** Whether the pipe has been broken for more than a moment. */
export function useReconnecting(): boolean {
  const { pipe } = useConnection();
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const subscription = pipe.connectionState.subscribe({
      next: ({ state }) => {
        if (state === 'connecting') {
          timer ??= setTimeout(() => setBroken(true), quietMs);
          return;
        }
        clearTimeout(timer);
        timer = undefined;
        setBroken(false);
      },
    });
    return () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
  }, [pipe]);
  return broken;
}
