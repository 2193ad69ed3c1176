import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { Picker } from '../ui/picker.tsx';
import { words } from '../words/index.ts';

interface AssignProps {
  readonly opened: boolean;
  readonly ids: string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Gives held results to a specimen: scanned, or found by its patient. */
export function AssignDialog(props: AssignProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.results.assign}>
      <AssignForm {...props} />
    </Modal>
  );
}

function AssignForm({ ids, onDone }: AssignProps) {
  const trpc = useTRPC();
  const { results: w } = words;
  const [text, setText] = useState('');
  const typed = text.trim();
  const found = useQuery(
    trpc.specimens.list.queryOptions(
      { text: typed, limit: 10 },
      { enabled: typed.length >= 2, placeholderData: keepPreviousData },
    ),
  );
  const assign = useMutation(
    trpc.results.assign.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ pending }) => {
        notifyDone(w.assigned(pending, ids.length));
        onDone();
      },
    }),
  );
  const give = (accession: string) => assign.mutate({ ids, accession });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed) give(typed);
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{w.assignText}</Text>
        <Picker
          label={w.accession}
          placeholder={words.specimens.filter}
          icon={IconBarcode}
          autoFocus
          text={text}
          onText={setText}
          choices={typed.length >= 2 ? (found.data?.rows ?? []) : []}
          idOf={(row) => row.id}
          show={(row) => (
            <Group gap="xs" wrap="nowrap">
              <span className="mono">{row.accession}</span>
              <Text size="sm" className="ellipsis">
                {row.patientName}
              </Text>
              <Text size="sm" c="dimmed" className="ellipsis">
                {row.testCodes.join(', ')}
              </Text>
            </Group>
          )}
          onPick={(row) => give(row.accession)}
          nothing={words.results.noSpecimen}
          busy={found.isFetching}
          error={assign.error ? describeError(assign.error).message : undefined}
        />
        <Button type="submit" loading={assign.isPending} disabled={typed === ''}>
          {w.assign}
        </Button>
      </Stack>
    </form>
  );
}
