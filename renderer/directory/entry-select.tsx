import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type EntryKind, entryName } from '../../shared/directory/entries.ts';
import { useTRPC } from '../app/api.ts';
import { words } from '../words/index.ts';

const pauseMs = 80;

/**
 * A field that finds one entry of the directory by code or any word of its name, as one types; Enter takes the first that
 * fits. The directory is asked for what fits, whatever its size.
 */
export function EntrySelect({
  kind,
  inactive = false,
  value,
  onChange,
  ...props
}: Omit<SelectProps, 'data' | 'value' | 'onChange'> & {
  readonly kind: EntryKind;
  /** Whether entries that were switched off are offered too, as in filters over what is past. */
  readonly inactive?: boolean;
  /** The entry's id; empty: none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const trpc = useTRPC();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, pauseMs);
  const chosen = useQuery(trpc.directory.get.queryOptions(value ? { id: value } : skipToken));
  const name = value && chosen.data?.id === value ? entryName(chosen.data) : '';
  // What stands in the field when nothing was typed is the chosen entry's name: all are offered, not only that one.
  const text = asked === name ? '' : asked;
  const found = useQuery(
    trpc.directory.find.queryOptions({ kind, text, inactive, limit: 20 }, { placeholderData: keepPreviousData }),
  );
  const choices = (found.data ?? []).map((entry) => ({ value: entry.id, label: entry.name }));
  const known = value === '' || choices.some((choice) => choice.value === value);
  return (
    <Select
      searchable
      clearable
      openOnFocus={false}
      selectFirstOptionOnChange
      filter={({ options }) => options}
      nothingFoundMessage={typed.trim() === '' ? undefined : words.ui.nothingFound}
      {...props}
      data={known ? choices : [...choices, { value, label: name || words.ui.loading }]}
      value={value || null}
      onChange={(id) => onChange(id ?? '')}
      onSearchChange={setTyped}
      onFocus={(event) => event.currentTarget.select()}
    />
  );
}
