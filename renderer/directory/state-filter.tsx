import { SegmentedControl } from '@mantine/core';
import { words } from '../words/index.ts';

/** What the address holds; absent: those in use. */
export type InUse = 'all' | 'off' | undefined;

/** In use, all, or switched off. */
export function StateFilter({ value, onChange }: { value: InUse; onChange: (state: InUse) => void }) {
  const { states, state } = words.directory;
  return (
    <SegmentedControl
      aria-label={state}
      data={[
        { value: 'active', label: states.active },
        { value: 'off', label: states.off },
        { value: 'all', label: states.all },
      ]}
      value={value ?? 'active'}
      onChange={(next) => onChange(next === 'all' || next === 'off' ? next : undefined)}
    />
  );
}

/** The same as list procedures ask for it. */
export function activeOf(state: InUse): boolean | undefined {
  if (state === undefined) return true;
  return state === 'off' ? false : undefined;
}
