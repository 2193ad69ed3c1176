import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import { wholeNumber } from '../../../shared/kernel/whole-number.ts';

function errorsOf(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value);
  const error = toApiError(result.error, undefined);
  return error.kind === 'validation' ? error.errors.map(({ field, message, remedy }) => [field, message, remedy]) : [];
}

const schema = z.strictObject({
  port: wholeNumber(1, 65535),
  count: z.number().min(2).max(5),
  name: z.string().min(1).max(3),
  kind: z.enum(['a', 'b']),
  list: z.array(z.string()).min(1).max(1),
  day: z.iso.date(),
  code: z.string().regex(/^\d$/, 'one digit'),
  size: z.int(),
});

describe('words for what a schema refuses', () => {
  it('say what is wrong and what to do, without zod’s own wording', () => {
    const value = { port: 70000, count: 9, name: '', kind: 'c', list: ['x', 'y'], day: 'x', code: 'x', size: 1.5 };
    expect(errorsOf(schema, value)).toEqual([
      ['port', 'Enter a whole number from 1 to 65535', undefined],
      ['count', 'It is too big', 'Enter 5 or less.'],
      ['name', 'It is empty', 'Fill it in.'],
      ['kind', 'This is none of the choices', 'Choose one of: a, b.'],
      ['list', 'These are too many', 'Leave at most 1.'],
      ['day', 'This is no date', 'Enter a day, like 2026-01-31.'],
      ['code', 'one digit', undefined],
      ['size', 'This is no whole number', 'Enter one without decimals.'],
    ]);
  });

  it('hold for what is missing or of the wrong kind', () => {
    const value = { port: 'x', count: 1, name: 'abcd', kind: 'a', list: [], day: '2026-01-01', code: '1' };
    expect(errorsOf(schema, value)).toEqual([
      ['port', 'Enter a whole number from 1 to 65535', undefined],
      ['count', 'It is too small', 'Enter 2 or more.'],
      ['name', 'It is too long', 'Shorten it to 3 characters.'],
      ['list', 'Nothing is chosen', 'Choose at least one.'],
      ['size', 'It is missing', 'Fill it in.'],
    ]);
  });
});
