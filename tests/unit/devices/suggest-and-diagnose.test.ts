import { describe, expect, it } from 'vitest';
import { type ConnectionSigns, diagnose } from '../../../shared/devices/diagnose.ts';
import { parameterSuggester } from '../../../shared/devices/suggest-parameters.ts';

describe('the parameter of a code', () => {
  const suggest = parameterSuggester([
    { id: 'glu', code: 'GLUF', name: 'Glucose, fasting', loinc: '1558-6', unit: 'mmol/L' },
    { id: 'wbc', code: 'WBC', name: 'Leucocytes', loinc: '6690-2', unit: '10*3/uL' },
    { id: 'na1', code: 'NA', name: 'Sodium', loinc: '2951-2', unit: 'mmol/L' },
    { id: 'na2', code: 'NA-U', name: 'Sodium in urine', loinc: '2951-2', unit: 'mmol/L' },
    { id: 'np', code: 'NEUT-PCT', name: 'Neutrophils', unit: '%' },
    { id: 'na', code: 'NEUT-ABS', name: 'Neutrophils', unit: '10*3/uL' },
  ]);

  it('is found by LOINC before the code, by the code before the name', () => {
    expect(suggest({ code: 'WBC', loinc: '1558-6', unit: 'mmol/L' })).toEqual({
      parameterId: 'glu',
      by: 'loinc',
      otherUnit: false,
    });
    expect(suggest({ code: 'wbc', name: 'Sodium' })?.parameterId).toBe('wbc');
    expect(suggest({ code: '413', name: 'sodium' })).toMatchObject({ parameterId: 'na1', by: 'name' });
  });

  it('is not guessed between two that would fit; the next sign decides', () => {
    expect(suggest({ code: 'X', name: 'Neutrophils' })).toBeUndefined();
    expect(suggest({ code: 'X', loinc: '2951-2' })).toBeUndefined();
    expect(suggest({ code: 'NA', loinc: '2951-2' })).toMatchObject({ parameterId: 'na1', by: 'code' });
  });

  it('tells a unit that is another one from one that is only written otherwise', () => {
    expect(suggest({ code: 'WBC', unit: '10^3/µL' })?.otherUnit).toBe(false);
    expect(suggest({ code: 'GLUF', unit: 'mg/dL' })?.otherUnit).toBe(true);
    expect(suggest({ code: 'GLUF' })?.otherUnit).toBe(false);
  });
});

describe('what a connection lacks', () => {
  const signs = (change: Partial<ConnectionSigns>): ConnectionSigns => ({
    ...{ state: 'waiting', kind: 'tcpServer', protocol: 'astm', bytesIn: 0, messages: 0, received: '' },
    ...change,
  });

  it('is said from the cable upwards', () => {
    expect(diagnose(signs({ state: 'off' }))).toBe('off');
    expect(diagnose(signs({}))).toBe('nobodyCalled');
    expect(diagnose(signs({ kind: 'tcpClient', state: 'error' }))).toBe('noAnswer');
    expect(diagnose(signs({ kind: 'serial', state: 'error' }))).toBe('trouble');
    expect(diagnose(signs({ state: 'connected' }))).toBe('connectedSilent');
  });

  it('knows the other protocol and a wrong speed by the bytes', () => {
    const connected = { state: 'connected', bytesIn: 40 } as const;
    expect(diagnose(signs({ ...connected, received: '\x0bMSH|^~\\&|X\r' }))).toBe('looksHl7');
    expect(diagnose(signs({ ...connected, protocol: 'mllp', received: '\x05\x021H|\\^&\r' }))).toBe('looksAstm');
    expect(diagnose(signs({ ...connected, kind: 'serial', received: '\xf8\x80\x00\xfe\x9c\xe0' }))).toBe('garbled');
    expect(diagnose(signs({ ...connected, received: '\x05' }))).toBe('noWholeMessage');
  });

  it('goes by what was read once a message is there', () => {
    const read = { ok: true, results: 3, queries: 0, unmapped: 0 };
    const arrived = { state: 'connected', bytesIn: 40, messages: 1 } as const;
    expect(diagnose(signs({ ...arrived, reading: read }))).toBe('works');
    expect(diagnose(signs({ ...arrived, reading: { ...read, unmapped: 2 } }))).toBe('unmapped');
    expect(diagnose(signs({ ...arrived, reading: { ...read, ok: false } }))).toBe('unread');
    expect(diagnose(signs({ ...arrived, reading: { ...read, results: 0 } }))).toBe('noResults');
    expect(diagnose(signs({ ...arrived, reading: { ...read, results: 0, queries: 1 } }))).toBe('works');
  });
});
