import { ActionIcon, Button, Group, Modal, MultiSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';
import type { Scanned } from './use-scans.ts';

interface Portion {
  readonly key: number;
  readonly testCodes: string[];
  readonly container: string;
}

interface AliquotProps {
  readonly specimen: Scanned['specimen'];
  readonly opened: boolean;
  readonly onClose: () => void;
  /** With the ids of the new tubes, whose labels are wanted next. */
  readonly onDone: (ids: string[]) => void;
}

/** Divides a specimen: which tests go into which new tube. */
export function AliquotDialog(props: AliquotProps) {
  const { specimen, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={words.specimens.aliquotTitle(specimen.accession)} size="lg">
      <AliquotForm {...props} />
    </Modal>
  );
}

function AliquotForm({ specimen, onClose, onDone }: AliquotProps) {
  const trpc = useTRPC();
  const { specimens } = words;
  const [portions, setPortions] = useState<readonly Portion[]>([
    { key: 0, testCodes: specimen.testCodes, container: specimens.aliquot },
  ]);
  const divide = useMutation(
    trpc.specimens.aliquot.mutationOptions({
      onSuccess: (made) => {
        notifyDone(specimens.aliquoted(made.length));
        onDone(made.map(({ id }) => id));
      },
    }),
  );
  const change = (key: number, part: Partial<Portion>) =>
    setPortions((known) => known.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const ready = portions.length > 0 && portions.every((one) => one.testCodes.length > 0 && one.container.trim() !== '');
  const save = () =>
    divide.mutate({
      id: specimen.id,
      rev: specimen._rev,
      portions: portions.map(({ testCodes, container }) => ({ testCodes, container: container.trim() })),
    });
  useKeys(specimens.aliquot, [{ keys: 'mod+Enter', label: specimens.aliquot, run: save, disabled: !ready }], {
    inDialog: true,
  });
  return (
    <Stack gap="sm">
      <Text size="sm">{specimens.aliquotText}</Text>
      {portions.map(({ key, testCodes, container }) => (
        <Group key={key} gap="xs" align="flex-end" wrap="nowrap">
          <MultiSelect
            label={specimens.aliquotTests}
            data={[...new Set(specimen.testCodes)]}
            value={testCodes}
            onChange={(value) => change(key, { testCodes: value })}
            style={{ flex: 2 }}
          />
          <TextInput
            label={specimens.aliquotContainer}
            maxLength={100}
            value={container}
            onChange={({ currentTarget }) => change(key, { container: currentTarget.value })}
            style={{ flex: 1 }}
          />
          <ActionIcon
            variant="subtle"
            size="input-sm"
            aria-label={specimens.removeAliquot}
            disabled={portions.length === 1}
            onClick={() => setPortions((known) => known.filter((one) => one.key !== key))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group justify="space-between" gap="xs">
        <Button
          variant="subtle"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={portions.length >= 20}
          onClick={() =>
            setPortions((known) => [
              ...known,
              {
                key: 1 + Math.max(...known.map((one) => one.key)),
                testCodes: specimen.testCodes,
                container: specimens.aliquot,
              },
            ])
          }
        >
          {specimens.addAliquot}
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button
            disabled={!ready}
            loading={divide.isPending}
            rightSection={<KeysHint keys="mod+Enter" />}
            onClick={save}
          >
            {specimens.aliquot}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
