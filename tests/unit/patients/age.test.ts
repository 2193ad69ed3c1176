import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageAt,
  ageUnitSchema,
  type BirthMoment,
  civilMoment,
  formatAge,
  readBirth,
  validateAge,
} from '../../../shared/patients/age.ts';

const now = '2025-03-10T14:30';

function born(input: Parameters<typeof readBirth>[0], at = now): BirthMoment {
  const result = readBirth(input, at);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.birth;
}

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2025-03-10'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('a typed date of birth', () => {
  it('keeps how much of it is known', () => {
    expect(born({ dateOfBirth: '1991-03-09' })).toEqual({ date: '1991-03-09', precision: 'exact' });
    expect(born({ dateOfBirth: '1991-03' })).toEqual({ date: '1991-03-01', precision: 'month' });
    expect(born({ dateOfBirth: '1991' })).toEqual({ date: '1991-01-01', precision: 'year' });
    expect(born({ dateOfBirth: '2025-03-10', timeOfBirth: '00:20' })).toEqual({
      date: '2025-03-10',
      precision: 'exact',
      time: '00:20',
    });
  });

  it.each([
    ['1991-02-29', 'age.invalidDate'],
    ['1991-13-01', 'age.invalidDate'],
    ['1991-00-10', 'age.invalidDate'],
    ['91-01-01', 'age.invalidDate'],
    ['09/03/1991', 'age.invalidDate'],
    ['', 'age.invalidDate'],
    ['2025-03-11', 'age.future'],
    ['2026', 'age.future'],
    ['1895-03-09', 'age.tooOld'],
    ['0001-01-01', 'age.tooOld'],
  ])('%s is refused as %s', (dateOfBirth, code) => {
    expect(validateAge({ dateOfBirth }, now)).toMatchObject([{ field: 'dateOfBirth', code }]);
  });

  it('takes the day itself and 130 years to the day', () => {
    expect(validateAge({ dateOfBirth: '2025-03-10' }, now)).toEqual([]);
    expect(validateAge({ dateOfBirth: '1895-03-10' }, now)).toEqual([]);
  });

  it('refuses a time of birth later today, without a full date, or out of the clock', () => {
    expect(validateAge({ dateOfBirth: '2025-03-10', timeOfBirth: '23:00' }, now)).toMatchObject([
      { code: 'age.future' },
    ]);
    expect(validateAge({ dateOfBirth: '2025-03', timeOfBirth: '10:00' }, now)).toMatchObject([
      { field: 'timeOfBirth' },
    ]);
    expect(validateAge({ dateOfBirth: '2025-03-10', timeOfBirth: '24:00' }, now)).toMatchObject([
      { field: 'timeOfBirth' },
    ]);
  });

  it('needs exactly one of date and age', () => {
    expect(validateAge({}, now)).toMatchObject([{ field: 'dateOfBirth', code: 'age.required' }]);
    const both = { dateOfBirth: '1991', age: { value: 34, unit: 'years' as const } };
    expect(validateAge(both, now)).toMatchObject([{ code: 'age.twoSources' }]);
  });
});

describe('a stated age', () => {
  it('is shown as stated on the day it was stated, in every unit', () => {
    const stated = fc.record({
      value: fc.integer({ min: 0, max: 99 }),
      unit: fc.constantFrom(...ageUnitSchema.options),
    });
    fc.assert(
      fc.property(stated, ({ value, unit }) => {
        const birth = born({ age: { value, unit } });
        const age = ageAt(birth, now);
        expect(birth.precision).toBe('estimated');
        expect(birth.statedOn).toBe('2025-03-10');
        if (unit === 'years') expect(age?.years).toBe(value);
        if (unit === 'months') expect((age?.years ?? 0) * 12 + (age?.months ?? 0)).toBe(value);
        if (unit === 'weeks') expect(age?.totalDays).toBe(value * 7);
        if (unit === 'days') expect(age?.totalDays).toBe(value);
        if (unit === 'hours') expect(age?.hours).toBe(value);
      }),
    );
  });

  it('goes on from the last day of a short month', () => {
    expect(born({ age: { value: 1, unit: 'months' } }, '2025-03-31').date).toBe('2025-02-28');
    expect(born({ age: { value: 1, unit: 'years' } }, '2024-02-29').date).toBe('2023-02-28');
  });

  it.each([
    [-1, 'years', 'age.invalidValue'],
    [1.5, 'years', 'age.invalidValue'],
    [Number.NaN, 'days', 'age.invalidValue'],
    [131, 'years', 'age.tooOld'],
    [1e308, 'hours', 'age.tooOld'],
    [130 * 366, 'days', 'age.tooOld'],
  ] as const)('%s %s is refused as %s', (value, unit, code) => {
    expect(validateAge({ age: { value, unit } }, now)).toMatchObject([{ field: 'age', code }]);
  });
});

