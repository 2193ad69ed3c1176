import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageDaysText, monthsInDays, readAgeDays } from '../../../shared/catalogue/age-text.ts';
import { catalogueProblems } from '../../../shared/catalogue/check.ts';
import { rangeWarnings } from '../../../shared/catalogue/check-ranges.ts';
import { differences, differenceText } from '../../../shared/catalogue/entries.ts';
import { loincFits } from '../../../shared/catalogue/loinc.ts';
import { chooseRange, flagOf, formatRange, rangesFor, yearsInDays } from '../../../shared/catalogue/ranges.ts';
import type { CatalogueEntry, ReferenceRange, ReferenceRangesShape } from '../../../shared/catalogue/schema.ts';
import { formatTitre, parseTitre } from '../../../shared/catalogue/titre.ts';
import { likelyUnit, ucumUnits } from '../../../shared/catalogue/ucum.ts';
import { displayUnit } from '../../../shared/catalogue/units.ts';
import { readTyped } from '../../../shared/reports/values.ts';

const number: CatalogueEntry = { kind: 'parameter', code: 'X', name: 'X', valueType: 'numeric', decimals: 1 };
const titre: CatalogueEntry = { kind: 'parameter', code: 'T', name: 'T', valueType: 'titre' };
const range = (change: Partial<ReferenceRange>): ReferenceRange => ({ sex: 'any', ageFromDays: 0, ...change });
const set = (ranges: ReferenceRange[], change: Partial<ReferenceRangesShape> = {}): ReferenceRangesShape => ({
  kind: 'referenceRanges',
  code: 'X',
  parameter: 'X',
  ranges,
  ...change,
});
const codesOf = (entries: CatalogueEntry[]) => catalogueProblems(entries).map(({ field, code }) => `${field}: ${code}`);

describe('titres', () => {
  it.each([
    ['1:80', '1:80'],
    [' 1 / 80 ', '1:80'],
    ['1 in 40', '1:40'],
    ['80', '1:80'],
    ['<1:20', '<1:20'],
    ['≥ 1:1280', '>=1:1280'],
    ['1:080', '1:80'],
  ])('%s is %s', (typed, written) => {
    expect(readTyped(typed, titre)).toEqual({ value: written });
  });

  it.each(['', '1:', '1:0', '2:80', '1:80:2', 'reactive', '1:80.5', '-80', '1:9999999999'])('%s is none', (typed) => {
    expect(parseTitre(typed)).toBeNull();
    expect(readTyped(typed, titre).error).toMatchObject({ code: 'value.notATitre' });
  });

  it('are compared by dilution, not as text or fraction', () => {
    const upTo80 = range({ high: '80' });
    const parameter = { valueType: 'titre', critical: { high: '640' } } as const;
    const flags = ['1:20', '1:80', '1:160', '1:1280', '<1:20', '>1:640'].map((one) => flagOf(one, parameter, upTo80));
    expect(flags).toEqual(['', '', 'H', 'HH', '', 'HH']);
    expect(formatRange(parameter, upTo80)).toBe('≤ 1:80');
  });

  it('are read back as written', () => {
    const dilution = fc.integer({ min: 1, max: 999_999_999 });
    const comparator = fc.constantFrom(undefined, '<', '>', '<=', '>=');
    fc.assert(
      fc.property(dilution, comparator, (value, sign) => {
        const one = { number: String(value), ...(sign ? { comparator: sign as '<' } : {}) };
        expect(parseTitre(formatTitre(one))).toEqual(one);
      }),
    );
  });
});

describe('pictures', () => {
  it('cannot be typed and are never flagged', () => {
    const picture: CatalogueEntry = { kind: 'parameter', code: 'P', name: 'P', valueType: 'image' };
    expect(readTyped('a', picture).error).toMatchObject({ code: 'value.image' });
    expect(flagOf('a', picture, range({ high: '1' }))).toBe('');
  });
});

