import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRange, findChoice, flagOf, formatRange, yearsInDays } from '../../../shared/catalogue/ranges.ts';
import type { ReferenceRange } from '../../../shared/catalogue/schema.ts';
import { displayUnit } from '../../../shared/catalogue/units.ts';
import { ageAt } from '../../../shared/patients/age.ts';

const range = (change: Partial<ReferenceRange>): ReferenceRange => ({ sex: 'any', ageFromDays: 0, ...change });
const numeric = { valueType: 'numeric' as const };

describe('the range for a person', () => {
  const newborn = range({ ageToDays: 28, low: '14.0', high: '22.0' });
  const child = range({ ageFromDays: 28, ageToDays: yearsInDays(18), low: '11.0', high: '14.5' });
  const adult = range({ ageFromDays: yearsInDays(18), low: '12.0', high: '17.0' });
  const man = range({ sex: 'male', ageFromDays: yearsInDays(18), low: '13.0', high: '17.0' });
  const woman = range({ sex: 'female', ageFromDays: yearsInDays(18), low: '12.0', high: '15.0' });
  const everybody = range({ low: '10.0', high: '20.0' });
  const all = [everybody, adult, newborn, child, man, woman];

  it.each([
    ['female', 0, newborn],
    ['female', 27, newborn],
    ['female', 28, child],
    ['female', yearsInDays(18) - 1, child],
    ['female', yearsInDays(18), woman],
    ['male', 20_000, man],
    ['other', 20_000, adult],
    ['unknown', 20_000, adult],
    ['unknown', null, everybody],
    ['male', null, everybody],
  ] as const)('%s of %s days', (sex, ageDays, expected) => {
    expect(chooseRange(all, { sex, ageDays })).toBe(expected);
    expect(chooseRange(all.toReversed(), { sex, ageDays })).toBe(expected);
  });

  it('is null where none fits', () => {
    expect(chooseRange([man, woman], { sex: 'unknown', ageDays: 20_000 })).toBeNull();
    expect(chooseRange([man, woman], { sex: 'male', ageDays: null })).toBeNull();
    expect(chooseRange([], { sex: 'male', ageDays: 1 })).toBeNull();
  });

  it('of adults holds from the eighteenth birthday, whatever the leap years', () => {
    for (let year = 1900; year <= 2007; year++) {
      for (const day of ['01-01', '02-28', '03-01', '12-31']) {
        const age = ageAt({ date: `${year}-${day}`, precision: 'exact' }, `${year + 18}-${day}`);
        expect(age?.totalDays ?? 0).toBeGreaterThanOrEqual(yearsInDays(18));
      }
    }
  });
});

describe('flags', () => {
  const potassium = { ...numeric, critical: { low: '2.8', high: '6.2' } };
  const normal = range({ low: '3.5', high: '5.1' });

  it.each([
    ['2.7', 'LL'],
    ['2.8', 'L'],
    ['3.4', 'L'],
    ['3.5', ''],
    ['3.50', ''],
    ['5.1', ''],
    ['5.11', 'H'],
    ['6.2', 'H'],
    ['6.3', 'HH'],
    ['<2.8', 'LL'],
    ['<=2.8', 'L'],
    ['<3.5', 'L'],
    ['<5.0', ''],
    ['<9.0', ''],
    ['>5.1', 'H'],
    ['>=5.1', ''],
    ['>=5.2', 'H'],
    ['>6.2', 'HH'],
    ['>4', ''],
    ['haemolysed', ''],
  ])('%s is flagged "%s"', (value, flag) => {
    expect(flagOf(value, potassium, normal)).toBe(flag);
  });

  it('compare decimals, not binary fractions', () => {
    expect(flagOf('0.3', numeric, range({ high: '0.3' }))).toBe('');
    expect(flagOf('0.30000000000000001', numeric, range({ high: '0.3' }))).toBe('H');
  });

  it('critical limits hold without a range, and a range brings its own', () => {
    expect(flagOf('7.0', potassium, null)).toBe('HH');
    expect(flagOf('5.9', potassium, null)).toBe('');
    const newborn = range({ low: '3.7', high: '5.9', critical: { high: '7.5' } });
    expect(flagOf('7.0', potassium, newborn)).toBe('H');
    expect(flagOf('2.0', potassium, newborn)).toBe('L');
  });

  it('a value is never flagged both ways: higher values are never flagged lower', () => {
    const order = ['LL', 'L', '', 'H', 'HH'];
    const value = fc.integer({ min: -100, max: 1200 });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const flag = (tenths: number) => order.indexOf(flagOf((tenths / 100).toFixed(2), potassium, normal));
        expect(flag(Math.min(a, b))).toBeLessThanOrEqual(flag(Math.max(a, b)));
      }),
    );
  });

  it('of choices follow the word, in any of its forms', () => {
    const parameter = {
      valueType: 'choice' as const,
      choices: [
        { value: 'Non-reactive', abnormal: false, aliases: ['NEG'] },
        { value: 'Reactive', abnormal: true, aliases: ['POS', '+'] },
      ],
    };
    expect(flagOf('Reactive', parameter, null)).toBe('A');
    expect(flagOf(' pos ', parameter, null)).toBe('A');
    expect(flagOf('neg', parameter, null)).toBe('');
    expect(flagOf('doubtful', parameter, null)).toBe('');
    expect(findChoice('+', parameter)?.value).toBe('Reactive');
    expect(formatRange(parameter, null)).toBe('Non-reactive');
  });

  it('are never given to free text', () => {
    expect(flagOf('9999', { valueType: 'text' }, normal)).toBe('');
  });
});

describe('ranges as printed', () => {
  it.each([
    [{ low: '13', high: '17' }, 1, '13.0 – 17.0'],
    [{ low: '60' }, 0, '≥ 60'],
    [{ high: '5' }, 1, '≤ 5.0'],
    [{}, 1, ''],
    [{ high: '199', text: 'Desirable < 200' }, 0, 'Desirable < 200'],
  ])('%j in %i decimals is "%s"', (limits, decimals, text) => {
    expect(formatRange({ ...numeric, decimals }, range(limits))).toBe(text);
  });

  it('are empty where there is none', () => {
    expect(formatRange(numeric, null)).toBe('');
  });
});

describe('units as printed', () => {
  it.each([
    ['10*3/uL', '10³/µL'],
    ['10*12/L', '10¹²/L'],
    ['g/dL', 'g/dL'],
    ['ug/dL', 'µg/dL'],
    ['umol/L', 'µmol/L'],
    ['m[IU]/L', 'mIU/L'],
    ['u[IU]/mL', 'µIU/mL'],
    ['/[HPF]', '/HPF'],
    ['mL/min/{1.73_m2}', 'mL/min/1.73 m²'],
    ['{INR}', ''],
    ['[pH]', ''],
    ['Cel', '°C'],
    ['U/L', 'U/L'],
    ['mmol/mol', 'mmol/mol'],
    ['%', '%'],
    [undefined, ''],
  ])('%s is "%s"', (ucum, text) => {
    expect(displayUnit(ucum)).toBe(text);
  });
});