describe('age on a day', () => {
  it.each([
    ['1991-03-09', '2025-03-08', [33, 11, 27]],
    ['1991-03-09', '2025-03-09', [34, 0, 0]],
    ['2024-01-31', '2024-02-29', [0, 0, 29]],
    ['2024-01-31', '2024-03-01', [0, 1, 1]],
    ['2024-02-29', '2025-02-28', [0, 11, 30]],
    ['2024-02-29', '2025-03-01', [1, 0, 1]],
  ])('born %s is on %s %j', (date, at, [years, months, days]) => {
    expect(ageAt({ date, precision: 'exact' }, at)).toMatchObject({ years, months, days });
  });

  it('is null before the birth', () => {
    expect(ageAt({ date: '2025-03-10', precision: 'exact' }, '2025-03-09')).toBeNull();
    expect(ageAt({ date: '2025-03-10', time: '12:00', precision: 'exact' }, '2025-03-10T11:59')).toBeNull();
  });

  it('never goes down from one day to the next, and years change on the birthday', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 40_000 }), (date, later) => {
        const at = (days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
        const today = ageAt({ date, precision: 'exact' }, at(later));
        const tomorrow = ageAt({ date, precision: 'exact' }, at(later + 1));
        if (today === null || tomorrow === null) throw new Error('age after birth must exist');
        const order = (age: typeof today) => age.years * 10_000 + age.months * 100 + age.days;
        expect(order(tomorrow)).toBeGreaterThan(order(today));
        expect(today.totalDays).toBe(later);
        expect(today.months).toBeLessThan(12);
        if (tomorrow.years > today.years) expect(at(later + 1).slice(5) >= date.slice(5)).toBe(true);
      }),
    );
  });
});

describe('age as printed', () => {
  it.each([
    ['2025-03-10', '00:25', '14 h'],
    ['2025-03-08', '20:00', '42 h'],
    ['2025-03-08', '10:00', '2 d'],
    ['2025-03-05', undefined, '5 d'],
    ['2025-03-10', undefined, '0 d'],
    ['2025-02-11', undefined, '27 d'],
    ['2024-07-01', undefined, '8 mo'],
    ['2023-03-11', undefined, '23 mo'],
    ['2023-03-10', undefined, '2 y'],
    ['1991-03-09', undefined, '34 y'],
  ])('born %s %s is %s', (date, time, text) => {
    const age = ageAt({ date, precision: 'exact', ...(time === undefined ? {} : { time }) }, now);
    expect(age && formatAge(age)).toBe(text);
  });
});

describe('the civil moment of an instant', () => {
  it('is what the clock on the wall shows', () => {
    const instant = new Date('2024-12-31T22:05:59.000Z');
    expect(civilMoment(instant, 'Asia/Dubai')).toBe('2025-01-01T02:05');
    expect(civilMoment(instant, 'America/New_York')).toBe('2024-12-31T17:05');
    expect(civilMoment(new Date('2025-01-01T00:00:00Z'), 'UTC')).toBe('2025-01-01T00:00');
  });

  it('throws for a zone that does not exist', () => {
    expect(() => civilMoment(new Date(), 'Mars/Olympus')).toThrow(RangeError);
  });
});
