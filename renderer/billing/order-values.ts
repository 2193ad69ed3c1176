import type { CreateBill, QuoteOrder } from '../../shared/billing/order-input.ts';
import type { PaymentMethod } from '../../shared/billing/schema.ts';
import type { Format } from '../app/format.ts';
import { words } from '../words/index.ts';

/** An order as typed. */
export interface OrderValues {
  patientId: string;
  testIds: string[];
  discountKind: 'percent' | 'amount';
  discount: string;
  discountReason: string;
  referrerId: string;
  organisationId: string;
  method: PaymentMethod;
  received: string;
  reference: string;
}

/** An order with nothing in it yet. */
export const emptyOrder: OrderValues = {
  patientId: '',
  testIds: [],
  discountKind: 'percent',
  discount: '',
  discountReason: '',
  referrerId: '',
  organisationId: '',
  method: 'cash',
  received: '',
  reference: '',
};

/** The typed money and percentage; null where the text is neither. Empty text is nothing: undefined. */
export interface OrderAmounts {
  readonly discount: { percent: string } | { amount: number } | null | undefined;
  readonly received: number | null | undefined;
}

/** Reads what was typed into the fields of numbers. */
export function amountsOf(values: OrderValues, format: Format): OrderAmounts {
  return { discount: discountOf(values, format), received: moneyOf(values.received, format) };
}

function discountOf({ discount, discountKind }: OrderValues, format: Format): OrderAmounts['discount'] {
  const text = discount.trim();
  if (text === '') return undefined;
  if (discountKind === 'amount') {
    const amount = moneyOf(text, format);
    return typeof amount === 'number' ? { amount } : null;
  }
  const percent = text.replace(',', '.');
  return /^\d{1,3}(\.\d{1,4})?$/.test(percent) && Number(percent) <= 100 ? { percent } : null;
}

function moneyOf(text: string, format: Format): number | null | undefined {
  if (text.trim() === '') return undefined;
  const amount = format.readMoney(text);
  return amount === null || amount < 0 ? null : amount;
}

/** The order for pricing; undefined while there is nothing to price. */
export function quoteOf(values: OrderValues, { discount }: OrderAmounts): QuoteOrder | undefined {
  if (values.testIds.length === 0) return undefined;
  return {
    ...orderOf(values),
    // The price is shown before the reason is typed; saving asks for it.
    discount: discount
      ? { ...discount, reason: values.discountReason.trim() || words.orders.reasonPending }
      : undefined,
  };
}

/**
 * The order for saving. Cash above what is due is change, not payment.
 * @param net what is to pay, in minor units
 */
export function createOf(values: OrderValues, { discount, received }: OrderAmounts, net: number): CreateBill {
  const amount = Math.min(received ?? 0, values.method === 'cash' ? net : Number.POSITIVE_INFINITY);
  return {
    ...orderOf(values),
    patientId: values.patientId,
    discount: discount ? { ...discount, reason: values.discountReason.trim() } : undefined,
    payment:
      amount > 0 ? { method: values.method, amount, reference: values.reference.trim() || undefined } : undefined,
  };
}

function orderOf(values: OrderValues) {
  return {
    patientId: values.patientId || undefined,
    lines: values.testIds.map((testId) => ({ testId })),
    diagnoses: [],
    referrerId: values.referrerId || undefined,
    organisationId: values.organisationId || undefined,
  };
}

/** What stands in the way of saving, each at its field. */
export function problemsOf(values: OrderValues, { discount, received }: OrderAmounts): Record<string, string> {
  return {
    ...(values.patientId === '' ? { patientId: words.orders.choosePatient } : {}),
    ...(values.testIds.length === 0 ? { lines: words.orders.chooseTest } : {}),
    ...(discount === null
      ? { discount: values.discountKind === 'percent' ? words.orders.notAPercentage : words.orders.notAnAmount }
      : {}),
    ...(received === null ? { received: words.orders.notAnAmount } : {}),
  };
}

/** The form's field for an error of the API. */
export function fieldOf(apiField: string): string {
  if (apiField === 'discount.reason') return 'discountReason';
  if (apiField.startsWith('discount')) return 'discount';
  if (apiField === 'payment.amount' || apiField === 'payment') return 'received';
  if (apiField === 'payment.reference') return 'reference';
  return apiField.startsWith('lines') ? 'lines' : apiField;
}
