import type { CreateBill, PaymentInput, QuoteOrder } from '../../../shared/billing/order-input.ts';
import type { EntryMethod } from '../../../shared/billing/schema.ts';
import type { Format } from '../../app/format.ts';
import { words } from '../../words/index.ts';
import type { TestChoice } from './use-found-tests.ts';

/** A test or profile on the order as it was found, with the discount typed on its line in money. */
export interface OrderItem extends Pick<TestChoice, 'kind' | 'id' | 'code' | 'name' | 'typeName' | 'tests'> {
  discount: string;
}

/** A payment already entered; amounts in minor units. */
export type TakenPayment = PaymentInput;

/** An order as typed. */
export interface OrderValues {
  patientId: string;
  items: OrderItem[];
  discountKind: 'percent' | 'amount';
  discount: string;
  discountReason: string;
  referrerId: string;
  organisationId: string;
  policyNumber: string;
  diagnoses: { code: string; title: string }[];
  /** Who is pregnant, so that it is not said of a patient chosen later; and completed weeks, or empty. */
  pregnancy?: { patientId: string; weeks: string };
  /** Payments entered before the one that is being typed. */
  taken: TakenPayment[];
  method: EntryMethod;
  received: string;
  reference: string;
}

/** An order with nothing in it yet. */
export const emptyOrder: OrderValues = {
  patientId: '',
  items: [],
  discountKind: 'percent',
  discount: '',
  discountReason: '',
  referrerId: '',
  organisationId: '',
  policyNumber: '',
  diagnoses: [],
  taken: [],
  method: 'cash',
  received: '',
  reference: '',
};

/** The typed money and percentage; null where the text is neither. Empty text is nothing: undefined. */
export interface OrderAmounts {
  readonly discount: { percent: string } | { amount: number } | null | undefined;
  readonly received: number | null | undefined;
  /** Of each item. */
  readonly lines: readonly (number | null | undefined)[];
}

/** Discounts as typed: of each test, and of all together. */
export type DiscountValues = Pick<OrderValues, 'items' | 'discountKind' | 'discount' | 'discountReason'>;

/** The discounts of an order. */
export type DiscountAmounts = Pick<OrderAmounts, 'discount' | 'lines'>;

/** Reads what was typed into the fields of numbers. */
export function amountsOf(values: OrderValues, format: Format): OrderAmounts {
  return { ...discountsOf(values, format), received: moneyOf(values.received, format) };
}

/** Reads what was typed into the fields of discounts. */
export function discountsOf(values: DiscountValues, format: Format): DiscountAmounts {
  return {
    discount: discountOf(values, format),
    lines: values.items.map((item) => moneyOf(item.discount, format)),
  };
}

function discountOf({ discount, discountKind }: DiscountValues, format: Format): OrderAmounts['discount'] {
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

/** Whether anything is taken off, which needs a reason. */
export function isDiscounted({ discount, lines }: DiscountAmounts): boolean {
  return Boolean(discount) || lines.some((amount) => (amount ?? 0) > 0);
}

/** The order for pricing; undefined while there is nothing to price. */
export function quoteOf(values: OrderValues, amounts: OrderAmounts): QuoteOrder | undefined {
  if (values.items.length === 0) return undefined;
  // The price is shown before the reason is typed; saving asks for it.
  return orderOf(values, amounts, values.discountReason.trim() || words.orders.reasonPending);
}

/**
 * The order for saving. Cash above what is due is change, not payment.
 * @param due what the patient has to pay, in minor units
 */
export function createOf(values: OrderValues, amounts: OrderAmounts, due: number): CreateBill {
  const order = orderOf(values, amounts, values.discountReason.trim());
  const payments = paymentsOf(values, amounts, due);
  return { ...order, patientId: values.patientId, payments: payments.length > 0 ? payments : undefined };
}

/** What is taken: the payments entered before, and the one being typed. */
export function paymentsOf(values: OrderValues, { received }: OrderAmounts, due: number): TakenPayment[] {
  const left = due - takenSum(values);
  const cash = values.method === 'cash';
  const amount = Math.min(received ?? 0, cash ? left : Number.POSITIVE_INFINITY);
  if (amount <= 0) return values.taken;
  const tendered = cash && (received ?? 0) > amount ? (received ?? undefined) : undefined;
  const reference = cash ? undefined : values.reference.trim() || undefined;
  return [...values.taken, { method: values.method, amount, reference, tendered }];
}

/** The payments entered before the one being typed, together. */
export function takenSum({ taken }: OrderValues): number {
  return taken.reduce((sum, payment) => sum + payment.amount, 0);
}

/** Tests with their discounts, as the core takes them. */
export function linesOf({ items }: DiscountValues, amounts: DiscountAmounts, reason: string) {
  return {
    lines: items.map(({ kind, id }, index) => ({
      ...(kind === 'test' ? { testId: id } : { profileId: id }),
      discount: amounts.lines[index] ?? undefined,
    })),
    discount: isDiscounted(amounts) ? { ...amounts.discount, reason } : undefined,
  };
}

function pregnancyOf({ patientId, pregnancy }: OrderValues): QuoteOrder['pregnancy'] {
  if (!pregnancy || patientId === '' || pregnancy.patientId !== patientId) return undefined;
  return pregnancy.weeks === '' ? {} : { weeks: Number(pregnancy.weeks) };
}

function orderOf(values: OrderValues, amounts: OrderAmounts, reason: string) {
  return {
    patientId: values.patientId || undefined,
    ...linesOf(values, amounts, reason),
    diagnoses: values.diagnoses,
    referrerId: values.referrerId || undefined,
    organisationId: values.organisationId || undefined,
    policyNumber: values.policyNumber || undefined,
    pregnancy: pregnancyOf(values),
  };
}

/** What stands in the way of saving, each at its field. */
export function problemsOf(values: OrderValues, amounts: OrderAmounts): Record<string, string> {
  return {
    ...(values.patientId === '' ? { patientId: words.orders.choosePatient } : {}),
    ...(values.items.length === 0 ? { lines: words.orders.chooseTest } : {}),
    ...discountProblems(values, amounts),
    ...(amounts.received === null ? { received: words.orders.notAnAmount } : {}),
  };
}

/** What of the discounts is not a number. */
export function discountProblems(
  { discountKind }: DiscountValues,
  { discount, lines }: DiscountAmounts,
): Record<string, string> {
  return {
    ...(lines.includes(null) ? { lines: words.orders.lineNotAnAmount } : {}),
    ...(discount === null
      ? { discount: discountKind === 'percent' ? words.orders.notAPercentage : words.orders.notAnAmount }
      : {}),
  };
}

/** The form's field for an error of the API. */
export function fieldOf(apiField: string): string {
  if (apiField === 'discount.reason') return 'discountReason';
  if (apiField.startsWith('discount')) return 'discount';
  if (apiField.endsWith('.reference')) return 'reference';
  if (apiField.startsWith('payment')) return 'received';
  if (apiField.startsWith('diagnoses')) return 'diagnoses';
  return apiField.startsWith('lines') ? 'lines' : apiField;
}
