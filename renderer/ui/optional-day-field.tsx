import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { dayText, readDayText } from '../app/day-text.ts';
import { useFormat } from '../app/me.tsx';
import { words } from '../words/index.ts';

/** A day that may be left empty, typed as the lab's locale writes it. `value` is `YYYY-MM-DD`. */
export function OptionalDayField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  const { locale, today } = useFormat();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined || typed.trim() === '' ? undefined : readDayText(typed, locale, today());
  const take = () => {
    if (typed === undefined || read === null) return;
    setTyped(undefined);
    if (read !== value) onChange(read);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      w={140}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? (value ? dayText(value, locale) : '')}
      error={read === null ? words.ui.notADay : undefined}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
}
