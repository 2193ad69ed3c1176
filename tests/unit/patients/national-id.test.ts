import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findNationalIdRule,
  nationalIdRules,
  normaliseNationalId,
  validateNationalId,
} from '../../../shared/patients/national-id.ts';

const problem = (country: string, type: string, value: string) =>
  validateNationalId({ country, type, value }).map((error) => error.code);

describe('national ids', () => {
  it.each(nationalIdRules.map((rule) => [rule.country === '*' ? 'FR' : rule.country, rule.type, rule.example]))(
    'the example of %s %s is right by its own rule',
    (country, type, example) => {
      expect(problem(country, type, example)).toEqual([]);
    },
  );

  it.each([
    // UIDAI's published test number.
    ['IN', 'aadhaar', '9999 4105 7058', []],
    ['IN', 'aadhaar', '9999 4105 7085', ['nationalId.checkDigit']],
    ['IN', 'aadhaar', '1999 4105 7058', ['nationalId.neverIssued']],
    ['IN', 'aadhaar', '9999 4105 705', ['nationalId.format']],
    ['IN', 'pan', 'afzpk7190k', []],
    ['IN', 'pan', 'AFZCK7190K', ['nationalId.neverIssued']],
    ['IN', 'pan', 'AFZP7190KK', ['nationalId.format']],
    ['US', 'ssn', '536-90-4399', []],
    ['US', 'ssn', '078-05-1120', ['nationalId.neverIssued']],
    ['US', 'ssn', '666-12-3456', ['nationalId.neverIssued']],
    ['US', 'ssn', '900-12-3456', ['nationalId.neverIssued']],
    ['US', 'ssn', '536-00-4399', ['nationalId.neverIssued']],
    ['US', 'ssn', '536-90-0000', ['nationalId.neverIssued']],
    ['ID', 'nik', '32 7300 010101 0001', []],
    // A woman: day 71 is 31.
    ['ID', 'nik', '32 7300 710101 0001', []],
    ['ID', 'nik', '3273013206800002', ['nationalId.neverIssued']],
    ['ID', 'nik', '3273014006800002', ['nationalId.neverIssued']],
    ['ID', 'nik', '3273013102800002', ['nationalId.neverIssued']],
    ['ID', 'nik', '3273010112800000', ['nationalId.neverIssued']],
    ['AE', 'emiratesId', '784-1984-1234567-9', ['nationalId.checkDigit']],
    ['AE', 'emiratesId', '785-1984-1234567-9', ['nationalId.format']],
    ['BR', 'cpf', '529.982.247-25', []],
    ['BR', 'cpf', '529.982.247-26', ['nationalId.checkDigit']],
    ['BR', 'cpf', '111.111.111-11', ['nationalId.neverIssued']],
    ['DE', 'passport', 'c01x00t47', []],
    ['DE', 'passport', 'ABCDEFGH', ['nationalId.format']],
    ['DE', 'passport', '1234567890', ['nationalId.format']],
    ['DE', 'aadhaar', '9999 4105 7058', ['nationalId.unknownType']],
    ['Germany', 'passport', 'C01X00T47', ['nationalId.country']],
  ])('%s %s %s gives %j', (country, type, value, codes) => {
    expect(problem(country, type, value)).toEqual(codes);
  });

  it('Verhoeff finds every wrong digit and every swap of neighbours', () => {
    const valid = '999941057058';
    const change = fc.record({ at: fc.integer({ min: 1, max: 11 }), digit: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(change, ({ at, digit }) => {
        const wrong = valid.slice(0, at) + digit + valid.slice(at + 1);
        expect(problem('IN', 'aadhaar', wrong)).toEqual(wrong === valid ? [] : ['nationalId.checkDigit']);
      }),
    );
    for (let at = 1; at < 11; at++) {
      const swapped = valid.slice(0, at) + valid[at + 1] + valid[at] + valid.slice(at + 2);
      if (swapped !== valid) expect(problem('IN', 'aadhaar', swapped)).toEqual(['nationalId.checkDigit']);
    }
  });

  it('never throws, whatever is typed', () => {
    const kinds = fc.constantFrom(...nationalIdRules);
    fc.assert(
      fc.property(kinds, fc.string({ unit: 'grapheme' }), (rule, value) => {
        const country = rule.country === '*' ? 'XX' : rule.country;
        expect(Array.isArray(validateNationalId({ country, type: rule.type, value }))).toBe(true);
      }),
    );
  });

  it('errors stand at the field of the form and say what to do', () => {
    const [error] = validateNationalId({ country: 'BR', type: 'cpf', value: '1' }, 'nationalIds.2');
    expect(error).toMatchObject({ field: 'nationalIds.2.value', code: 'nationalId.format' });
    expect(error?.remedy).toContain('529.982.247-25');
  });

  it('a laboratory adds a kind of its own, which goes before the one for every country', () => {
    const own = {
      country: 'FR',
      type: 'passport',
      name: 'Passeport',
      example: '12AB34567',
      check: () => 'format' as const,
    };
    const rules = [...nationalIdRules, own];
    expect(findNationalIdRule('FR', 'passport', rules)).toBe(own);
    expect(validateNationalId({ country: 'FR', type: 'passport', value: 'K1234567' }, 'id', rules)).toHaveLength(1);
  });

  it('are stored in capitals without punctuation', () => {
    expect(normaliseNationalId(' 784-1987-1234567-4 ')).toBe('784198712345674');
    expect(normaliseNationalId('529.982.247/25')).toBe('52998224725');
  });
});
