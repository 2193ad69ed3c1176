import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCharacter,
  displayAccession,
  formatAccession,
  isAccession,
  maximumAccessionNumber,
  parseAccession,
} from '../../../shared/specimens/accession.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const prefix = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 4 });
const number = fc.integer({ min: 0, max: maximumAccessionNumber });
const accession = fc.tuple(prefix, number).map(([station, count]) => formatAccession(station, count));

describe('the check character', () => {
  it('is that of ISO 7064 MOD 37,36: the example of the Global Release Identifier standard', () => {
    expect(checkCharacter('A12425GABC1234002')).toBe('M');
  });

  it('takes digits and capital letters only', () => {
    expect(() => checkCharacter('a1')).toThrow(RangeError);
    expect(() => checkCharacter('A-1')).toThrow(RangeError);
  });
});

describe('an accession', () => {
  it('is prefix, eight digits and check character', () => {
    expect(formatAccession('A', 42)).toBe('A000000423');
    expect(displayAccession('A000000423')).toBe('A-0000-0042-3');
    expect(displayAccession('something else')).toBe('something else');
  });

  it('parses back to what it was made of, also as people copy it', () => {
    fc.assert(
      fc.property(prefix, number, (station, count) => {
        const text = formatAccession(station, count);
        const expected = { accession: { prefix: station, number: count, text } };
        expect(parseAccession(text)).toEqual(expected);
        expect(parseAccession(` ${displayAccession(text).toLowerCase()}\r`)).toEqual(expected);
      }),
    );
  });

  it('is refused with any single character wrong', () => {
    const at = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(accession, at, fc.constantFrom(...alphabet), (text, position, letter) => {
        fc.pre(position < text.length && text[position] !== letter);
        expect(isAccession(text.slice(0, position) + letter + text.slice(position + 1))).toBe(false);
      }),
    );
  });

  it('is refused with two neighbours swapped, but for the few swaps the standard cannot tell', () => {
    let swaps = 0;
    let missed = 0;
    for (let count = 0; count < 3000; count++) {
      const text = formatAccession('B', count * 31_337);
      for (let at = 0; at + 1 < text.length; at++) {
        if (text[at] === text[at + 1]) continue;
        swaps++;
        if (isAccession(text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2))) missed++;
      }
    }
    expect(missed / swaps).toBeLessThan(0.01);
  });

  it.each(['', 'A', 'A00000042', 'ABCDE000000423', 'A0000O0423'])('not %j', (text) => {
    expect(parseAccession(text)).toMatchObject({ error: 'format' });
  });

  it('of endless length is refused without reading it all', () => {
    expect(parseAccession(`A000000423${' '.repeat(1_000_000)}`)).toMatchObject({ error: 'format' });
  });

  it('says when only the check character is wrong', () => {
    expect(parseAccession('A000000424')).toMatchObject({ error: 'checkCharacter' });
  });

  it('is not made of a bad prefix or number', () => {
    expect(() => formatAccession('a', 1)).toThrow(RangeError);
    expect(() => formatAccession('', 1)).toThrow(RangeError);
    expect(() => formatAccession('A', -1)).toThrow(RangeError);
    expect(() => formatAccession('A', 1.5)).toThrow(RangeError);
    expect(() => formatAccession('A', maximumAccessionNumber + 1)).toThrow(RangeError);
  });
});
