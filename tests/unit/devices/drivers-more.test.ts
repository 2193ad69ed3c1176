import { describe, expect, it } from 'vitest';
import {
  type AnalyzerOrder,
  type AnswerContext,
  type DeviceMessage,
  type Driver,
  type DriverSettings,
  deviceMessageSchema,
  encodeText,
  findDriver,
} from '../../../shared/devices/index.ts';
import { isLoinc } from '../../../shared/devices/loinc.ts';
import { textOf } from './drive.ts';

function driver(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
}

function read(id: string, lines: readonly string[], settings?: DriverSettings): DeviceMessage {
  const outcome = driver(id).read(encodeText(lines.map((line) => `${line}\r`).join(''), 'utf-8'), settings);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return deviceMessageSchema.parse(outcome.message);
}

/** The records that answer the first query of a message. */
function answered(id: string, question: readonly string[], orders: readonly AnalyzerOrder[]): string[][] {
  const [query] = read(id, question).queries;
  if (!query) throw new Error('no query');
  const answers = driver(id).answer?.(query, orders, context) ?? [];
  return answers.map(({ text }) => textOf(text).split('\r').slice(0, -1));
}

const context: AnswerContext = { now: '20240105120000', controlId: 'c1', sender: 'ALIQUOT' };
const order: AnalyzerOrder = {
  sampleId: 'AQ-9',
  codes: ['717', '690'],
  priority: 'routine',
  action: 'new',
  patient: { id: 'P-1', family: 'Rao', given: 'Asha', birthDate: '1990-02-15', sex: 'F' },
};

describe('cobas c 311', () => {
  const header = 'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1';

  it('tells dilution, rerun and data alarm of a result, and drops the alarm that is none', () => {
    const { results } = read('cobas-c311', [
      header,
      'P|1',
      'O|1|        AQ-1|7^50001^3^^S1^SC|^^^717^|R||||||N||||1||||||||||F',
      'R|1|^^^717/|5.85|mmol/l||N||F||||20240105101500|P1',
      'C|1|I|0|I',
      'R|2|^^^717/10|58.5|mmol/l||HH||C||||20240105102500|P1',
      'C|1|I|26|I',
      'L|1|N',
    ]);
    expect(results[0]).toMatchObject({ sampleId: 'AQ-1', rack: '50001', position: '3', code: '717', comments: [] });
    expect(results[0]).not.toHaveProperty('dilution');
    expect(results[0]).not.toHaveProperty('rerun');
    expect(results[1]).toMatchObject({ code: '717', dilution: '10', rerun: true, comments: ['Data alarm 26'] });
  });

  it('knows controls by the specimen type, and the sample id behind a counter', () => {
    const of = (order: string) =>
      read('cobas-c311', [header, 'P|1', order, 'R|1|^^^717/|5|mmol/l||N||F', 'L|1|N']).results[0];
    expect(of('O|1|PCCC1-118|1^^1^^QC^SC|^^^717^')).toMatchObject({ kind: 'control', control: { name: 'PCCC1-118' } });
    expect(of('O|1|11625^CL-0370         ^1^^004|R1|^^^717^')).toMatchObject({ kind: 'patient', sampleId: 'CL-0370' });
  });

  it('answers an inquiry with the place and type of the specimen as they came', () => {
    const question = [
      'H|\\^&|||c311^1|||||host|TSREQ^REAL|P|1',
      'Q|1|^^                  AQ-9^12^50001^4^^S2^MC||ALL||||||||O',
      'L|1|N',
    ];
    expect(answered('cobas-c311', question, [order])).toEqual([
      [
        'H|\\^&|||ALIQUOT||||||TSDWN^REPLY|P|1|20240105120000',
        'P|1|P-1|||Rao^Asha||19900215|F',
        'O|1|                  AQ-9|12^50001^4^^S2^MC|^^^717^\\^^^690^|R||||||N||||||||||||||Q',
        'L|1|N',
      ],
    ]);
    expect(answered('cobas-c311', question, [])[0]?.at(-1)).toBe('L|1|I');
  });
});

