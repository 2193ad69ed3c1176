import type { z } from 'zod';
import type { FieldError } from '../kernel/errors.ts';
import { type Discount, spreadDiscount, sumAmounts } from './money.ts';
import type { orderDiscountSchema } from './order-input.ts';

/** A line as priced, before the bill's discount is spread over it. Minor units. */
export interface PricedLine {
  readonly price: number;
  /** Discount of this line alone. */
  readonly discount?: number;
}

export type OrderDiscount = z.infer<typeof orderDiscountSchema>;

/**
 * All that is wrong with the discounts of an order; empty when nothing is. A line's discount is at most its price, the
 * bill's at most what the lines leave, and every discount has a reason.
 * @param lines in the order of the input; undefined where a line has no price, for another reason
 */
export function discountErrors(
  lines: readonly (PricedLine | undefined)[],
  discount: OrderDiscount | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  lines.forEach((line, index) => {
    if ((line?.discount ?? 0) <= (line?.price ?? Number.POSITIVE_INFINITY)) return;
    errors.push({
      field: `lines.${index}.discount`,
      code: 'discount.abovePrice',
      message: 'The discount is more than the price',
      remedy: 'Lower the discount.',
    });
  });
  if (discount?.percent !== undefined && discount.amount !== undefined) {
    errors.push({
      field: 'discount.percent',
      code: 'discount.twoForms',
      message: 'The discount is given both as a percentage and as an amount',
      remedy: 'Clear one of the two.',
    });
  }
  const known = lines.filter((line) => line !== undefined);
  const left = sumAmounts(known.map((line) => line.price - (line.discount ?? 0)));
  if (known.length === lines.length && (discount?.amount ?? 0) > Math.max(0, left)) {
    errors.push({
      field: 'discount.amount',
      code: 'discount.aboveBill',
      message: 'The discount is more than the bill',
      remedy: 'Lower the discount.',
    });
  }
  if (hasDiscount(known, discount) && !discount?.reason) {
    errors.push({
      field: 'discount.reason',
      code: 'discount.reason',
      message: 'A discount needs a reason',
      remedy: 'Say in a few words why it is given.',
    });
  }
  return errors;
}

/** Whether anything is taken off. */
export function hasDiscount(lines: readonly { discount?: number }[], discount: OrderDiscount | undefined): boolean {
  const ofBill = Number(discount?.percent ?? 0) > 0 || (discount?.amount ?? 0) > 0;
  return ofBill || lines.some((line) => (line.discount ?? 0) > 0);
}

/**
 * Each line's whole discount in minor units: its own, and its share of the bill's, which is worked out on what the lines'
 * own discounts leave. Only for an order without `discountErrors`.
 */
export function lineDiscounts(lines: readonly PricedLine[], discount: OrderDiscount | undefined): number[] {
  const own = lines.map((line) => line.discount ?? 0);
  const left = lines.map((line, index) => line.price - (own[index] ?? 0));
  const ofBill = billDiscount(discount);
  const spread = ofBill ? spreadDiscount(left, ofBill) : [];
  return own.map((amount, index) => amount + (spread[index] ?? 0));
}

function billDiscount(discount: OrderDiscount | undefined): Discount | undefined {
  if (discount?.percent !== undefined) return { percent: discount.percent };
  if (discount?.amount !== undefined) return { amount: discount.amount };
  return undefined;
}
