import { percentOf, sumAmounts } from './money.ts';
import type { Coverage } from './schema.ts';

/** A line as coverage sees it. */
interface CoveredLine {
  readonly price: number;
  readonly discount: number;
  readonly notCovered?: boolean;
}

/**
 * What the insurer pays of a bill, in minor units: its share of the covered lines after discount with their tax, rounded
 * once (`roundMinor`), at most `coverageLimit`, and so that the patient pays at least `copay`, or the whole bill where that is
 * less. Never negative, never more than the bill.
 * @param net the whole bill: gross − discount + tax
 */
export function insurerShare(
  lines: readonly CoveredLine[],
  taxPercent: number | string,
  net: number,
  { coveragePercent, copay = 0, coverageLimit }: Pick<Coverage, 'coveragePercent' | 'copay' | 'coverageLimit'>,
): number {
  const covered = sumAmounts(lines.filter((line) => !line.notCovered).map((line) => line.price - line.discount));
  // Tax is rounded once for the bill, so that of a part may be one unit more than the whole.
  const withTax = Math.min(covered + percentOf(covered, taxPercent), net);
  const share = percentOf(withTax, coveragePercent);
  const most = Math.min(coverageLimit ?? Number.POSITIVE_INFINITY, net - Math.min(copay, net));
  return Math.max(0, Math.min(share, most));
}