describe('Horiba Pentra', () => {
  const of = (record: string, header = 'H|\\^&|||ABX|||||||P|E1394-97') =>
    read('pentra', [header, 'P|1', 'O|1|AQ-1^02^08||^^^DIF', record, 'L|1|N']).results[0];

  it('takes the unit of the first unit system alone, never guesses another’s', () => {
    expect(of('R|1|^^^HGB^718-7^1|14.0|1||||F')?.unit).toBe('g/dL');
    expect(of('R|1|^^^HGB^718-7^1|140|2||||F')?.unit).toBe('unit system 2');
    expect(of('R|1|^^^HGB^718-7^1|14.0|g/dL||||F')?.unit).toBe('g/dL');
    expect(of('R|1|^^^NEW^^1|14.0|1||||F')).not.toHaveProperty('unit');
  });

  it('ignores LOINC codes that fail their check digit, and keeps the others', () => {
    expect(of('R|1|^^^RBC^789-9^1|4.6|1||||F')).not.toHaveProperty('loinc');
    expect(of('R|1|^^^PLT^777-3^1|234|1||||F')?.loinc).toBe('777-3');
    const valid = ['718-7', '71695-1'];
    const texts = [...valid, '789-9', '2100-5', '', 'x-1', '718'];
    expect(texts.filter(isLoinc)).toEqual(valid);
  });

  it('shows what the instrument thinks of its value among the flags, and its dilution', () => {
    expect(of('R|1|^^^WBC^^3|8.5|1||H||W')).toMatchObject({ flags: ['H', 'suspect'], dilution: '3', position: '08' });
    expect(of('R|1|^^^WBC^^1|-----|1||||X')).toMatchObject({ value: { kind: 'missing', reason: 'out-of-range' } });
    expect(of('R|1|^^^WBC^^1|-----|1||||N')).toMatchObject({ value: { kind: 'missing', reason: 'not-measured' } });
  });

  it('knows controls by H-12 and orders panels', () => {
    expect(of('R|1|^^^WBC^^1|8.5|1', 'H|\\^&|||ABX|||||||Q|E1394-97')?.kind).toBe('control');
    const question = ['H|\\^&|||ABX', 'Q|1|^AQ-9||ALL', 'L|1|N'];
    expect(answered('pentra', question, [{ ...order, codes: ['WBC', 'HGB'] }])[0]?.[2]).toContain('||^^^CBC|');
    expect(answered('pentra', question, [{ ...order, codes: ['WBC', 'EOS%'] }])[0]?.[2]).toContain('||^^^DIF|');
  });
});

describe('Mindray BC', () => {
  const header = 'MSH|^~\\&|BC-5380|Mindray|||20240105101500||ORU^R01|21|P|2.3.1||||||UNICODE';

  it('makes alarms that are true and remarks comments, and plots pictures of the sample', () => {
    const { samples, results } = read('mindray-bc', [
      header,
      'OBR|1||AQ-1|00001^Automated Count^99MRC',
      'OBX|1|ST|01001^Remark^99MRC||lipaemic||||||F',
      'OBX|2|IS|17790-7^WBC Left Shift?^LN||T||||||F',
      'OBX|3|IS|12014^Anemia^99MRC||F||||||F',
      'OBX|4|NM|30525-0^Age^LN||33|yr|||||F',
      'OBX|5|NM|15051^RBC Histogram. Left Line^99MRC||25||||||F',
      'OBX|6|ED|15200^WBC DIFF Scattergram. BMP^99MRC||^Image^BMP^Base64^Qk0=||||||F',
      'OBX|7|NM|6690-2^WBC^LN||9.1|10*9/L|4-10|N|||F',
    ]);
    expect(results.map(({ code, loinc, name }) => [code, loinc, name])).toEqual([['6690-2', '6690-2', 'WBC']]);
    expect(samples[0]?.comments).toEqual(['Remark: lipaemic', 'WBC Left Shift?: T']);
    expect(samples[0]?.images).toMatchObject([
      { name: 'WBC DIFF Scattergram', mediaType: 'image/bmp', encoding: 'base64', ref: { type: 'OBX', field: 5 } },
    ]);
  });

  it('keeps controls, and the set-up of controls, apart from patients', () => {
    const of = (processing: string, service: string) =>
      read('mindray-bc', [
        header.replace('|P|2.3.1', `|${processing}|2.3.1`),
        'PID|1||LOT7^^^^MR||||20250720',
        'PV1|1|H',
        `OBR|1||QC1|${service}^x^99MRC`,
        'OBX|1|NM|6690-2^WBC^LN||9.1|10*9/L',
      ]).results[0];
    expect(of('T', '00001')).toMatchObject({ kind: 'control', control: { lot: 'LOT7', level: 'H' } });
    expect(of('Q', '00001')?.kind).toBe('control');
    expect(of('P', '00003')?.kind).toBe('control');
    expect(of('D', '00003')?.kind).toBe('calibration');
    expect(of('P', '00002')?.kind).toBe('patient');
  });

  it('answers ORM^O01 by ORR^O02 with the mode, or refuses', () => {
    const question = ['MSH|^~\\&|BC-5380|Mindray|||20240105115900||ORM^O01|4|P|2.3.1||||||UNICODE', 'ORC|RF||AQ-9||IP'];
    expect(read('mindray-bc', question).queries[0]).toMatchObject({ sampleIds: ['AQ-9'], all: false });
    const [answer] = answered('mindray-bc', question, [{ ...order, codes: ['6690-2', '713-8'] }]);
    expect(answer?.[0]).toBe('MSH|^~\\&|||BC-5380|Mindray|20240105120000||ORR^O02|4|P|2.3.1||||||UNICODE||');
    expect(answer?.slice(1, 3)).toEqual(['MSA|AA|4', 'PID|1||P-1^^^^MR||Rao^Asha||19900215000000|Female']);
    expect(answer).toContain('ORC|AF|AQ-9|||');
    expect(answer?.at(-1)).toBe('OBX|3|IS|08003^Test Mode^99MRC||CBC+DIFF||||||F');
    const [count] = answered('mindray-bc', question, [{ ...order, codes: ['777-3', '32623-1'] }]);
    expect(count?.at(-1)).toContain('||CBC|');
    expect(answered('mindray-bc', question, [])[0]?.slice(1)).toEqual(['MSA|AR|4']);
  });
});

