import { useQueryClient } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useRef } from 'react';
import { type Outputs, useTRPC } from './api.ts';

type Domain = keyof Outputs;

/** Which collections the answers of a domain's queries are made of. A domain that is not here never goes stale by itself. */
const madeOf: Partial<
  Record<Domain | 'devices' | 'results' | 'messages' | 'sync' | 'activity' | 'demo', readonly string[]>
> = {
  auth: ['setup', 'directory'],
  staff: ['directory'],
  directory: ['directory'],
  setup: ['setup'],
  catalogue: ['catalogue'],
  patients: ['patients', 'billing', 'specimens', 'reports'],
  bills: ['billing', 'patients', 'specimens', 'reports'],
  invoices: ['billing', 'directory'],
  claims: ['billing', 'patients', 'directory'],
  specimens: ['specimens', 'patients', 'reports'],
  devices: ['setup', 'journal', 'catalogue'],
  results: ['deviceResults', 'specimens', 'reports'],
  reports: ['reports', 'specimens', 'patients'],
  messages: ['jobs'],
  sync: ['setup'],
  activity: ['activity'],
};

/** Keeps every open screen fresh: what was committed makes the queries stale that were made of it. */
export function useLiveChanges(): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const startedBefore = useRef(false);
  useSubscription(
    trpc.live.changes.subscriptionOptions(undefined, {
      // After a break of the pipe, changes may have been missed.
      onStarted: () => {
        if (startedBefore.current) void queryClient.invalidateQueries();
        startedBefore.current = true;
      },
      onData: ({ collections }) => {
        const changed = new Set(Object.keys(collections));
        void queryClient.invalidateQueries({
          predicate: ({ queryKey }) => {
            const [path] = queryKey;
            const domain = Array.isArray(path) ? path[0] : undefined;
            return madeOf[domain as Domain]?.some((collection) => changed.has(collection)) ?? false;
          },
        });
      },
    }),
  );
}