describe('units', () => {
  it('are UCUM, and every one prints', () => {
    for (const unit of ucumUnits.keys()) expect(displayUnit(unit), unit).not.toMatch(/[[\]{}*]/);
    expect(ucumUnits.get('mg/dL')).toBe('mass concentration');
  });

  it.each([
    ['MG/DL', 'mg/dL'],
    ['µg/dL', 'ug/dL'],
    ['10^3/µL', '10*3/uL'],
    ['x10³/uL', '10*3/uL'],
    ['mIU/L', 'm[IU]/L'],
    ['mmHg', 'mm[Hg]'],
  ])('%s was probably meant as %s', (typed, unit) => {
    expect(likelyUnit(typed)).toBe(unit);
    const [problem] = catalogueProblems([{ ...number, unit: typed }]);
    expect(problem).toMatchObject({
      field: 'parameter.X.unit',
      code: 'catalogue.unit',
      remedy: `Did you mean ${unit}?`,
    });
  });

  it('that nobody knows are refused without a guess', () => {
    expect(catalogueProblems([{ ...number, unit: 'bananas' }])[0]?.remedy).toBe('Choose one from the list of units.');
  });
});

describe('LOINC', () => {
  it('codes of common tests fit their check digit, and no other digit does', () => {
    for (const code of ['718-7', '2160-0', '4548-4', '3016-3', '89579-7', '98979-8']) {
      expect(loincFits(code)).toBe(true);
      const [base, check] = code.split('-');
      for (const digit of '0123456789') if (digit !== check) expect(loincFits(`${base}-${digit}`)).toBe(false);
    }
    expect(loincFits('718')).toBe(false);
    expect(codesOf([{ ...number, loinc: '718-8' }])).toEqual(['parameter.X.loinc: catalogue.loinc']);
  });
});

describe('sets of ranges', () => {
  const band = (from: number, to: number | undefined, change: Partial<ReferenceRange> = {}) =>
    range({ ageFromDays: from, ...(to === undefined ? {} : { ageToDays: to }), ...change });

  it.each([
    ['overlap in part', [band(0, 100), band(50, 200)], ['X.ranges.1: catalogue.overlap']],
    ['are the same', [band(0, 100), band(0, 100)], ['X.ranges.1: catalogue.overlap']],
    ['touch', [band(0, 100), band(100, 200)], []],
    ['lie within one another', [band(0, undefined), band(0, 28)], []],
    ['are of two sexes', [band(0, undefined, { sex: 'male' }), band(0, undefined, { sex: 'female' })], []],
    ['are of pregnancy and not', [band(0, undefined), band(0, undefined, { pregnancy: 'any' })], []],
    [
      'are of pregnant men',
      [band(0, undefined, { sex: 'male', pregnancy: 'first' })],
      ['X.ranges.0.pregnancy: catalogue.range'],
    ],
    ['are reversed', [band(0, undefined, { low: '10', high: '9.5' })], ['X.ranges.0: catalogue.limits']],
  ] as const)('that %s', (_, ranges, expected) => {
    expect(codesOf([number, set([...ranges])])).toEqual(expected.map((one) => `referenceRanges.${one}`));
  });

  it('of words have no limits, of titres whole dilutions', () => {
    const words: CatalogueEntry = { ...number, valueType: 'text', decimals: undefined };
    expect(codesOf([words, set([range({ high: '5' })])])).toEqual(['referenceRanges.X.ranges.0: catalogue.range']);
    expect(codesOf([words, set([range({ text: 'None' })])])).toEqual([]);
    const bad = set([range({ high: '1.5' })], { code: 'T', parameter: 'T' });
    expect(codesOf([titre, bad])).toEqual(['referenceRanges.T.ranges.0: catalogue.range']);
  });

  it('tell gaps between ages and a sex that is left out, not the years before the first', () => {
    const told = (ranges: ReferenceRange[]) => rangeWarnings(set(ranges), 'X').map(({ message }) => message);
    expect(told([band(yearsInDays(18), undefined)])).toEqual([]);
    expect(told([band(0, 28), band(yearsInDays(1), undefined)])).toEqual(['There is no range from 28 days to 1 years']);
    expect(told([band(0, 28)])).toEqual(['There is no range from 28 days']);
    expect(told([band(0, undefined, { sex: 'female' })])).toEqual(['There is no range for men']);
  });

  it('of the method of a parameter go before those of any', () => {
    const any = set([range({ high: '1' })]);
    const clia = set([range({ high: '2' })], { code: 'X2', method: 'CLIA' });
    const old = set([range({ high: '3' })], { code: 'X3', activeTo: '2020-01-01' });
    const highs = (method: string | undefined) =>
      rangesFor({ method }, [any, clia, old], '2026-01-01').map(({ high }) => high);
    expect(highs(undefined)).toEqual(['1']);
    expect(highs('clia')).toEqual(['2']);
    expect(highs('ELISA')).toEqual(['1']);
    expect(rangesFor({}, [old], '2019-01-01')).toHaveLength(1);
  });

  it('of pregnancy are for pregnant women alone, the trimester before any', () => {
    const everybody = range({ high: '1' });
    const pregnant = range({ high: '2', pregnancy: 'any' });
    const second = range({ high: '3', pregnancy: 'second', sex: 'female' });
    const high = (pregnancy: ReferenceRange['pregnancy']) =>
      chooseRange([second, pregnant, everybody], { sex: 'female', ageDays: 11_000, pregnancy })?.high;
    expect([high(undefined), high('any'), high('first'), high('second')]).toEqual(['1', '2', '2', '3']);
  });
});

