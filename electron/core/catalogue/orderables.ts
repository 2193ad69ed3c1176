import { isActive } from '../../../shared/catalogue/active.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { allOf } from './catalogue-of.ts';
import { priceChainOf, pricesOf } from './prices.ts';

/** A test or profile as the order screen finds it. */
export interface Orderable {
  kind: 'test' | 'profile';
  id: string;
  code: string;
  name: string;
  aliases: string[];
  /** What is drawn, in words; of a profile, how many tests it is. */
  typeName: string;
  /** Codes of the tests: one, or those of the profile. */
  tests: string[];
  /** In the standard list, minor units; absent: not for sale, or a profile that costs the sum of its tests. */
  price?: number;
}

/** Every test and profile in force on a day with its standard price. Five statements, whatever the catalogue. */
export function orderables(reads: ScopedReads, on: string): Orderable[] {
  const types = new Map(allOf(reads, 'specimenType').map((type) => [type.code, type.name]));
  const chain = priceChainOf(reads, {}, on);
  const testPrices = pricesOf(chain, 'test');
  const profilePrices = pricesOf(chain, 'profile');
  const tests = allOf(reads, 'test').filter((test) => isActive(test, on));
  const known = new Set(tests.map((test) => test.code));
  const profiles = allOf(reads, 'profile').filter(
    (profile) => isActive(profile, on) && profile.tests.every((code) => known.has(code)),
  );
  const sumOf = (codes: readonly string[]) => {
    const amounts = codes.map((code) => testPrices.get(code));
    return amounts.reduce((sum: number | undefined, amount) => {
      return sum === undefined || amount === undefined ? undefined : sum + amount;
    }, 0);
  };
  return [
    ...tests.map(({ id, code, name, aliases, specimenType }): Orderable => {
      const typeName = types.get(specimenType) ?? specimenType;
      return { kind: 'test', id, code, name, aliases, typeName, tests: [code], price: testPrices.get(code) };
    }),
    ...profiles.map(({ id, code, name, aliases, tests: codes }): Orderable => {
      const price = profilePrices.get(code) ?? sumOf(codes);
      return { kind: 'profile', id, code, name, aliases, typeName: '', tests: codes, price };
    }),
  ];
}
