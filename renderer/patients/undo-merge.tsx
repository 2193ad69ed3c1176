import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** Takes a merge back, after saying what that means. */
export function UndoMerge({ patient }: { patient: Outputs['patients']['get']['patient'] }) {
  const trpc = useTRPC();
  const [opened, setOpened] = useState(false);
  const undo = useMutation(
    trpc.patients.undoMerge.mutationOptions({
      onSuccess: ({ restored, counts, kept, changedSince }) => {
        setOpened(false);
        const number = Object.values(counts).reduce((sum, one) => sum + one, 0);
        notifyDone(words.patients.mergeUndone(restored.fullName, number, changedSince, kept));
      },
    }),
  );
  return (
    <>
      <Button size="compact-xs" variant="default" ms="sm" onClick={() => setOpened(true)}>
        {words.patients.undoMerge}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={words.patients.undoMergeTitle}>
        <Stack gap="sm">
          <Text size="sm">{words.patients.undoMergeText(patient.fullName)}</Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setOpened(false)}>
              {words.ui.cancel}
            </Button>
            <Button
              data-autofocus
              loading={undo.isPending}
              onClick={() => undo.mutate({ id: patient.id, rev: patient._rev })}
            >
              {words.patients.undoMerge}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
