import { describe, expect, it } from 'vitest';
import { starterCatalogue } from '../../../electron/core/catalogue/index.ts';
import { catalogueProblems } from '../../../shared/catalogue/check.ts';
import { rangeWarnings } from '../../../shared/catalogue/check-ranges.ts';
import { loincFits } from '../../../shared/catalogue/loinc.ts';
import { chooseRange, formatRange, yearsInDays } from '../../../shared/catalogue/ranges.ts';
import { type CatalogueEntry, catalogueEntrySchema } from '../../../shared/catalogue/schema.ts';
import { ucumUnits } from '../../../shared/catalogue/ucum.ts';

function ofKind<K extends CatalogueEntry['kind']>(kind: K) {
  return starterCatalogue.filter((entry): entry is Extract<CatalogueEntry, { kind: K }> => entry.kind === kind);
}
const parameters = new Map(ofKind('parameter').map((parameter) => [parameter.code, parameter]));

describe('the starter catalogue', () => {
  it('fits the schemas and every rule of the catalogue', () => {
    expect(starterCatalogue.flatMap((entry) => catalogueEntrySchema.safeParse(entry).error?.issues ?? [])).toEqual([]);
    expect(catalogueProblems(starterCatalogue)).toEqual([]);
  });

  it('has at least 150 tests in the departments of a general laboratory', () => {
    const tests = ofKind('test');
    expect(tests.length).toBeGreaterThanOrEqual(150);
    expect([...new Set(tests.map((test) => test.department))].toSorted()).toEqual(
      [
        'Biochemistry',
        'Blood bank',
        'Clinical microscopy',
        'Coagulation',
        'Haematology',
        'Immunology',
        'Microbiology',
        'Serology',
        'Therapeutic drugs',
        'Toxicology',
      ].toSorted(),
    );
    expect(new Set(tests.map((test) => test.name.toLowerCase())).size).toBe(tests.length);
  });

  it('gives every number decimals and a UCUM unit, or it is one that has none', () => {
    for (const parameter of parameters.values()) {
      if (parameter.valueType !== 'numeric') continue;
      expect(parameter.decimals, parameter.code).toBeGreaterThanOrEqual(0);
      expect(ucumUnits.has(parameter.unit ?? ''), `${parameter.code} ${parameter.unit}`).toBe(true);
    }
  });

  it('has LOINC codes whose check digits fit, none for two parameters', () => {
    const codes = [...parameters.values()].flatMap((parameter) => parameter.loinc ?? []);
    expect(codes.length).toBeGreaterThan(200);
    expect(codes.filter((code) => !loincFits(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
    for (const test of ofKind('test')) expect(test.loinc === undefined || loincFits(test.loinc), test.code).toBe(true);
  });

  it('names the source of every set of ranges, and covers adults of the sex it speaks of', () => {
    for (const set of ofKind('referenceRanges')) {
      expect(set.source?.length ?? 0, set.code).toBeGreaterThan(10);
      const sexes = new Set(set.ranges.map((range) => range.sex));
      for (const sex of ['male', 'female'] as const) {
        if (!sexes.has('any') && !sexes.has(sex)) continue;
        expect(chooseRange(set.ranges, { sex, ageDays: yearsInDays(40) }), `${set.code} ${sex}`).not.toBeNull();
      }
    }
  });

  it('writes limits in the decimals of the parameter, inside its critical and reportable limits', () => {
    for (const set of ofKind('referenceRanges')) {
      const parameter = parameters.get(set.parameter);
      if (!parameter) throw new Error(`no parameter ${set.parameter}`);
      for (const range of set.ranges) {
        for (const limit of [range.low, range.high]) {
          if (limit !== undefined) expect(limit.split('.')[1]?.length ?? 0, set.code).toBe(parameter.decimals ?? 0);
        }
        const { reportable } = parameter;
        const critical = range.critical ?? parameter.critical;
        const order = [reportable?.low, critical?.low, range.low, range.high, critical?.high, reportable?.high]
          .filter((limit) => limit !== undefined)
          .map(Number);
        expect(order, set.code).toEqual(order.toSorted((a, b) => a - b));
        expect(formatRange(parameter, range).length).toBeLessThanOrEqual(200);
      }
    }
  });

  it('uses every parameter, and has no gap between ages but the years 12 to 18 of the blood count', () => {
    const used = new Set(ofKind('test').flatMap((test) => test.parameters.map((row) => row.parameter)));
    expect([...parameters.keys()].filter((code) => !used.has(code))).toEqual([]);
    const gaps = ofKind('referenceRanges')
      .flatMap((set) => rangeWarnings(set, set.code))
      .filter(({ message }) => message.includes(' from '));
    expect(gaps.map(({ field, message }) => `${field}: ${message}`)).toEqual(
      ['WBC', 'HGB', 'PLT'].map((code) => `${code}.ranges: There is no range from 12 years to 18 years`),
    );
  });

  it('judges children and pregnant women by ranges of their own where it has them', () => {
    const ranges = (code: string) => ofKind('referenceRanges').find((set) => set.parameter === code)?.ranges ?? [];
    expect(chooseRange(ranges('HGB'), { sex: 'female', ageDays: 1 })).toMatchObject({ low: '14.0', high: '22.0' });
    expect(chooseRange(ranges('HGB'), { sex: 'female', ageDays: yearsInDays(30) })).toMatchObject({ low: '12.0' });
    const woman = { sex: 'female', ageDays: yearsInDays(30) } as const;
    expect(chooseRange(ranges('TSH'), woman)).toMatchObject({ low: '0.27', high: '4.20' });
    expect(chooseRange(ranges('TSH'), { ...woman, pregnancy: 'first' })).toMatchObject({ low: '0.10', high: '2.50' });
  });
});
