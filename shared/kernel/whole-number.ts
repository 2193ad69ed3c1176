import { z } from 'zod';

/** A whole number within a range; whatever is wrong with it, the words name the range. */
export function wholeNumber(least: number, most: number) {
  const words = `Enter a whole number from ${least} to ${most}`;
  return z.number(words).int(words).min(least, words).max(most, words);
}
