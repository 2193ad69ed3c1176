import type { ReportState } from '../../shared/reports/schema.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

const tones: Record<ReportState, Tone> = {
  ordered: 'off',
  inProgress: 'busy',
  resulted: 'busy',
  verified: 'busy',
  signed: 'ok',
  released: 'ok',
  cancelled: 'error',
};

/** Where a report stands. */
export function ReportStateBadge({ state }: { state: ReportState }) {
  return <StateBadge tone={tones[state]}>{words.patients.reportStates[state] ?? state}</StateBadge>;
}
