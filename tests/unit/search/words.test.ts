import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsWords, foldText, indexWordsOf, isCode, wordsOf } from '../../../shared/search/words.ts';

describe('folding', () => {
  it.each([
    ['Müller', 'muller'],
    ['ÉÈê', 'eee'],
    ['Straße', 'strasse'],
    ['Łoś Đorđe Øst', 'los dorde ost'],
    ['İstanbul', 'istanbul'],
    ['محمّد', 'محمد'],
    ['أحمد', 'احمد'],
    ['فاطمة', 'فاطمه'],
    ['ｆｕｌｌ', 'full'],
  ])('%s is %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('keeps the vowel signs of Indic scripts and the syllables of Hangul', () => {
    expect(wordsOf('हिन्दी 김철수')).toEqual(['हिन्दी', '김철수']);
  });

  it('gives the same whether letters come composed or taken apart, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = foldText(text);
        expect(foldText(text.normalize('NFD'))).toBe(foldText(text.normalize('NFC')));
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });
});

describe('index words', () => {
  it('are the parts and the whole of what apostrophes and hyphens divide', () => {
    expect(indexWordsOf("Smith-O'Brien")).toEqual(['smith', 'o', 'brien', 'obrien', 'smithobrien']);
  });

  it('are without codes, but with the digits of names', () => {
    expect(indexWordsOf('Vitamin B12 on 12/2024 for A00000042R, CA 19-9')).toEqual([
      'vitamin',
      'b12',
      'on',
      '12',
      'for',
      'ca',
      '19',
      '9',
      '199',
    ]);
  });

  it('are found by the beginnings of all words typed, however they are typed', () => {
    const name = fc.array(fc.stringMatching(/^[a-zA-ZäöüéñŁ'-]{1,12}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(name, fc.nat(), (words, seed) => {
        const text = words.join(' ');
        const typed = wordsOf(words.toReversed().join(' ').toUpperCase()).map((word) =>
          word.slice(0, 1 + (seed % word.length)),
        );
        expect(beginsWords(text, typed)).toBe(true);
      }),
    );
  });

  it('do not begin with what they do not begin with', () => {
    expect(beginsWords('Mary Smith', ['ary'])).toBe(false);
    expect(beginsWords('Mary Smith', ['mary', 'smyth'])).toBe(false);
  });
});

it('a code is what has more than three digits', () => {
  expect(['b12', 'hba1c', '999', 'ca199'].some(isCode)).toBe(false);
  expect(['2024', 'a00000042r', '9876543210', '٠١٢٣'].every(isCode)).toBe(true);
});
