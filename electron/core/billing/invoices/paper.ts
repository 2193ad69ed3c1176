import { ageBand, daysBetween } from '../../../../shared/billing/ageing.ts';
import { standingItems } from '../../../../shared/billing/invoice.ts';
import type { InvoicePaper } from '../../../../shared/documents/schema.ts';
import { civilMoment } from '../../../../shared/patients/age.ts';
import type { ScopedReads } from '../../kernel/index.ts';
import { letterheadOf, writingOf } from '../../reports/index.ts';
import { centreOf } from '../../setup/index.ts';
import { needInvoice } from './queries.ts';

/**
 * An invoice as printed: its bills, what was paid, and how old what the organisation owes on all its invoices is. Four
 * statements.
 * @param printedAt UTC
 */
export function invoiceDocument(reads: ScopedReads, id: string, printedAt: string): InvoicePaper {
  const invoice = needInvoice(reads, id);
  const centre = centreOf(reads);
  const organisation = reads.need('directory', invoice.organisationId);
  const { number, status, cancelReason, registeredAt, period, agedFrom: dueOn, currency, totals, payments } = invoice;
  return {
    kind: 'invoice',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    organisation: organisation.kind === 'organisation' ? organisation.name : '',
    address: organisation.kind === 'organisation' ? organisation.address : undefined,
    ...{ number, status, cancelReason, registeredAt, period, dueOn, currency, totals },
    items: (status === 'cancelled' ? invoice.items : standingItems(invoice)).map(({ id: _, ...item }) => item),
    payments: payments.map(({ kind, at, method, amount, reference }) => ({ kind, at, method, amount, reference })),
    ageing: ageing(
      reads,
      invoice.organisationId,
      currency,
      civilMoment(new Date(printedAt), centre.timeZone).slice(0, 10),
    ),
  };
}

/** The organisation's unpaid invoices by age. An organisation has a dozen a year. */
function ageing(reads: ScopedReads, organisationId: string, currency: string, today: string): InvoicePaper['ageing'] {
  const bands = { '0-30': 0, '31-60': 0, '61-90': 0, '90+': 0 };
  const unpaid = reads.find('billing', {
    selector: {
      kind: { $eq: 'invoice' },
      organisationId: { $eq: organisationId },
      status: { $in: ['open', 'partPaid'] },
    },
  });
  for (const one of unpaid) {
    if (one.kind === 'invoice' && one.currency === currency) {
      bands[ageBand(daysBetween(one.agedFrom, today))] += one.totals.due;
    }
  }
  return bands;
}
