import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/theme.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi, TRPCProvider } from './app/api.ts';
import { dropOldDrafts } from './app/draft.ts';
import { Gate } from './app/gate.tsx';
import { KeysProvider } from './app/keys.tsx';
import { openPipe } from './app/pipe.ts';
import { router } from './app/routes.tsx';
import { ConnectionProvider } from './app/session.tsx';
import { SessionStore } from './app/session-store.ts';
import { theme } from './app/theme.ts';

const session = new SessionStore();
const pipe = openPipe(session.getToken);
const { trpcClient, queryClient } = createApi(pipe, session);
const colorScheme = localStorageColorSchemeManager({ key: 'aliquot.theme' });
dropOldDrafts();

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root element');

createRoot(container).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorScheme}>
      <Notifications position="bottom-left" limit={4} />
      <QueryClientProvider client={queryClient}>
        <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
          <ConnectionProvider session={session} pipe={pipe}>
            <KeysProvider>
              <Gate>
                <RouterProvider router={router} />
              </Gate>
            </KeysProvider>
          </ConnectionProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
