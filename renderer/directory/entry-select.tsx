import { Combobox, Loader, TextInput, type TextInputProps, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type EntryKind, entryName } from '../../shared/directory/entries.ts';
import { useTRPC } from '../app/api.ts';
import { useEnterTakes } from '../ui/use-enter-takes.ts';
import { words } from '../words/index.ts';

const pauseMs = 80;

/**
 * A field that finds one entry of the directory by code or any word of its name, as one types; Enter takes the first that
 * fits, a field left empty is none, and leaving it in the midst of typing changes nothing. The directory is asked for what
 * fits, whatever its size.
 */
export function EntrySelect({
  kind,
  inactive = false,
  value,
  onChange,
  ...props
}: Omit<TextInputProps, 'value' | 'onChange'> & {
  readonly kind: EntryKind;
  /** Whether entries that were switched off are offered too, as in filters over what is past. */
  readonly inactive?: boolean;
  /** The entry's id; empty: none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const trpc = useTRPC();
  // Nothing while the chosen entry's name stands in the field.
  const [typed, setTyped] = useState<string>();
  const text = typed?.trim() ?? '';
  const [asked] = useDebouncedValue(text, pauseMs);
  const chosen = useQuery(trpc.directory.get.queryOptions(value ? { id: value } : skipToken));
  const found = useQuery(
    trpc.directory.find.queryOptions({ kind, text: asked, inactive, limit: 20 }, { placeholderData: keepPreviousData }),
  );
  const choices = found.data ?? [];
  const busy = asked !== text || found.isPlaceholderData || found.isPending;
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const take = (id: string) => {
    setTyped(undefined);
    onChange(id);
    combobox.closeDropdown();
  };
  const onEnter = useEnterTakes({
    combobox,
    text,
    choices,
    idOf: ({ id }) => id,
    onPick: ({ id }) => take(id),
    busy,
    isExact: (entry, code) => entry.code.toLowerCase() === code.toLowerCase(),
  });
  const standing = typed === undefined ? nameOf() : undefined;
  const field = useRef<HTMLInputElement>(null);
  // A name that stands there is replaced by typing, also just after it was chosen.
  useEffect(() => {
    if (standing !== undefined && field.current === document.activeElement) field.current?.select();
  }, [standing]);
  const nothing = choices.length === 0 && text !== '' && !busy;
  return (
    <Combobox store={combobox} onOptionSubmit={take}>
      <Combobox.Target withExpandedAttribute>
        <TextInput
          autoComplete="off"
          spellCheck={false}
          {...props}
          ref={field}
          rightSection={<AtTheEnd busy={busy && text !== ''} filled={value !== ''} onClear={() => take('')} />}
          rightSectionPointerEvents={value && !busy ? 'all' : 'none'}
          value={typed ?? standing}
          onKeyDownCapture={onEnter}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onClick={({ currentTarget }) => {
            if (typed === undefined) currentTarget.select();
            combobox.openDropdown();
          }}
          onBlur={() => {
            if (typed !== undefined && text === '' && value !== '') onChange('');
            setTyped(undefined);
            combobox.closeDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={choices.length === 0 && !nothing}>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
          {choices.map(({ id, name }) => (
            <Combobox.Option key={id} value={id} active={id === value}>
              {name}
              {id === value && <IconCheck size={14} stroke={1.6} aria-hidden style={{ marginInlineStart: 8 }} />}
            </Combobox.Option>
          ))}
          {nothing && <Combobox.Empty>{words.ui.nothingFound}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );

  function nameOf(): string {
    if (value === '') return '';
    if (chosen.data?.id === value) return entryName(chosen.data);
    return choices.find(({ id }) => id === value)?.name ?? words.ui.loading;
  }
}

function AtTheEnd({ busy, filled, onClear }: { busy: boolean; filled: boolean; onClear: () => void }) {
  if (busy) return <Loader size={12} aria-hidden />;
  return filled ? <Combobox.ClearButton onClear={onClear} /> : <Combobox.Chevron />;
}
