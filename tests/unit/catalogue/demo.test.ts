import { describe, expect, it } from 'vitest';
import { demoCatalogue, demoCodeMaps } from '../../../electron/demo/data/index.ts';
import { catalogueProblems } from '../../../shared/catalogue/check.ts';
import { chooseRange, formatRange } from '../../../shared/catalogue/ranges.ts';
import { type CatalogueEntry, catalogueEntrySchema } from '../../../shared/catalogue/schema.ts';
import { mindrayBs } from '../../../shared/devices/drivers/mindray-bs.ts';
import { sysmexXn } from '../../../shared/devices/drivers/sysmex-xn.ts';

function ofKind<K extends CatalogueEntry['kind']>(kind: K) {
  return demoCatalogue.filter((entry): entry is Extract<CatalogueEntry, { kind: K }> => entry.kind === kind);
}

/** LOINC part codes end with a Luhn digit (LOINC Users' Guide, appendix C). */
function luhnFits(loinc: string): boolean {
  const digits = [...loinc.replace('-', '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? digit : digit * 2;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
}

describe('the demo catalogue', () => {
  it('fits the schemas and hangs together', () => {
    expect(demoCatalogue.flatMap((entry) => catalogueEntrySchema.safeParse(entry).error?.issues ?? [])).toEqual([]);
    expect(catalogueProblems(demoCatalogue)).toEqual([]);
  });

  it('has a dozen tests and more, each with a price, the CBC with 24 parameters', () => {
    const tests = ofKind('test');
    const prices = new Map(ofKind('priceList').flatMap((list) => list.prices.map((row) => [row.code, row.amount])));
    expect(tests.length).toBeGreaterThanOrEqual(12);
    expect(tests.filter((test) => !((prices.get(test.code) ?? 0) > 0))).toEqual([]);
    expect(tests.find((test) => test.code === 'CBC')?.parameters).toHaveLength(24);
  });

  it('has LOINC codes whose check digits fit, each used once', () => {
    const codes = ofKind('parameter').flatMap((parameter) => parameter.loinc ?? []);
    expect(codes.filter((code) => !luhnFits(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('uses every parameter, and has a range for a man and a woman wherever it has ranges', () => {
    const used = new Set(ofKind('test').flatMap((test) => test.parameters.map((row) => row.parameter)));
    expect(ofKind('parameter').filter((parameter) => !used.has(parameter.code))).toEqual([]);
    for (const set of ofKind('referenceRanges')) {
      for (const sex of ['male', 'female'] as const) {
        expect(chooseRange(set.ranges, { sex, ageDays: 14_000 }), `${set.code} ${sex}`).not.toBeNull();
      }
      expect(set.source).toBeTruthy();
    }
  });

  it('writes limits in the decimals of the parameter, inside critical and reportable limits', () => {
    for (const set of ofKind('referenceRanges')) {
      const parameter = ofKind('parameter').find((entry) => entry.code === set.parameter);
      if (!parameter) throw new Error(`no parameter ${set.parameter}`);
      for (const range of set.ranges) {
        for (const limit of [range.low, range.high]) {
          if (limit !== undefined) expect(limit.split('.')[1]?.length ?? 0, set.code).toBe(parameter.decimals);
        }
        const order = [
          parameter.reportable?.low,
          (range.critical ?? parameter.critical)?.low,
          range.low,
          range.high,
          (range.critical ?? parameter.critical)?.high,
        ]
          .concat(parameter.reportable?.high)
          .filter((limit) => limit !== undefined)
          .map(Number);
        expect(order, set.code).toEqual(order.toSorted((a, b) => a - b));
        expect(formatRange(parameter, range).length).toBeLessThanOrEqual(200);
      }
    }
  });

  it('maps the codes of the simulated analyzers to parameters that exist, each code once', () => {
    const parameters = new Set(ofKind('parameter').map((parameter) => parameter.code));
    for (const entries of Object.values(demoCodeMaps)) {
      expect(entries.filter((entry) => !parameters.has(entry.parameter))).toEqual([]);
      expect(new Set(entries.map((entry) => entry.deviceCode)).size).toBe(entries.length);
    }
    const drivers = { 'sysmex-xn': sysmexXn, 'mindray-bs': mindrayBs };
    for (const [name, driver] of Object.entries(drivers)) {
      for (const entry of demoCodeMaps[name as keyof typeof demoCodeMaps]) {
        const sent = driver.codes.find((known) => known.code === entry.deviceCode);
        const parameter = ofKind('parameter').find((known) => known.code === entry.parameter);
        expect(sent?.unit, `${name} ${entry.deviceCode}`).toBe(parameter?.unit);
      }
    }
    const cbc = ofKind('test').find((test) => test.code === 'CBC');
    const fromSysmex = new Set(demoCodeMaps['sysmex-xn'].map((entry) => entry.parameter));
    expect(cbc?.parameters.filter((row) => !fromSysmex.has(row.parameter))).toEqual([]);
  });
});

describe('a catalogue that does not hang together', () => {
  const parameter = { kind: 'parameter', code: 'X', name: 'X', valueType: 'numeric', decimals: 1 } as const;
  const test = {
    kind: 'test',
    code: 'T',
    name: 'T',
    aliases: [],
    department: 'D',
    specimenType: 'S',
    parameters: [{ parameter: 'X' }],
  } as const;

  it.each([
    ['a code twice', [parameter, parameter], 'parameter.X.code'],
    ['no decimals', [{ ...parameter, decimals: undefined }], 'parameter.X.decimals'],
    ['no choices', [{ ...parameter, valueType: 'choice' }], 'parameter.X.choices'],
    [
      'critical limits the wrong way round',
      [{ ...parameter, critical: { low: '10', high: '9' } }],
      'parameter.X.critical',
    ],
    ['a test without its specimen type', [parameter, test], 'test.T.specimenType'],
    [
      'a profile of nothing',
      [{ kind: 'profile', code: 'P', name: 'P', aliases: [], tests: ['Z'] }],
      'profile.P.tests.0',
    ],
    [
      'an age band that ends before it begins',
      [
        parameter,
        { kind: 'referenceRanges', code: 'X', parameter: 'X', ranges: [{ sex: 'any', ageFromDays: 9, ageToDays: 9 }] },
      ],
      'referenceRanges.X.ranges.0.ageToDays',
    ],
    [
      'a price of nothing',
      [{ kind: 'priceList', code: 'L', name: 'L', currency: 'AED', prices: [{ kind: 'test', code: 'Z', amount: 1 }] }],
      'priceList.L.prices.0',
    ],
  ])('%s is found', (_, entries, field) => {
    expect(catalogueProblems(entries as CatalogueEntry[]).map((error) => error.field)).toEqual([field]);
  });

  it('one word for two choices is found', () => {
    const choices = [
      { value: 'Yes', abnormal: true, aliases: ['POS'] },
      { value: 'No', abnormal: false, aliases: ['pos'] },
    ];
    const entry: CatalogueEntry = { kind: 'parameter', code: 'C', name: 'C', valueType: 'choice', choices };
    expect(catalogueProblems([entry])).toMatchObject([{ field: 'parameter.C.choices' }]);
  });
});
