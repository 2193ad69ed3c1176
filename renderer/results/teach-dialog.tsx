import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';

type Held = RowOf<Outputs['results']['holding']>;

/** Teaches the code of a held result: which parameter it is, or that it is left out. All held results of it follow. */
export function TeachDialog({
  result,
  onClose,
  onDone,
}: {
  result: Held | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  return (
    <Modal opened={result !== undefined} onClose={onClose} title={words.results.teachTitle(result?.deviceCode ?? '')}>
      {result && <TeachForm result={result} onDone={onDone} />}
    </Modal>
  );
}

function TeachForm({ result, onDone }: { result: Held; onDone: () => void }) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const [parameterId, setParameterId] = useState<string | null>(null);
  const [factor, setFactor] = useState('1');
  const parameters = useQuery(trpc.catalogue.parameters.queryOptions());
  const teach = useMutation(
    trpc.devices.teachCode.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ pending }) => {
        notifyDone(w.taught(pending));
        onDone();
      },
    }),
  );
  const { deviceId, deviceCode, deviceCodeName, originalValue, originalUnit } = result;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (parameterId) teach.mutate({ deviceId, deviceCode, parameterId, factor: factor.trim() });
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {[result.deviceName, deviceCodeName, `${originalValue} ${originalUnit ?? ''}`].filter(Boolean).join(' · ')}
        </Text>
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <SearchSelect
            label={w.parameter}
            data-autofocus
            data={(parameters.data ?? []).map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
            value={parameterId}
            onChange={setParameterId}
            error={teach.error ? describeError(teach.error).message : undefined}
            style={{ flex: 1 }}
          />
          <TextInput
            label={w.factor}
            w={90}
            value={factor}
            onChange={({ currentTarget }) => setFactor(currentTarget.value)}
          />
        </Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" loading={teach.isPending} onClick={() => teach.mutate({ deviceId, deviceCode })}>
            {w.leaveOut}
          </Button>
          <Button type="submit" disabled={!parameterId} loading={teach.isPending}>
            {w.teach}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
