import { Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUserSearch } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { Picker } from '../ui/picker.tsx';
import { words } from '../words/index.ts';

const pauseMs = 60;

/** Finds one patient by any part of the name, the phone or a number. */
export function PatientPicker({
  inputRef,
  onPick,
  onType,
  error,
  autoFocus,
}: {
  inputRef?: Ref<HTMLInputElement>;
  onPick: (patientId: string) => void;
  /** Hears what is typed. */
  onType?: (text: string) => void;
  error?: ReactNode;
  autoFocus?: boolean;
}) {
  const trpc = useTRPC();
  const [text, setText] = useState('');
  const typed = text.trim();
  const [asked] = useDebouncedValue(typed, pauseMs);
  const found = useQuery(
    trpc.search.global.queryOptions(asked ? { text: asked, limit: 8 } : skipToken, {
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  return (
    <Picker
      label={words.orders.findPatient}
      placeholder={words.orders.findPatient}
      icon={IconUserSearch}
      inputRef={inputRef}
      text={text}
      onText={(next) => {
        setText(next);
        onType?.(next);
      }}
      choices={typed ? (found.data?.patients ?? []) : []}
      idOf={({ id }) => id}
      show={({ title, subtitle }) => (
        <Group gap="sm" wrap="nowrap" justify="space-between">
          <Text size="sm" fw={500} className="ellipsis">
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {subtitle}
          </Text>
        </Group>
      )}
      onPick={({ id }) => {
        setText('');
        onPick(id);
      }}
      nothing={words.orders.noPatientFound}
      busy={found.isFetching || asked !== typed}
      error={error}
      autoFocus={autoFocus}
    />
  );
}
