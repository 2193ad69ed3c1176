import { isActive } from '../catalogue/active.ts';
import type { PriceListShape } from '../catalogue/schema.ts';
import { allocate } from './money.ts';
import { type PriceSource, priceSourceSchema } from './schema.ts';

/** Codes of the price lists that concern an order, where somebody has a list of their own. */
export interface PriceListCodes {
  readonly insuranceGroup?: string;
  readonly insurer?: string;
  readonly organisation?: string;
  readonly branch?: string;
}

/** A price with where it comes from. */
export interface Price {
  /** Minor units. */
  readonly amount: number;
  /** Code of the price list; empty: a package's own price. */
  readonly list: string;
  readonly source: PriceSource;
}

/** Price lists in force for an order, the nearest first. */
export type PriceChain = readonly {
  readonly source: PriceSource;
  readonly list: string;
  /** Amounts by `kind/code`. */
  readonly amounts: ReadonlyMap<string, number>;
}[];

type Edition = PriceListShape & { readonly id: string; readonly createdAt: string };

/**
 * The lists that price an order on a day, the nearest first: insurance group, insurer, organisation, branch, standard. Of a
 * list's editions that are in force the highest version counts, of those the latest to begin. Lists in another currency are
 * not there.
 * @param lists all price lists of the catalogue
 * @param on the day in the lab's time zone; without it the editions that have no end
 */
export function priceChain(
  lists: readonly Edition[],
  codes: PriceListCodes,
  currency: string,
  on: string | undefined,
): PriceChain {
  const inCurrency = lists.filter((list) => list.currency === currency);
  const active = inCurrency.filter((list) => isActive(list, on));
  const steps: readonly [PriceSource, string | undefined][] = [
    ['insuranceGroup', codes.insuranceGroup],
    ['insurer', codes.insurer],
    ['organisation', codes.organisation],
    ['branch', codes.branch],
    ['standard', standardCode(inCurrency, active)],
  ];
  const seen = new Set<string>();
  return steps.flatMap(([source, code]) => {
    const edition = active.filter((list) => list.code === code).toSorted(newestFirst)[0];
    if (!edition || seen.has(edition.code)) return [];
    seen.add(edition.code);
    const amounts = new Map(edition.prices.map((price) => [`${price.kind}/${price.code}`, price.amount]));
    return [{ source, list: edition.code, amounts }];
  });
}

/** The laboratory's own list: `STANDARD`, or else the one that was made first of those in force. */
function standardCode(all: readonly Edition[], active: readonly Edition[]): string | undefined {
  const [first] = all.toSorted(oldestFirst);
  const inForce = (code: string | undefined) => active.some((list) => list.code === code);
  if (inForce('STANDARD')) return 'STANDARD';
  if (inForce(first?.code)) return first?.code;
  return active.toSorted(oldestFirst)[0]?.code;
}

function oldestFirst(a: Edition, b: Edition): number {
  return `${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? -1 : 1;
}

function newestFirst(a: Edition, b: Edition): number {
  const byVersion = (b.version ?? 0) - (a.version ?? 0);
  if (byVersion !== 0) return byVersion;
  if (a.activeFrom !== b.activeFrom) return (a.activeFrom ?? '') > (b.activeFrom ?? '') ? -1 : 1;
  return oldestFirst(b, a);
}

/** The price of a test or profile as such: the nearest list that names it; undefined where none does. */
export function priceOf(chain: PriceChain, kind: 'test' | 'profile', code: string): Price | undefined {
  for (const { amounts, list, source } of chain) {
    const amount = amounts.get(`${kind}/${code}`);
    if (amount !== undefined) return { amount, list, source };
  }
  return undefined;
}

/**
 * What the tests of a profile cost when they are ordered with it. A profile with a price (package), on a list or else its own,
 * which counts as one of the standard list, costs that, unless a nearer list prices one of its tests by itself, since the nearer list is the agreement; otherwise each test costs its
 * own price. The package is split over its tests in proportion to their own prices so that the parts add up to it exactly
 * (`allocate`), those without one counting nothing unless all are.
 * @param own the profile's own price in the catalogue, minor units
 * @returns in the order of `testCodes`; undefined for a test without any price
 */
export function profilePrices(
  chain: PriceChain,
  profileCode: string,
  testCodes: readonly string[],
  own: number | undefined,
): (Price | undefined)[] {
  const single = testCodes.map((code) => priceOf(chain, 'test', code));
  const ownPrice: Price | undefined = own === undefined ? undefined : { amount: own, list: '', source: 'standard' };
  const whole = priceOf(chain, 'profile', profileCode) ?? ownPrice;
  const rank = (price: Price) => priceSourceSchema.options.indexOf(price.source);
  const nearer = (price: Price, than: Price) => rank(price) < rank(than);
  if (!whole || testCodes.length === 0) return single;
  if (single.some((price) => price !== undefined && nearer(price, whole))) return single;
  const parts = allocate(
    whole.amount,
    single.map((price) => price?.amount ?? 0),
  );
  return parts.map((amount) => ({ ...whole, amount }));
}
