import { Button, Checkbox, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { DayField } from '../ui/day-field.tsx';
import { words } from '../words/index.ts';
import { orderedDays } from './tabs.ts';

interface ReplayDialogProps {
  readonly deviceId: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Reads a range of days again, with its progress; it goes on when the dialog is closed. */
export function ReplayDialog(props: ReplayDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.devices.replayRange}>
      <ReplayForm deviceId={props.deviceId} />
    </Modal>
  );
}

function ReplayForm({ deviceId }: Pick<ReplayDialogProps, 'deviceId'>) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const [from, setFrom] = useState(format.today());
  const [to, setTo] = useState(format.today());
  const [onlyFailed, setOnlyFailed] = useState(true);
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
  const isRunning = state !== undefined && !state.ended;
  return (
    <Stack gap="sm">
      <Text size="sm">{w.replayText}</Text>
      <Group gap="xs">
        <DayField label={w.from} value={from} onChange={setFrom} />
        <DayField label={w.to} value={to} onChange={setTo} />
      </Group>
      <Checkbox
        label={w.onlyFailed}
        checked={onlyFailed}
        onChange={({ currentTarget }) => setOnlyFailed(currentTarget.checked)}
      />
      {start.error && (
        <Text size="sm" c="red" role="alert">
          {describeError(start.error).message}
        </Text>
      )}
      {state && (
        <>
          <Progress value={state.total === 0 ? 100 : (state.done / state.total) * 100} aria-label={w.replayRange} />
          <Text size="sm" role="status">
            {textOf(state)}
          </Text>
        </>
      )}
      <Group justify="flex-end" gap="xs">
        {isRunning && (
          <Button variant="default" onClick={() => cancel.mutate({ id: runId })}>
            {w.cancel}
          </Button>
        )}
        <Button
          loading={start.isPending || isRunning}
          onClick={() => start.mutate({ deviceId, ...orderedDays(from, to), onlyFailed })}
        >
          {w.start}
        </Button>
      </Group>
    </Stack>
  );
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

function textOf({ done, total, results, failed, ended, cancelled, error }: Shown): string {
  const { devices: w } = words;
  if (error) return error;
  if (!ended) return w.replayProgress(done, total, results);
  return cancelled ? w.replayCancelled(done, total) : w.replayEnded(done, results, failed);
}
