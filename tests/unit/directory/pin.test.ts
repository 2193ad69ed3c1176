import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEasyPin, newPinSchema } from '../../../shared/directory/pin.ts';

describe('a signing PIN', () => {
  it.each([
    '0000',
    '11111111',
    '1234',
    '0123',
    '4321',
    '7890',
    '0987',
    '890123',
    '1212',
    '123123',
    '45454545',
    '1987',
    '2026',
    '2580',
  ])('%s is too easy to guess', (pin) => {
    expect(newPinSchema.safeParse(pin).success).toBe(false);
  });

  it.each(['7391', '48213', '90210443', '0417', '2468'])('%s is taken', (pin) => {
    expect(newPinSchema.safeParse(pin).success).toBe(true);
  });

  it.each(['', '739', '739104826', '73a1', ' 7391', '７３９１'])('“%s” is none', (pin) => {
    expect(newPinSchema.safeParse(pin).success).toBe(false);
  });

  it('leaves nearly all that there are', () => {
    const all = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
    expect(all.filter(isEasyPin).length).toBeLessThan(350);
    fc.assert(fc.property(fc.stringMatching(/^\d{4}$/), (block) => isEasyPin(block.repeat(2))));
  });
});