describe('smaller instruments', () => {
  it('DCA Vantage: the measuring range left, controls and service mode', () => {
    const of = (result: string, action = '', mode = 'P') =>
      read('dca-vantage', [
        `H|\\^&|||DCA VANTAGE^04.04^S1|||||||${mode}`,
        'P|1|AQ-1',
        `O|1||660^0090||||||||${action}||||||||||||||F`,
        result,
        'L|1|N',
      ]).results[0];
    expect(of('R|1|^^^Alb|5.0|mg/L||<||F')).toMatchObject({
      value: { number: '5.0', comparator: '<' },
      rawValue: '5.0',
    });
    expect(of('R|1|^^^Alb|>300|mg/L||>||F')).toMatchObject({ value: { number: '300', comparator: '>' } });
    expect(of('R|1|^^^Alb|5.0|mg/L||||F', 'Q')).toMatchObject({ kind: 'control', control: { lot: '0090' } });
    expect(of('R|1|^^^Alb|5.0|mg/L||||F', '', 'D')?.kind).toBe('calibration');
  });

  it('STart: one test in two units is two codes; no clot is out of range', () => {
    const { results } = read('stago-start', [
      'H|\\^&',
      'P|1',
      'O|1|AQ-1',
      'R|1|^^^PT|Vmax|s',
      'R|2|^^^PT|2,4|INR',
      'L|1|N',
    ]);
    expect(results.map(({ code, value }) => [code, value])).toEqual([
      ['PT^s', { kind: 'missing', reason: 'out-of-range' }],
      ['PT^INR', { kind: 'numeric', number: '2.4' }],
    ]);
  });

  it('Sysmex XP: diluted samples, controls by O-12, no answer to give', () => {
    const { results } = read('sysmex-xp', [
      'H|\\^&|||XP-300^00-14^^^^B6500^AP1',
      'P|1',
      'O|1||^^  EIGHTCHECK-N^M||||||||Q',
      'R|1|^^^^WBC^26|  4.8|10*3/uL||N||||OP  ||20240105101500',
      'L|1|N',
    ]);
    expect(results[0]).toMatchObject({ sampleId: 'EIGHTCHECK-N', kind: 'control', dilution: '26', operator: 'OP' });
    expect(driver('sysmex-xp').answer).toBeUndefined();
  });
});

describe('whatever the instrument', () => {
  const lines = ['H|\\^&', 'P|1', 'O|1|AQ-1', 'R|1|^^^A|1', 'R|2|^^^B|2', 'R|3|^^^A|3', 'L|1|N'];

  it('a code that comes again for a sample is a rerun; a control’s is not', () => {
    expect(read('generic-astm', lines).results.map(({ rerun = false }) => rerun)).toEqual([false, false, true]);
    const control = read('generic-astm', lines, { controlPrefixes: ['AQ'] });
    expect(control.results.every(({ rerun }) => rerun === undefined)).toBe(true);
  });

  it('O-12 = R is a rerun', () => {
    const again = read('generic-astm', ['H|\\^&', 'P|1', 'O|1|AQ-1|||||||||R', 'R|1|^^^A|1', 'L|1|N']);
    expect(again.results[0]?.rerun).toBe(true);
  });

  it('controls are told by a prefix, or by a pattern that fits the whole id', () => {
    const kind = (id: string, ...controlPrefixes: string[]) =>
      read('generic-astm', ['H|\\^&', 'P|1', `O|1|${id}`, 'R|1|^^^A|1', 'L|1|N'], { controlPrefixes }).results[0]?.kind;
    expect(kind('qc-7', 'QC-')).toBe('control');
    expect(kind('24-QC-7', '*-QC-?')).toBe('control');
    expect(kind('24-QC-77', '*-QC-?')).toBe('patient');
    expect(kind('24-QC-7', 'QC-')).toBe('patient');
    expect(kind('AAAAAAAAAAAAAAAAAAAAAAAAAAAAB', '*A*A*A*A*A*A*A*A*C')).toBe('patient');
  });
});
