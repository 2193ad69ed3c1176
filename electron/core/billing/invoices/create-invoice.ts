import { addDays } from '../../../../shared/billing/ageing.ts';
import {
  type CreateInvoice,
  type InvoicePeriod,
  mostItems,
  settleInvoice,
} from '../../../../shared/billing/invoice.ts';
import { formatMoney, sumAmounts } from '../../../../shared/billing/money.ts';
import type { Bill, BillingDocument, CreditNote, Invoice, InvoiceItem } from '../../../../shared/billing/schema.ts';
import type { Organisation } from '../../../../shared/directory/schema.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import { civilMoment } from '../../../../shared/patients/age.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type ScopedReads, type Session } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { instantRange, isBill } from '../queries.ts';

/** What an invoice of a period would hold. */
export interface InvoicePreview {
  organisationName: string;
  currency: string;
  items: InvoiceItem[];
  total: number;
  /** When it would be due. */
  dueOn: string;
}

/** Days to pay where the organisation has none of its own. */
const usualPaymentDays = 30;

/**
 * What an organisation owes of its bills of a period that stand on no invoice yet, less credit notes on these or on bills
 * invoiced before. Nothing is written. Six statements, whatever the period.
 */
export function previewInvoice(kernel: Kernel, reads: ScopedReads, input: InvoicePeriod): InvoicePreview {
  const { organisation, items, errors, currency } = plan(reads, input);
  refuseIfInvalid(errors);
  const today = civilMoment(new Date(kernel.clock.now()), centreOf(reads).timeZone).slice(0, 10);
  return {
    organisationName: organisation?.name ?? '',
    ...{ currency, items },
    total: sumAmounts(items.map(({ amount }) => amount)),
    dueOn: addDays(today, organisation?.paymentDays ?? usualPaymentDays),
  };
}

/**
 * Makes the invoice that was looked at: its number, and on each bill and credit note that it stands on it, in one commit, so
 * that none is asked for twice. Refused when the total is not that of the preview any more. Nine statements.
 */
export function createInvoice(kernel: Kernel, session: Session, input: CreateInvoice): Stored<Invoice> {
  requirePermission(session, 'invoice.manage');
  return kernel.change(session, (work) => {
    const { timeZone, locale } = centreOf(work);
    const { organisation, documents, items, errors, currency } = plan(work, input);
    const total = sumAmounts(items.map(({ amount }) => amount));
    refuseIfInvalid([...errors, ...(errors.length === 0 ? totalErrors(total, input.total) : [])]);
    const station = kernel.station();
    const registeredOn = civilMoment(new Date(work.now), timeZone).slice(0, 10);
    const content = { items, payments: [] };
    const invoice = work.insert<'billing', Invoice>('billing', {
      kind: 'invoice',
      number: `${station.prefix}-I${String(work.nextNumber('invoice')).padStart(5, '0')}`,
      organisationId: input.organisationId,
      branchId: station.branchId,
      registeredAt: work.now,
      registeredOn,
      period: { from: input.from, to: input.to },
      agedFrom: addDays(registeredOn, organisation?.paymentDays ?? usualPaymentDays),
      currency,
      ...content,
      ...settleInvoice(content),
    });
    work.updateMany<'billing', Bill | CreditNote>(
      'billing',
      documents.map((current) => ({ current, change: { invoiceId: invoice.id } })),
    );
    work.record('invoice.created', {
      values: {
        number: invoice.number,
        organisation: organisation?.name ?? '',
        bills: items.filter(({ amount }) => amount > 0).length,
        total: formatMoney({ amount: total, currency }, locale),
      },
      subject: { collection: 'billing', id: invoice.id },
    });
    return invoice;
  });
}

interface Plan {
  readonly organisation: Stored<Organisation> | undefined;
  readonly documents: Stored<Bill | CreditNote>[];
  readonly items: InvoiceItem[];
  readonly errors: FieldError[];
  readonly currency: string;
}

function plan(reads: ScopedReads, input: InvoicePeriod): Plan {
  const { currency, timeZone } = centreOf(reads);
  const { from, to } = instantRange(input, timeZone);
  const entry = reads.get('directory', input.organisationId);
  const organisation = entry?.kind === 'organisation' ? entry : undefined;
  const own = { organisationId: { $eq: input.organisationId }, invoiceId: { $exists: false } };
  const bills = reads
    .find('billing', {
      selector: { kind: { $eq: 'bill' }, ...own, registeredAt: { $gte: from, $lt: to } },
      sort: [{ registeredAt: 'asc' }],
      limit: mostItems + 1,
    })
    .filter(isBill)
    .filter((bill) => (bill.totals.organisation ?? 0) > 0 && bill.currency === currency);
  const documents = [...bills, ...creditNotes(reads, own, bills, currency)];
  const patients = reads.mapOf(
    'patients',
    documents.map(({ patientId }) => patientId),
  );
  const items = documents.map((document): InvoiceItem => {
    const { id, number, registeredOn: on, lines, patientId } = document;
    const tests = lines.map((line) => line.testCode).join(', ');
    return {
      ...{ id, number, on, patientName: patients.get(patientId)?.fullName ?? '', tests: tests.slice(0, 1000) },
      amount: document.kind === 'bill' ? (document.totals.organisation ?? 0) : -document.total,
    };
  });
  return { organisation, documents, items, currency, errors: planErrors(organisation, items) };
}

/** Credit notes to the organisation that no invoice took off yet, on bills that are on this one or on one before. */
function creditNotes(
  reads: ScopedReads,
  own: { organisationId: { $eq: string }; invoiceId: { $exists: boolean } },
  bills: readonly Stored<Bill>[],
  currency: string,
): Stored<CreditNote>[] {
  const notes = reads
    .find('billing', { selector: { kind: { $eq: 'creditNote' }, ...own }, sort: [{ registeredAt: 'asc' }] })
    .filter(isCreditNote)
    .filter((note) => note.to === 'organisation' && note.currency === currency);
  const onThis = new Set(bills.map(({ id }) => id));
  const others = reads.mapOf(
    'billing',
    notes.map(({ billId }) => billId),
  );
  return notes.filter(({ billId }) => {
    const bill = others.get(billId);
    return onThis.has(billId) || (bill?.kind === 'bill' && bill.invoiceId !== undefined);
  });
}

function isCreditNote(document: Stored<BillingDocument>): document is Stored<CreditNote> {
  return document.kind === 'creditNote';
}

function planErrors(organisation: Organisation | undefined, items: readonly InvoiceItem[]): FieldError[] {
  if (!organisation) {
    const message = 'There is no such organisation';
    return [{ field: 'organisationId', code: 'organisation.missing', message, remedy: 'Choose one from the list.' }];
  }
  if (items.length <= mostItems) return [];
  const message = `An invoice holds at most ${mostItems} bills`;
  return [{ field: 'to', code: 'invoice.tooLong', message, remedy: 'Choose a shorter period.' }];
}

function totalErrors(total: number, shown: number): FieldError[] {
  if (total <= 0) {
    const message = 'The organisation owes nothing for these days';
    return [{ field: 'to', code: 'invoice.nothing', message, remedy: 'Choose other days.' }];
  }
  if (total === shown) return [];
  const message = 'Bills of these days changed in the meantime';
  return [{ field: 'total', code: 'invoice.moved', message, remedy: 'Look at the new total and make it then.' }];
}
