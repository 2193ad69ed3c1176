import type { Bill } from '../../shared/billing/schema.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

const tones: Record<Bill['status'], Tone> = { open: 'off', partPaid: 'busy', paid: 'ok', cancelled: 'error' };

/** Whether a bill is paid, or on the account of an organisation or insurer with nothing to collect from the patient. */
export function BillStatus({ bill: { status, totals } }: { bill: Pick<Bill, 'status' | 'totals'> }) {
  return <StateBadge tone={tones[status]}>{statusText({ status, totals })}</StateBadge>;
}

/** The status of a bill in a word. */
export function statusText({ status, totals }: Pick<Bill, 'status' | 'totals'>): string {
  const others = (totals.organisation ?? 0) + (totals.insurer ?? 0);
  return status === 'paid' && others > 0 && totals.paid === 0 ? words.bills.onAccount : words.bills.statuses[status];
}
