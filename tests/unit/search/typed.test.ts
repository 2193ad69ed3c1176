import { describe, expect, it } from 'vitest';
import { readTyped } from '../../../electron/core/search/typed.ts';

const typed = (text: string) => readTyped(text, 'AE');

describe('what was typed', () => {
  it('is words without the codes among them', () => {
    expect(typed('  Al-Rashid 50123 B12 ')).toMatchObject({ words: ['al', 'rashid', 'b12'], codes: ['50123'] });
  });

  it('is a lookup key, a beginning of one only from three signs with a digit on', () => {
    expect(typed('a-0000 0042-r')).toMatchObject({ key: 'A00000042R', begins: true });
    expect(typed('a1')).toMatchObject({ key: 'A1', begins: false });
    expect(typed('khan')).toMatchObject({ key: 'KHAN', begins: false });
    expect(typed(' - ')).toMatchObject({ key: '', begins: false, words: [] });
  });

  it.each([
    ['+971 50 123 4567', ['971501234567'], undefined],
    ['00971501234567', ['971501234567'], undefined],
    ['050 123 4567', ['0501234567', '971501234567'], '501234567'],
    ['(050) 123-45', ['05012345', '9715012345'], undefined],
    ['5012', ['5012', '9715012'], undefined],
    ['501', [], undefined],
    ['50a12', [], undefined],
  ])('%s may be the phone %j', (text, phones, phoneEnd) => {
    expect(typed(text)).toMatchObject({ phones, phoneEnd });
  });

  it('is no phone of a country without a calling code', () => {
    expect(readTyped('0501234567', '')).toMatchObject({ phones: ['0501234567', '501234567'] });
  });
});
