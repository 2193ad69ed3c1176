import { describe, expect, it } from 'vitest';
import { isMinorWithoutGuardian } from '../../../shared/patients/guardian.ts';
import { mayBePregnant, pregnancySchema, trimesterOf } from '../../../shared/patients/pregnancy.ts';
import { personAt } from '../../../shared/reports/values.ts';

const birth = (date: string) => ({ date, precision: 'exact' as const });
const today = '2026-11-27';

describe('a minor without a guardian', () => {
  it.each([
    ['2008-11-28', true],
    ['2008-11-27', false],
    ['2026-11-26', true],
    ['1990-01-01', false],
  ])('born %s: %s', (date, isAlone) => {
    expect(isMinorWithoutGuardian({ birth: birth(date) }, today)).toBe(isAlone);
  });

  it('is one unless somebody is named as guardian; a parent alone is not', () => {
    const child = { birth: birth('2018-01-01') };
    expect(isMinorWithoutGuardian({ ...child, family: [{ relation: 'parent', name: 'Rana' }] }, today)).toBe(true);
    expect(isMinorWithoutGuardian({ ...child, family: [{ relation: 'parent', guardian: true }] }, today)).toBe(false);
    expect(isMinorWithoutGuardian({ ...child, family: [{ relation: 'guardian', name: 'Rana' }] }, today)).toBe(false);
    expect(isMinorWithoutGuardian({}, today)).toBe(false);
  });
});

describe('a pregnancy', () => {
  it.each([
    [1, 'first'],
    [13, 'first'],
    [14, 'second'],
    [27, 'second'],
    [28, 'third'],
    [44, 'third'],
    [undefined, 'any'],
  ])('of %s weeks is in the trimester %s', (weeks, trimester) => {
    expect(trimesterOf({ weeks })).toBe(trimester);
  });

  it.each([0, 45, 12.5, -1])('has no %s weeks', (weeks) => {
    expect(pregnancySchema.safeParse({ weeks }).success).toBe(false);
  });

  it('is asked of where it is plausible', () => {
    const asked = (sex: 'male' | 'female' | 'other' | 'unknown', date?: string) =>
      mayBePregnant({ sex, birth: date ? birth(date) : undefined }, today);
    expect([asked('female', '1995-01-01'), asked('female'), asked('other', '1995-01-01')]).toEqual([true, true, true]);
    expect([asked('male', '1995-01-01'), asked('female', '2020-01-01'), asked('female', '1950-01-01')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is part of whom ranges are chosen for', () => {
    const woman = { sex: 'female' as const, birth: birth('1996-11-27') };
    expect(personAt(woman, today, { weeks: 20 })).toMatchObject({ sex: 'female', pregnancy: 'second' });
    expect(personAt(woman, today, undefined)).not.toHaveProperty('pregnancy');
  });
});
