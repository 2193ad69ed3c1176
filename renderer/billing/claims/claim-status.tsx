import type { ClaimStatus as Status } from '../../../shared/billing/schema.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import type { Tone } from '../../ui/status-dot.tsx';
import { words } from '../../words/index.ts';

const tones: Record<Status, Tone> = {
  draft: 'off',
  submitted: 'busy',
  queried: 'warn',
  partPaid: 'busy',
  settled: 'ok',
  rejected: 'error',
  resubmitted: 'busy',
  writtenOff: 'off',
  cancelled: 'off',
};

/** The state of a claim. */
export function ClaimStatus({ status }: { status: Status }) {
  return <StateBadge tone={tones[status]}>{words.claims.statuses[status]}</StateBadge>;
}
