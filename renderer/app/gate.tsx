import { Center, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { FirstStart } from '../start/first-start.tsx';
import { LogIn, LogInAgain } from '../start/log-in.tsx';
import { Failed } from '../ui/failed.tsx';
import { words } from '../words/index.ts';
import { useTRPC } from './api.ts';
import { apiErrorOf } from './errors.ts';
import { MeProvider } from './me.tsx';
import { useReconnecting, useSessionState, useSessionStore } from './session.tsx';

/** What stands before the screens: first start, log-in, and the log-in over the screen when a session ends in between. */
export function Gate({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const session = useSessionStore();
  const state = useSessionState();
  const status = useQuery(trpc.system.status.queryOptions());
  const me = useQuery(trpc.auth.me.queryOptions(undefined, { enabled: state === 'in' && status.data?.setUp === true }));

  const refused = apiErrorOf(me.error)?.kind === 'unauthenticated';
  const known = me.data !== undefined;
  useEffect(() => {
    if (!refused || state !== 'in') return;
    if (known) session.loginNeeded().catch(() => undefined);
    else session.loggedOut();
  }, [refused, known, state, session]);

  if (status.error && !status.data) return <Failed error={status.error} retry={() => void status.refetch()} />;
  if (!status.data) return <Waiting />;
  if (!status.data.setUp) return <FirstStart />;
  if (state === 'out') return <LogIn status={status.data} />;
  if (!me.data) return me.error && !refused ? <Failed error={me.error} retry={() => void me.refetch()} /> : <Waiting />;
  return (
    // Another person's log-in begins with fresh screens; their drafts are their own.
    <MeProvider key={me.data.actorId} me={me.data}>
      {children}
      {state === 'expired' && <LogInAgain name={me.data.name} />}
    </MeProvider>
  );
}

function Waiting() {
  const reconnecting = useReconnecting();
  return (
    <Center h="100vh">
      <Stack align="center" gap="xs">
        <Loader size="sm" aria-label={words.ui.loading} />
        <Text size="sm" c="dimmed" role="status">
          {reconnecting ? words.app.reconnecting : ' '}
        </Text>
      </Stack>
    </Center>
  );
}
