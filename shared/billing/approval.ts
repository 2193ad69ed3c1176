import { percentOf, sumAmounts } from './money.ts';

/** Lines with the whole discount of each, in minor units. */
interface DiscountedLine {
  readonly price: number;
  readonly discount: number;
}

/** The most a role may take off an amount by itself: its limit in per cent, rounded as money is. */
export function discountAllowance(price: number, limitPercent: number): number {
  return percentOf(price, limitPercent);
}

/**
 * Whether the discounts of a bill are within a role's limit: all of them together within the limit on all prices, and the
 * discount given on a line by itself within the limit on its price.
 * @param ownDiscounts discounts given on single lines, without their share of the bill's
 */
export function withinDiscountLimit(
  lines: readonly DiscountedLine[],
  ownDiscounts: readonly number[],
  limitPercent: number,
): boolean {
  const gross = sumAmounts(lines.map((line) => line.price));
  const total = sumAmounts(lines.map((line) => line.discount));
  if (total > discountAllowance(gross, limitPercent)) return false;
  return lines.every((line, index) => (ownDiscounts[index] ?? 0) <= discountAllowance(line.price, limitPercent));
}
