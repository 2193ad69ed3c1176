import { tillAccount } from '../../../shared/billing/balances.ts';
import { formatMoney, sumAmounts } from '../../../shared/billing/money.ts';
import type { CloseDay } from '../../../shared/billing/order-input.ts';
import { type DayClose, type PaymentMethod, paymentMethodSchema } from '../../../shared/billing/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import {
  type Kernel,
  keysetPage,
  notFound,
  refuseIfInvalid,
  requirePermission,
  type ScopedReads,
  type Session,
} from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/** What a person should have in the till of this station: money taken less money given back since the last close. */
export interface Till {
  currency: string;
  since?: string;
  expected: { method: PaymentMethod; amount: number }[];
}

/** The till of a session's person at this station; two statements, whatever was taken. Cash is always there to be counted. */
export function tillOf(reads: ScopedReads, session: Session): Till {
  const { currency } = centreOf(reads);
  const prefix = tillAccount(session.stationId, session.actorId, currency);
  const held = new Map(
    reads
      .balancesBetween('billing', prefix, `${prefix}\u{ffff}`)
      .map(({ account, amount }) => [account.slice(prefix.length), amount]),
  );
  const expected = paymentMethodSchema.options
    .map((method) => ({ method, amount: held.get(method) ?? 0 }))
    .filter(({ method, amount }) => method === 'cash' || amount !== 0);
  return { currency, since: lastCloseOf(reads, session)?.registeredAt, expected };
}

function lastCloseOf(reads: ScopedReads, session: Session): Stored<DayClose> | undefined {
  const [last] = reads.find('billing', {
    selector: {
      kind: { $eq: 'dayClose' },
      createdBy: { $eq: session.actorId },
      stationId: { $eq: session.stationId },
    },
    sort: [{ registeredAt: 'desc' }],
    limit: 1,
  });
  return last?.kind === 'dayClose' ? last : undefined;
}

/**
 * Closes the till of the session's person: what entries say beside what was counted, the difference with its reason. Refused
 * when money moved since the screen showed what is expected. The till begins at nothing again. Never changed afterwards.
 */
export function closeDay(kernel: Kernel, session: Session, input: CloseDay): Stored<DayClose> {
  requirePermission(session, 'bill.pay');
  return kernel.change(session, (work) => {
    const { timeZone, locale } = centreOf(work);
    const till = tillOf(work, session);
    const difference = sumAmounts(input.counted.map(({ counted, expected }) => counted - expected));
    refuseIfInvalid(closeErrors(till, input));
    const station = kernel.station();
    const close = work.insert<'billing', DayClose>('billing', {
      kind: 'dayClose',
      number: `${station.prefix}-D${String(work.nextNumber('dayClose')).padStart(5, '0')}`,
      staffId: session.actorId,
      staffName: session.actorName,
      branchId: station.branchId,
      registeredAt: work.now,
      registeredOn: civilMoment(new Date(work.now), timeZone).slice(0, 10),
      since: till.since,
      currency: till.currency,
      sums: input.counted,
      denominations: input.denominations.filter(({ count }) => count > 0).toSorted((a, b) => b.value - a.value),
      difference,
      reason: input.reason || undefined,
    });
    const text = (amount: number) => formatMoney({ amount, currency: till.currency }, locale);
    work.record('day.closed', {
      values: {
        number: close.number,
        name: session.actorName,
        counted: text(sumAmounts(input.counted.map(({ counted }) => counted))),
        difference: text(difference),
      },
      subject: { collection: 'billing', id: close.id },
    });
    return close;
  });
}

function closeErrors(till: Till, { counted, denominations, reason }: CloseDay): FieldError[] {
  const errors: FieldError[] = [];
  const expected = new Map(till.expected.map(({ method, amount }) => [method, amount]));
  counted.forEach(({ method, expected: shown }, index) => {
    const field = `counted.${index}`;
    if (counted.findIndex((one) => one.method === method) < index) {
      errors.push({ field, code: 'method.twice', message: 'This method stands twice' });
    } else if (shown !== (expected.get(method) ?? 0)) {
      const message = 'Money was taken or given back in the meantime';
      errors.push({ field, code: 'till.moved', message, remedy: 'Look at the new amount and count again.' });
    }
  });
  const missing = till.expected.filter(({ method }) => !counted.some((one) => one.method === method));
  if (missing.length > 0) {
    const message = `Not counted: ${missing.map(({ method }) => method).join(', ')}`;
    errors.push({ field: 'counted', code: 'method.missing', message, remedy: 'Count every method.' });
  }
  const cash = counted.find(({ method }) => method === 'cash');
  const notes = denominations.reduce((sum, { value, count }) => sum + value * count, 0);
  if (denominations.some(({ count }) => count > 0) && notes !== cash?.counted) {
    const message = 'Notes and coins do not add up to the cash that was counted';
    errors.push({ field: 'denominations', code: 'cash.sum', message, remedy: 'Count again.' });
  }
  // Too much card money does not make good for missing cash: each method is explained.
  if (counted.some((one) => one.counted !== one.expected) && (reason ?? '').length < 3) {
    errors.push({ field: 'reason', code: 'reason', message: 'Say where the difference comes from' });
  }
  return errors;
}

/** A page of day closes, the newest first. One statement. */
export function listCloses(reads: ScopedReads, page: PageInput): Page<Stored<DayClose>> {
  const { rows, nextCursor } = keysetPage(reads, 'billing', { kind: { $eq: 'dayClose' } }, 'registeredAt', page);
  return { rows: rows.filter((row): row is Stored<DayClose> => row.kind === 'dayClose'), nextCursor };
}

/** A day close by id. */
export function needClose(reads: ScopedReads, id: string): Stored<DayClose> {
  const close = reads.need('billing', id);
  if (close.kind !== 'dayClose') throw notFound('billing', id);
  return close;
}
