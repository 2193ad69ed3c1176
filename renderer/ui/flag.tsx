import { Text, VisuallyHidden } from '@mantine/core';
import type { Flag as FlagCode } from '../../shared/reports/schema.ts';
import { words } from '../words/index.ts';

const signs: Record<FlagCode, { sign: string; colour: string; weight: number } | undefined> = {
  '': undefined,
  L: { sign: '↓ L', colour: 'var(--tone-warn)', weight: 600 },
  H: { sign: '↑ H', colour: 'var(--tone-warn)', weight: 600 },
  LL: { sign: '⇊ LL', colour: 'var(--tone-error)', weight: 700 },
  HH: { sign: '⇈ HH', colour: 'var(--tone-error)', weight: 700 },
  A: { sign: '● A', colour: 'var(--tone-warn)', weight: 600 },
};

/** The flag of a result by sign, letters and colour; nothing for a normal one. */
export function Flag({ flag }: { flag: FlagCode }) {
  const shown = signs[flag];
  if (!shown) return null;
  return (
    <Text span size="xs" style={{ whiteSpace: 'nowrap' }} fw={shown.weight} c={shown.colour} title={words.flags[flag]}>
      <span aria-hidden>{shown.sign}</span>
      <VisuallyHidden>{words.flags[flag]}</VisuallyHidden>
    </Text>
  );
}
