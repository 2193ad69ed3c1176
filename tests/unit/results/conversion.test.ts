import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  convertNumeric,
  convertResult,
  formatNumeric,
  parseNumericResult,
} from '../../../shared/results/conversion.ts';

const decimalText = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 5 }))
  .map(([digits, places]) => new Decimal(digits).dividedBy(new Decimal(10).pow(places)).toFixed(places));
const factor = fc
  .tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => new Decimal(digits).dividedBy(new Decimal(10).pow(places)).toFixed(places));

describe('a numeric result as sent', () => {
  it.each([
    ['8.13', '8.13'],
    [' 8.10 ', '8.10'],
    ['8,13', '8.13'],
    ['+5', '5'],
    ['-0.5', '-0.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.2E3', '1200'],
    ['1.2e-3', '0.0012'],
    ['<0.044', '<0.044'],
    ['> 1000', '>1000'],
    ['≤5', '<=5'],
    ['>=5.0', '>=5.0'],
  ])('%s is %s', (text, expected) => {
    const result = parseNumericResult(text);
    expect(result && formatNumeric(result)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '-',
    '----',
    '*',
    '1,234.5',
    '1.2.3',
    '5 %',
    '5 H',
    'Negativ',
    '<',
    '<>5',
    'NaN',
    'Infinity',
    '1e400',
    '9'.repeat(41),
  ])('"%s" is not one', (text) => {
    expect(parseNumericResult(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = parseNumericResult(text);
        if (result !== null) expect(result.number).toMatch(/^-?\d+(\.\d+)?$/);
      }),
    );
  });
});

describe('conversion to the unit of the parameter', () => {
  it.each([
    // g/L to g/dL, mmol/L glucose to mg/dL, µmol/L creatinine to mg/dL.
    ['98', '0.1', 1, '9.8'],
    ['5.55', '18.0182', 0, '100'],
    ['88.4', '0.0113096', 2, '1.00'],
    ['1.005', '1', 2, '1.01'],
    ['-1.005', '1', 2, '-1.01'],
    ['-0.04', '1', 1, '0.0'],
    ['<0.044', '1', 2, '<0.05'],
    ['<5', '1', 1, '<5.0'],
    ['>1000.9', '1', 0, '>1000'],
    ['>=0.119', '10', 1, '>=1.1'],
  ])('%s × %s in %i decimals is %s', (text, multiplier, decimals, expected) => {
    expect(convertResult(text, multiplier, decimals)).toBe(expected);
  });

  it('is exact where the decimals hold the product', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 1, max: 9999 }), (value, multiplier) => {
        const product = (BigInt(value) * BigInt(multiplier)).toString();
        expect(convertNumeric({ number: String(value) }, String(multiplier), 0).number).toBe(product);
      }),
    );
  });

  it('is never further from the product than half a last place, and reads back to itself', () => {
    fc.assert(
      fc.property(decimalText, factor, fc.integer({ min: 0, max: 6 }), (number, multiplier, decimals) => {
        const converted = convertNumeric({ number }, multiplier, decimals);
        const error = new Decimal(number).times(multiplier).minus(converted.number).abs();
        expect(error.lessThanOrEqualTo(new Decimal(10).pow(-decimals).dividedBy(2))).toBe(true);
        expect(convertResult(converted.number, '1', decimals)).toBe(converted.number);
      }),
    );
  });

  it('keeps what a qualifier says true', () => {
    fc.assert(
      fc.property(
        decimalText,
        factor,
        fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
        (number, multiplier, comparator) => {
          const converted = convertNumeric({ comparator, number }, multiplier, 1);
          const exact = new Decimal(number).times(multiplier);
          const limit = new Decimal(converted.number);
          expect(converted.comparator).toBe(comparator);
          expect(comparator.startsWith('<') ? limit.greaterThanOrEqualTo(exact) : limit.lessThanOrEqualTo(exact)).toBe(
            true,
          );
        },
      ),
    );
  });

  it('refuses factors and decimals that make no sense', () => {
    expect(() => convertNumeric({ number: '1' }, '0', 1)).toThrow(RangeError);
    expect(() => convertNumeric({ number: '1' }, '-1', 1)).toThrow(RangeError);
    expect(() => convertNumeric({ number: '1' }, '1', -1)).toThrow(RangeError);
    expect(() => convertNumeric({ number: '1' }, '1', 11)).toThrow(RangeError);
  });

  it('gives null for words', () => {
    expect(convertResult('Reactive', '1', 1)).toBeNull();
  });
});
