import { useMutation, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { words } from '../words/index.ts';

/** A range of messages that is read again in the background: how it is begun and cancelled, and how far it is. */
export function useReplay() {
  const trpc = useTRPC();
  const start = useMutation(trpc.devices.startReplay.mutationOptions({ meta: { showsOwnErrors: true } }));
  const cancel = useMutation(trpc.devices.cancelReplay.mutationOptions());
  const runId = start.data?.id ?? '';
  const progress = useQuery(
    trpc.devices.replayState.queryOptions(
      { id: runId },
      { enabled: runId !== '', refetchInterval: ({ state }) => (state.data?.ended ? false : 300) },
    ),
  );
  const state = progress.data ?? start.data;
  return {
    start: start.mutate,
    isStarting: start.isPending,
    failed: start.error,
    reset: start.reset,
    cancel: () => cancel.mutate({ id: runId }),
    state,
    isRunning: state !== undefined && !state.ended,
  };
}

interface Shown {
  readonly done: number;
  readonly total: number;
  readonly results: number;
  readonly failed: number;
  readonly ended: boolean;
  readonly cancelled: boolean;
  readonly error?: string | undefined;
}

/** How far it is, in words. */
export function replayText({ done, total, results, failed, ended, cancelled, error }: Shown): string {
  const { devices: w } = words;
  if (error) return error;
  if (!ended) return w.replayProgress(done, total, results);
  return cancelled ? w.replayCancelled(done, total) : w.replayEnded(done, results, failed);
}
