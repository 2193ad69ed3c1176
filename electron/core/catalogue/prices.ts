import { type PriceChain, type PriceListCodes, priceChain } from '../../../shared/billing/prices.ts';
import type { PriceList } from '../../../shared/catalogue/documents.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/**
 * The price lists that concern an order, in the laboratory's currency and in force on a day, the nearest first. One statement
 * where the standard list is called `STANDARD`, otherwise two.
 */
export function priceChainOf(reads: ScopedReads, codes: PriceListCodes, on: string | undefined): PriceChain {
  const { currency } = centreOf(reads);
  const named = [...new Set(['STANDARD', ...Object.values(codes).filter((code) => code !== undefined)])];
  const chain = priceChain(listsOf(reads, { code: { $in: named } }), codes, currency, on);
  if (chain.some(({ list }) => list === 'STANDARD')) return chain;
  // Which list is the standard one then follows from all of them.
  return priceChain(listsOf(reads, {}), codes, currency, on);
}

/** The prices of tests by code in the laboratory's standard list, in minor units of its currency; empty when there is none. */
export function standardPrices(reads: ScopedReads, on: string | undefined): Map<string, number> {
  return pricesOf(priceChainOf(reads, {}, on), 'test');
}

/** The prices of one kind in the standard list of a chain, by code. */
export function pricesOf(chain: PriceChain, kind: 'test' | 'profile'): Map<string, number> {
  const amounts = chain.find(({ source }) => source === 'standard')?.amounts ?? new Map<string, number>();
  const prefix = `${kind}/`;
  return new Map(
    [...amounts].flatMap(([key, amount]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), amount]] : [])),
  );
}

function listsOf(reads: ScopedReads, selector: { code?: { $in: string[] } }): Stored<PriceList>[] {
  return reads.find('catalogue', {
    selector: { kind: { $eq: 'priceList' }, ...selector },
  }) as unknown as Stored<PriceList>[];
}
