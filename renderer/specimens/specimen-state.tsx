import type { SpecimenState as State } from '../../shared/specimens/schema.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

const tones: Record<State, Tone> = {
  expected: 'off',
  collected: 'busy',
  received: 'ok',
  rejected: 'error',
  sentOut: 'busy',
  stored: 'ok',
  discarded: 'off',
  cancelled: 'error',
};

/** Where a specimen is. */
export function SpecimenState({ state }: { state: State }) {
  return <StateBadge tone={tones[state]}>{words.specimens.states[state]}</StateBadge>;
}
