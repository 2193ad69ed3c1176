import type { Bill } from '../../shared/billing/schema.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

const tones: Record<Bill['status'], Tone> = { open: 'off', partPaid: 'busy', paid: 'ok', cancelled: 'error' };

/** Whether a bill is paid. */
export function BillStatus({ status }: { status: Bill['status'] }) {
  return <StateBadge tone={tones[status]}>{words.bills.statuses[status]}</StateBadge>;
}
