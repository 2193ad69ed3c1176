import { isActive } from '../../../shared/catalogue/active.ts';
import type { PriceList } from '../../../shared/catalogue/documents.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/**
 * The prices of tests by code in the laboratory's standard list, in minor units of its currency: the list in that currency
 * that is in force and was made first. Empty when there is none.
 */
export function standardPrices(reads: ScopedReads, on: string | undefined): Map<string, number> {
  const { currency } = centreOf(reads);
  const lists = reads.find('catalogue', { selector: { kind: { $eq: 'priceList' } } }) as Stored<PriceList>[];
  const [standard] = lists
    .filter((list) => list.currency === currency && isActive(list, on))
    .toSorted((a, b) => (a.createdAt === b.createdAt ? order(a.id, b.id) : order(a.createdAt, b.createdAt)));
  const prices = standard?.prices.filter((price) => price.kind === 'test') ?? [];
  return new Map(prices.map((price) => [price.code, price.amount]));
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}
