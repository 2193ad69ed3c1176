import type { BillStatus } from '../../../shared/billing/schema.ts';
import type { Tone } from '../../ui/status-dot.tsx';

/** What the state of an invoice means. */
export const invoiceTones: Record<BillStatus, Tone> = { open: 'off', partPaid: 'busy', paid: 'ok', cancelled: 'error' };
