import { describe, expect, it } from 'vitest';
import { icd10Codes } from '../../../shared/billing/icd10/codes.ts';
import { isIcd10 } from '../../../shared/billing/icd10/form.ts';
import { searchIcd10 } from '../../../shared/billing/icd10/search.ts';

describe('the ICD-10 codes that come with the program', () => {
  it('are at least four hundred, well formed, in order, each once, each with a title', () => {
    expect(icd10Codes.length).toBeGreaterThanOrEqual(400);
    for (const { code, title } of icd10Codes) {
      expect(isIcd10(code), code).toBe(true);
      expect(title, code).toMatch(/^\p{Lu}[^\n]{2,}\S$/u);
      expect(title, code).not.toMatch(/ {2}/);
    }
    const codes = icd10Codes.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].toSorted());
    expect(new Set(icd10Codes.map(({ title }) => title)).size).toBe(codes.length);
  });

  it('have the category of every finer code', () => {
    const codes = new Set(icd10Codes.map(({ code }) => code));
    const orphans = [...codes].filter((code) => code.includes('.') && !codes.has(code.slice(0, 3)));
    // COVID-19 was given emergency codes below a category that says nothing.
    expect(orphans).toEqual(['U07.1', 'U07.2']);
  });
});

describe('searching them', () => {
  const codes = (text: string) => searchIcd10(text).map(({ code }) => code);

  it('finds by code, with and without the point, the code itself first', () => {
    expect(codes('e11').slice(0, 3)).toEqual(['E11', 'E11.2', 'E11.9']);
    expect(codes('E119')).toEqual(['E11.9']);
    expect(codes('E11.9')[0]).toBe('E11.9');
  });

  it('finds by the beginnings of words in any order, whatever the case and accents', () => {
    expect(codes('diab typ 2')).toContain('E11');
    expect(codes('diab').slice(0, 2)).toEqual(['E10', 'E11']);
    expect(codes('fever')[0]).toBe('R50');
    expect(codes('DENGUE')).toEqual(['A90', 'A91']);
    expect(codes('anaem iron')[0]).toBe('D50');
    expect(codes('Méasles')).toEqual(['B05', 'B06']);
  });

  it('finds nothing for nothing, and what is none', () => {
    expect(codes('  ')).toEqual([]);
    expect(codes('?')).toEqual([]);
    expect(codes('zzzz')).toEqual([]);
  });

  it('accepts the form of a code that is not in the list, and nothing else', () => {
    for (const code of ['Q53.1', 'S72.0', 'C7A.1', 'M80.08XA']) expect(isIcd10(code), code).toBe(true);
    for (const code of ['', 'E', 'E1', '11E', 'E11.', 'e11', 'E11.12345', 'E11 9']) expect(isIcd10(code)).toBe(false);
  });
});
