import { spreadDiscount, sumAmounts } from '../../../shared/billing/money.ts';
import { discountErrors, lineDiscounts, type OrderDiscount } from '../../../shared/billing/order.ts';
import type { OrderLine } from '../../../shared/billing/order-input.ts';
import { type Price, type PriceChain, priceOf, profilePrices } from '../../../shared/billing/prices.ts';
import { isActive } from '../../../shared/catalogue/active.ts';
import type { Profile, Test } from '../../../shared/catalogue/documents.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { byCode, type Catalogue, catalogueOf } from '../catalogue/index.ts';
import type { ScopedReads } from '../kernel/index.ts';

/** A test of an order before it is priced: named itself, or by a profile. */
export interface NamedTest {
  /** Place of the line in the input. */
  readonly input: number;
  readonly test: Readonly<Stored<Test>>;
  readonly profile: Readonly<Stored<Profile>> | undefined;
}

/** A test of an order with its price and the discount of the line it came from. */
export interface PricedTest extends NamedTest {
  readonly price: Price | undefined;
}

/** The lines of an order as the catalogue knows them. */
export interface NamedTests {
  readonly named: readonly NamedTest[];
  readonly catalogue: Catalogue;
  readonly errors: FieldError[];
}

/** A line of a checked order. */
export interface OrderedTest {
  readonly test: Readonly<Stored<Test>>;
  readonly profile: Readonly<Stored<Profile>> | undefined;
  readonly price: number;
  readonly priceList: string;
  readonly priceSource: Price['source'];
  readonly discount: number;
  /** Given on the line itself, without its share of the bill's. */
  readonly ownDiscount: number;
}

/** The path of an input line's test for errors. */
export const lineField = (index: number, line: OrderLine | undefined) =>
  `lines.${index}.${line?.profileId === undefined ? 'testId' : 'profileId'}`;

/**
 * The tests that the lines of an order name, profiles expanded. A test that is on the order already, or on the bill, is left out
 * of a profile with its share of the price, and is an error when it is named by itself. Eight statements at most.
 * @param present codes of tests that are on the bill already
 */
export function nameTests(
  reads: ScopedReads,
  lines: readonly OrderLine[],
  today: string,
  present: readonly string[] = [],
): NamedTests {
  const profiles = new Map(
    reads
      .cached(
        'catalogue',
        lines.flatMap(({ profileId }) => profileId ?? []),
      )
      .flatMap((entry) => (entry.kind === 'profile' ? [[entry.id, entry as Readonly<Stored<Profile>>]] : [])),
  );
  const ofProfiles = byCode(reads, 'test', [...new Set([...profiles.values()].flatMap((profile) => profile.tests))]);
  const byTestCode = new Map(ofProfiles.map((test) => [test.code, test]));
  const testIds = [...lines.flatMap(({ testId }) => testId ?? []), ...ofProfiles.map((test) => test.id)];
  const catalogue = catalogueOf(reads, { testIds, on: today });
  const taken = new Set(present);
  const errors: FieldError[] = [];
  const named: NamedTest[] = [];
  for (const [input, line] of lines.entries()) {
    const found = line.profileId === undefined ? namedTest(line) : namedProfile(line.profileId);
    const problems = problemsOf(found, today);
    errors.push(...problems.map((problem) => ({ field: lineField(input, line), ...problem })));
    for (const test of found.tests) {
      taken.add(test.code);
      named.push({ input, test, profile: found.profile });
    }
  }

  function namedTest(line: OrderLine): Found {
    const test = catalogue.testsById.get(line.testId ?? '');
    return { what: 'test', name: test?.name, profile: undefined, tests: test && !taken.has(test.code) ? [test] : [] };
  }

  function namedProfile(id: string): Found {
    const profile = profiles.get(id);
    const tests = (profile?.tests ?? []).flatMap((code) => byTestCode.get(code) ?? []);
    const incomplete = tests.length < (profile?.tests.length ?? 0);
    const left = incomplete ? [] : tests.filter((test) => !taken.has(test.code));
    return { what: 'profile', name: profile?.name, profile, tests: left, incomplete };
  }

  return { named, catalogue, errors };
}

/** What a line of an order names: the tests that it adds. */
interface Found {
  readonly what: 'test' | 'profile';
  /** Absent: there is none. */
  readonly name: string | undefined;
  readonly profile: Readonly<Stored<Profile>> | undefined;
  readonly tests: readonly Readonly<Stored<Test>>[];
  readonly incomplete?: boolean;
}

function problemsOf({ what, name, profile, tests, incomplete }: Found, today: string): Omit<FieldError, 'field'>[] {
  const problem = (code: string, message: string, remedy: string) => ({ code, message, remedy });
  if (name === undefined) {
    return [problem(`${what}.missing`, `There is no such ${what}`, 'Choose one from the list.')];
  }
  if (incomplete) {
    const message = `${name} names a test that does not exist`;
    return [problem('profile.incomplete', message, 'Complete the catalogue.')];
  }
  const errors: Omit<FieldError, 'field'>[] = [];
  if (profile && !isActive(profile, today)) {
    errors.push(problem('profile.inactive', `${name} is not offered today`, 'Choose its tests one by one.'));
  }
  if (tests.length === 0) errors.push(problem('test.twice', `${name} is ordered already`, 'Remove one of the two.'));
  return errors;
}

/** The price of each test, a profile's own price split over its tests. */
export function priceTests(named: readonly NamedTest[], chain: PriceChain): PricedTest[] {
  const packages = new Map<string, (Price | undefined)[]>();
  return named.map((one) => {
    const { profile, test } = one;
    if (!profile) return { ...one, price: priceOf(chain, 'test', test.code) };
    const parts = packages.get(profile.code) ?? profilePrices(chain, profile.code, profile.tests, profile.price);
    packages.set(profile.code, parts);
    return { ...one, price: parts[profile.tests.indexOf(test.code)] };
  });
}

/** The lines with their discounts, and what is wrong with these; no lines while one of them has no price. */
export function discountLines(
  lines: readonly OrderLine[],
  priced: readonly PricedTest[],
  discount: OrderDiscount | undefined,
): { errors: FieldError[]; ordered: OrderedTest[] } {
  const partsOf = (index: number) => priced.filter((one) => one.input === index);
  const inputs = lines.map((line, index) => {
    const parts = partsOf(index);
    if (parts.length === 0 || parts.some((one) => one.price === undefined)) return undefined;
    return { price: sumAmounts(parts.map((one) => one.price?.amount ?? 0)), discount: line.discount };
  });
  const errors = discountErrors(inputs, discount);
  if (errors.length > 0 || inputs.some((input) => input === undefined)) return { errors, ordered: [] };
  const own = new Map<PricedTest, number>();
  lines.forEach((line, index) => {
    const parts = partsOf(index);
    const spread = spreadDiscount(
      parts.map((one) => one.price?.amount ?? 0),
      { amount: line.discount ?? 0 },
    );
    for (const [place, one] of parts.entries()) own.set(one, spread[place] ?? 0);
  });
  const discounts = lineDiscounts(
    priced.map((one) => ({ price: one.price?.amount ?? 0, discount: own.get(one) ?? 0 })),
    discount,
  );
  const ordered = priced.flatMap((one, index): OrderedTest[] => {
    const { test, profile, price } = one;
    if (!price) return [];
    const { amount, list: priceList, source: priceSource } = price;
    const ownDiscount = own.get(one) ?? 0;
    return [{ test, profile, price: amount, priceList, priceSource, discount: discounts[index] ?? 0, ownDiscount }];
  });
  return { errors, ordered };
}
