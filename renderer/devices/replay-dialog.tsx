import { Button, Checkbox, Group, Input, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReplayInput } from '../../shared/devices/replay.ts';
import { useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { DayField } from '../ui/day-field.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { ReplayPreview } from './replay-preview.tsx';
import { orderedDays } from './tabs.ts';
import { replayText, useReplay } from './use-replay.ts';

interface ReplayDialogProps {
  readonly deviceId: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Reads a range of days again: first what that changes, then its progress; it goes on when the dialog is closed. */
export function ReplayDialog(props: ReplayDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.devices.replayRange} size="46rem">
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
  const [asked, setAsked] = useState<ReplayInput>();
  const { start, isStarting, failed, reset, cancel, state, isRunning } = useReplay();
  const preview = useQuery(
    trpc.devices.previewReplay.queryOptions(asked ?? { deviceId, from, to, onlyFailed }, {
      enabled: asked !== undefined,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const found = asked && preview.data;
  /** Another range: what was shown of the one before is not true of it. */
  const change = (set: () => void) => {
    set();
    setAsked(undefined);
    reset();
  };
  const look = () => {
    reset();
    setAsked({ deviceId, ...orderedDays(from, to), onlyFailed });
  };
  const go = () => asked && start(asked);
  const mayGo = found !== undefined && found.total > 0 && !state;
  useKeys(
    w.replayRange,
    [{ keys: 'mod+Enter', label: w.start, run: mayGo ? go : look, disabled: isRunning || isStarting }],
    { inDialog: true },
  );
  return (
    <Stack gap="sm">
      <Text size="sm">{w.replayText}</Text>
      <Group gap="sm" align="flex-end">
        <Input.Wrapper label={w.from}>
          <DayField label={w.from} value={from} onChange={(day) => change(() => setFrom(day))} />
        </Input.Wrapper>
        <Input.Wrapper label={w.to}>
          <DayField label={w.to} value={to} onChange={(day) => change(() => setTo(day))} />
        </Input.Wrapper>
        <Checkbox
          pb={6}
          label={w.onlyFailed}
          checked={onlyFailed}
          onChange={({ currentTarget }) => change(() => setOnlyFailed(currentTarget.checked))}
        />
      </Group>
      {failed && (
        <Text size="sm" c="red" role="alert">
          {describeError(failed).message}
        </Text>
      )}
      {asked && !state && <Query query={preview}>{(shown) => <ReplayPreview preview={shown} />}</Query>}
      {state && (
        <>
          <Progress value={state.total === 0 ? 100 : (state.done / state.total) * 100} aria-label={w.replayRange} />
          <Text size="sm" role="status">
            {replayText(state)}
          </Text>
        </>
      )}
      <Group justify="flex-end" gap="xs">
        {isRunning && (
          <Button variant="default" onClick={cancel}>
            {w.cancel}
          </Button>
        )}
        {mayGo ? (
          <Button loading={isStarting} rightSection={<KeysHint keys="mod+Enter" />} onClick={go}>
            {w.readAgain(found.total)}
          </Button>
        ) : (
          !isRunning && (
            <Button
              loading={asked !== undefined && !state && preview.isFetching}
              rightSection={<KeysHint keys="mod+Enter" />}
              onClick={look}
            >
              {w.previewAsk}
            </Button>
          )
        )}
      </Group>
    </Stack>
  );
}
