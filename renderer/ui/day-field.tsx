import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { dayText, readDayText } from '../app/day-text.ts';
import { useFormat } from '../app/me.tsx';
import { words } from '../words/index.ts';

const dayMs = 86_400_000;

/** A day, typed as the lab's locale writes it; the arrows go a day up and down. `value` is `YYYY-MM-DD`. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) {
  const { locale, today } = useFormat();
  const [typed, setTyped] = useState<string>();
  const take = () => {
    const day = typed === undefined ? value : readDayText(typed, locale, today());
    if (day === null) return;
    setTyped(undefined);
    if (day !== value) onChange(day);
  };
  const step = (days: number) => onChange(new Date(Date.parse(value) + days * dayMs).toISOString().slice(0, 10));
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take();
    else if (event.key === 'ArrowUp') step(1);
    else if (event.key === 'ArrowDown') step(-1);
    else return;
    event.preventDefault();
  };
  return (
    <TextInput
      aria-label={label}
      w={96}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? dayText(value, locale)}
      error={typed !== undefined && readDayText(typed, locale, today()) === null ? words.ui.notADay : undefined}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={take}
      onKeyDown={keys}
    />
  );
}
