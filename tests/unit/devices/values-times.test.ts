import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charsetSchema, decodeText, encodeText } from '../../../shared/devices/text.ts';
import { readTime, readWrittenTime } from '../../../shared/devices/times.ts';
import { readNumber, readValue, valueInLine } from '../../../shared/devices/values.ts';

describe('result values', () => {
  it.each([
    ['8.13', '8.13'],
    [' 2.60 ', '2.60'],
    ['007', '7'],
    ['+.5', '0.5'],
    ['-2.0', '-2.0'],
    ['<0.5', '<0.5'],
    ['>= 100', '>=100'],
    ['≤3', '<=3'],
    ['5,61', '5.61'],
    ['1.234,5', '1234.5'],
    ['1,234.5', '1234.5'],
    ['1,234,567', '1234567'],
    ['0,234', '0.234'],
    ['1.2E3', '1200'],
    ['1.5e-3', '0.0015'],
    ['12.5e-1', '1.25'],
    ['12.5e-2', '0.125'],
    ['POS', 'positive'],
    ['Négatif', 'negative'],
    ['NON-REACTIVE', 'negative'],
    ['Not Detected', 'not-detected'],
    ['INVALID', 'invalid'],
    ['', '(empty)'],
    ['----', '(not-measured)'],
    ['--.-', '(not-measured)'],
    ['****', '(error)'],
    ['ERROR', '(error)'],
    ['No Result', '(not-measured)'],
    ['1:128', '1:128'],
    ['+++', '+++'],
    ['-', '-'],
    ['5-10', '5-10'],
    ['1.2.3', '1.2.3'],
    ['12,34,5', '12,34,5'],
  ])('reads %j as %j', (raw, line) => {
    expect(valueInLine(readValue(raw).value)).toBe(line);
  });

  it('takes no longer for hostile blanks: what fuzzing found', () => {
    const began = performance.now();
    const text = `N${'\v'.repeat(200_000)}x`;
    expect(readValue(text).value).toEqual({ kind: 'text', text });
    expect(readValue(`*  5.1\t *`)).toMatchObject({ value: { kind: 'numeric', number: '5.1' }, marks: ['*'] });
    // In quadratic time this would be minutes.
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('leaves a comma that may group thousands to a person, unless the device says what it means', () => {
    expect(readValue('1,234')).toMatchObject({ value: { kind: 'text', text: '1,234' } });
    expect(readValue('1,234').note).toContain('decimal sign');
    expect(valueInLine(readValue('1,234', 'comma').value)).toBe('1.234');
    expect(valueInLine(readValue('1,234', 'point').value)).toBe('1234');
  });

  it('turns a star on a number into a flag', () => {
    expect(readValue('8.1*')).toEqual({ value: { kind: 'numeric', number: '8.1' }, marks: ['*'] });
  });

  it('keeps every decimal number as it is', () => {
    const number = fc.tuple(fc.boolean(), fc.nat(1_000_000), fc.stringMatching(/^\d{0,8}$/));
    fc.assert(
      fc.property(number, ([negative, whole, fraction]) => {
        const text = `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
        expect(readNumber(text, 'point')).toBe(text);
        expect(readNumber(text.replace('.', ','), 'comma')).toBe(text);
      }),
    );
  });

  it('agrees with the platform on every number with an exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: -20, max: 20 }), (digits, exponent) => {
        const read = readNumber(`${digits}E${exponent}`, 'auto');
        expect(Number(read)).toBeCloseTo(Number(`${digits}e${exponent}`), 25);
      }),
    );
  });

  it('never throws, and what it calls a number is one', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[<>=*+\-.,0-9eE ]{0,45}$/));
    fc.assert(
      fc.property(text, fc.constantFrom('auto' as const, 'point' as const, 'comma' as const), (raw, decimal) => {
        const { value } = readValue(raw, decimal);
        if (value.kind === 'numeric') expect(value.number).toMatch(/^-?\d+(\.\d+)?$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('times', () => {
  it.each([
    ['20240627135407', { local: '2024-06-27T13:54:07' }],
    ['202406271354', { local: '2024-06-27T13:54:00' }],
    ['20240229', { local: '2024-02-29' }],
    ['20240627135407.123+0530', { local: '2024-06-27T13:54:07', offset: '+05:30' }],
    ['20240627235959', { local: '2024-06-27T23:59:59' }],
    ['19000101', { local: '1900-01-01' }],
    ['18991231', {}],
    ['22010101', {}],
    ['20240001', {}],
    ['20240100', {}],
    ['20240101240000', {}],
    ['20240101006000', {}],
    ['20240101000060', {}],
    ['19000229', {}],
    ['20000229', { local: '2000-02-29' }],
    ['20230229', {}],
    ['20241301', {}],
    ['20240101250000', {}],
    ['yesterday', {}],
  ])('reads %s', (sent, read) => {
    expect(readTime(sent)).toEqual({ sent, ...read });
  });

  it('reads nothing from nothing', () => {
    expect(readTime('  ')).toBeUndefined();
    expect(readWrittenTime('', '', 'mdy')).toBeUndefined();
  });

  it('reads written dates in the order of the device', () => {
    expect(readWrittenTime('10/02/24', '8:05', 'mdy')?.local).toBe('2024-10-02T08:05:00');
    expect(readWrittenTime('10/02/2024', '18:05', 'dmy')?.local).toBe('2024-02-10T18:05:00');
    expect(readWrittenTime('2024-02-10', '', 'ymd')?.local).toBe('2024-02-10');
    expect(readWrittenTime('31/12/24', '', 'mdy')).toEqual({ sent: '31/12/24' });
  });
});

describe('character sets', () => {
  it.each([
    ['latin1', 'Müller ÿ'],
    ['windows-1252', 'Müller – 5 µg €'],
    ['utf-8', '王小明 Żółć'],
    ['shift_jis', '山田ソ能ｱ'],
    ['gbk', '王小明 μ'],
  ] as const)('writes and reads %s', (charset, text) => {
    expect(decodeText(encodeText(text, charset), charset)).toBe(text);
  });

  it('reads latin1 byte for byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(encodeText(decodeText(bytes, 'latin1'), 'latin1')).toEqual(bytes);
  });

  it('writes a question mark for what a set does not have, never throws, and reads anything', () => {
    expect(decodeText(encodeText('a王b', 'latin1'), 'latin1')).toBe('a?b');
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...charsetSchema.options),
        (bytes, text, charset) => {
          decodeText(bytes, charset);
          encodeText(text, charset);
        },
      ),
    );
  });
});