describe('ages of bands', () => {
  it.each([
    ['28', 28],
    ['28 d', 28],
    ['6w', 42],
    ['3 mo', 91],
    ['18 y', 6574],
    ['1 year', 365],
  ])('%s is %i days', (text, days) => {
    expect(readAgeDays(text)).toBe(days);
  });

  it('are written so that they are read back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60_000 }), (days) => readAgeDays(ageDaysText(days)) === days));
    expect([ageDaysText(yearsInDays(18)), ageDaysText(monthsInDays(3)), ageDaysText(28)]).toEqual([
      '18 y',
      '3 mo',
      '28 d',
    ]);
    expect(readAgeDays('young')).toBeNull();
  });
});

describe('volumes', () => {
  const urine: CatalogueEntry = {
    ...{ kind: 'specimenType', code: 'U', name: 'Urine', container: 'Cup', colour: 'yellow' },
    volume: '10',
  };
  const test = (volume: string): CatalogueEntry => ({
    ...{ kind: 'test', code: 'A', name: 'A', aliases: [], department: 'D', specimenType: 'U', volume },
    parameters: [{ parameter: 'X' }],
  });

  it('of a test are not more than what is drawn, nor below zero', () => {
    expect(codesOf([urine, number, test('10')])).toEqual([]);
    expect(codesOf([urine, number, test('10.1')])).toEqual(['test.A.volume: catalogue.volume']);
    expect(codesOf([urine, number, test('-1')])).toEqual(['test.A.volume: catalogue.limits']);
    expect(codesOf([{ ...urine, volume: '0' }, number, test('10.1')])).toEqual([]);
  });
});

describe('differences of two states', () => {
  it('are told leaf by leaf, rows of lists by what names them', () => {
    const before: CatalogueEntry = { ...number, unit: 'g/L', critical: { low: '1' } };
    const after: CatalogueEntry = { ...number, unit: 'g/dL', critical: { low: '1', high: '9' } };
    expect(differenceText(differences(before, after))).toBe('unit g/L → g/dL; critical.high — → 9');
    const wide = differences(set([range({ high: '5' })]), set([range({ high: '6' }), range({ sex: 'male' })]));
    expect(wide.find(({ field }) => field === 'ranges.any 0– d.high')).toEqual({
      field: 'ranges.any 0– d.high',
      before: '5',
      after: '6',
    });
    expect(differences(before, { ...before })).toEqual([]);
  });
});
