import { Decimal } from 'decimal.js';

/**
 * Money is an integer count of minor units (cents, paise, fils; whole yen) of an ISO 4217 currency. Amounts within one
 * bill are plain integers, since the bill names the currency once; `Money` joins the two where they travel together.
 */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** A percentage as typed: a number or decimal text, `7.5` meaning 7.5 %. */
export type Percent = number | string;

/** Wide enough that no product of two amounts is rounded before `roundMinor` does it. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

/**
 * The one rounding rule for money: to the nearest minor unit, a half away from zero (commercial rounding, DIN 1333), so
 * that a refund rounds as the payment did. Throws RangeError beyond exact integers.
 */
export function roundMinor(value: Decimal): number {
  const rounded = value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`amount out of range: ${value.toString()}`);
  return rounded + 0;
}

/** `percent` of an amount in minor units, rounded by `roundMinor`. */
export function percentOf(amount: number, percent: Percent): number {
  return roundMinor(new Exact(amount).times(new Exact(percent)).dividedBy(100));
}

/** Sum of amounts in minor units; throws RangeError where it would stop being exact. */
export function sumAmounts(amounts: readonly number[]): number {
  let sum = 0;
  for (const amount of amounts) {
    sum += amount;
    if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(sum)) throw new RangeError('amount out of range');
  }
  return sum;
}

/**
 * Splits an amount in proportion to weights so that the parts add up to it exactly: each part is cut towards zero and
 * the minor units left over go one by one to the largest remainders, earlier ones first. Weights are not negative; when
 * all are zero the amount is split evenly. Throws RangeError for no parts or a negative weight.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0 || weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) {
    throw new RangeError('weights must be integers of zero or more, at least one');
  }
  const even = weights.every((weight) => weight === 0);
  const shares = weights.map((weight) => BigInt(even ? 1 : weight));
  const whole = shares.reduce((sum, share) => sum + share, 0n);
  const size = BigInt(Math.abs(amount));
  const parts = shares.map((share, index) => ({ index, cut: (size * share) / whole, rest: (size * share) % whole }));
  let left = Number(size - parts.reduce((sum, part) => sum + part.cut, 0n));
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0) break;
    part.cut += 1n;
    left--;
  }
  const sign = amount < 0 ? -1 : 1;
  return parts.map((part) => sign * Number(part.cut) + 0);
}

/** A discount as given at the desk: a percentage, or an amount in minor units. */
export type Discount = { readonly percent: Percent } | { readonly amount: number };

/**
 * The discount of each line, in minor units, for a discount on the whole bill: its total is rounded once, then spread
 * over the lines by their prices. Throws RangeError for a discount below zero or above the bill.
 */
export function spreadDiscount(prices: readonly number[], discount: Discount): number[] {
  const gross = sumAmounts(prices);
  const total = 'percent' in discount ? percentOf(gross, discount.percent) : discount.amount;
  if (total < 0 || total > gross) throw new RangeError('a discount lies between nothing and the whole bill');
  return allocate(total, prices);
}

/** ISO 4217 currencies whose minor unit is not a hundredth (list one, amendment 177). */
const minorDigits = new Map<string, number>([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF']
    .concat('XPF')
    .map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ...['CLF', 'UYW'].map((code) => [code, 4] as const),
]);

/** Digits after the decimal point of a currency by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  return minorDigits.get(currency) ?? 2;
}

/**
 * An amount as the lab's locale writes it, with currency (`formatMoney({ amount: 123450, currency: 'EUR' }, 'de-DE')` is
 * `1.234,50 €`). Always all digits of the currency.
 */
export function formatMoney(money: Money, locale: string): string {
  return moneyFormat(locale, money.currency, 'currency').format(majorUnits(money));
}

/** The number alone, without the currency, for columns whose heading names it. */
export function formatAmount(money: Money, locale: string): string {
  return moneyFormat(locale, money.currency, 'decimal').format(majorUnits(money));
}

/**
 * Reads an amount typed in major units (`60`, `60.5`, `1,250.00` in a locale with such grouping) into minor units, or null
 * where it is not one or has more decimals than the currency.
 */
export function parseMoney(text: string, currency: string, locale: string): number | null {
  const { group, decimal } = separators(locale, currency);
  const plain = text.trim().split(group).join('').replace(decimal, '.');
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(plain);
  const digits = currencyDigits(currency);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > digits) return null;
  const amount = Number(`${match[2]}${fraction.padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(amount)) return null;
  return match[1] === '-' ? -amount + 0 : amount;
}

/** Decimal text in major units, so that Intl formats exactly what is stored. */
function majorUnits(money: Money): Intl.StringNumericLiteral {
  const digits = currencyDigits(money.currency);
  return new Exact(money.amount).dividedBy(new Exact(10).pow(digits)).toFixed(digits) as Intl.StringNumericLiteral;
}

const formats = new Map<string, Intl.NumberFormat>();

function moneyFormat(locale: string, currency: string, style: 'currency' | 'decimal'): Intl.NumberFormat {
  const key = `${locale} ${currency} ${style}`;
  let format = formats.get(key);
  if (!format) {
    const digits = currencyDigits(currency);
    format = new Intl.NumberFormat(locale, {
      style,
      ...(style === 'currency' ? { currency } : {}),
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format;
}

function separators(locale: string, currency: string): { group: string; decimal: string } {
  const parts = moneyFormat(locale, currency, 'decimal').formatToParts(1_234_567.8);
  const of = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  return { group: of('group', ','), decimal: of('decimal', '.') };
}
