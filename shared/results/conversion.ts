import { Decimal } from 'decimal.js';

/** `<` and `>` as analyzers send them at the ends of their measuring range; absent: the number itself. */
export type Comparator = '<' | '>' | '<=' | '>=';

/** A numeric result: decimal text, so that `5.10` keeps its last digit and nothing passes through binary fractions. */
export interface NumericResult {
  readonly comparator?: Comparator;
  readonly number: string;
}

const Exact = Decimal.clone({ precision: 60 });

/** The most decimals a parameter is reported with. */
export const maximumDecimals = 10;

/**
 * Reads a numeric result as analyzers and people write it: a qualifier (`<`, `>`, `<=`, `>=`, `≤`, `≥`), a sign, a decimal
 * point or comma, an exponent (`1.2E3`). Null for anything else, for both a comma and a point (grouping or decimal is
 * not guessed) and for longer than 40 characters.
 */
export function parseNumericResult(text: string): NumericResult | null {
  if (text.length > 40) return null;
  const match = /^\s*(<=|>=|[<>≤≥])?\s*([+-]?)(\d*)(?:[.,](\d*))?(?:[eE]([+-]?\d{1,2}))?\s*$/.exec(text);
  if (!match) return null;
  const [, qualifier, sign, whole = '', fraction = '', exponent] = match;
  if (whole === '' && fraction === '') return null;
  const digits = `${sign === '-' ? '-' : ''}${whole || '0'}${fraction && `.${fraction}`}`;
  const number = exponent === undefined ? digits : new Exact(`${digits}e${exponent}`).toFixed();
  return qualifier === undefined ? { number } : { comparator: comparatorOf(qualifier), number };
}

/**
 * A result in the parameter's unit: `number` × `factor`, exact, then rounded to `decimals` places. A plain value rounds
 * half away from zero. A qualified one rounds outwards, `<` up and `>` down, so that what it says stays true: `<0.044` in
 * two decimals is `<0.05`, not `<0.04`. Throws RangeError for a factor that is not positive or decimals out of range.
 */
export function convertNumeric(result: NumericResult, factor: string, decimals: number): NumericResult {
  const multiplier = new Exact(factor);
  if (!multiplier.isFinite() || multiplier.lessThanOrEqualTo(0)) throw new RangeError(`factor not positive: ${factor}`);
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > maximumDecimals) {
    throw new RangeError(`decimals out of range: ${decimals}`);
  }
  const rounded = new Exact(result.number).times(multiplier).toDecimalPlaces(decimals, roundingOf(result.comparator));
  const number = (rounded.isZero() ? rounded.abs() : rounded).toFixed(decimals);
  return result.comparator === undefined ? { number } : { comparator: result.comparator, number };
}

/** A numeric result as printed: the qualifier, then the number (`<5.0`). */
export function formatNumeric(result: NumericResult): string {
  return `${result.comparator ?? ''}${result.number}`;
}

/**
 * A result as an analyzer sent it, in the parameter's unit and decimals, as printed; null when it is not numeric.
 */
export function convertResult(text: string, factor: string, decimals: number): string | null {
  const result = parseNumericResult(text);
  return result === null ? null : formatNumeric(convertNumeric(result, factor, decimals));
}

function comparatorOf(qualifier: string): Comparator {
  if (qualifier === '≤') return '<=';
  if (qualifier === '≥') return '>=';
  return qualifier as Comparator;
}

function roundingOf(comparator: Comparator | undefined): Decimal.Rounding {
  switch (comparator) {
    case undefined:
      return Decimal.ROUND_HALF_UP;
    case '<':
    case '<=':
      return Decimal.ROUND_CEIL;
    case '>':
    case '>=':
      return Decimal.ROUND_FLOOR;
    default:
      return comparator satisfies never;
  }
}
