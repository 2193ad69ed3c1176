import { astmRecord } from '../../../shared/devices/astm/build.ts';
import { type AstmRecord, componentsOf, fieldText, repeatsOf } from '../../../shared/devices/astm/records.ts';
import type { AstmStyle } from './astm-instrument.ts';
import { type Measured, measureBlood, measurePanel, measureWord, type OwnCount } from './measurements.ts';

/** Rack and position, counting on as a loader does. */
function loader(): () => readonly [rack: string, position: string] {
  let tubes = 0;
  return () => {
    const place = [String(1 + (Math.floor(tubes / 10) % 50)), String(1 + (tubes % 10))] as const;
    tubes++;
    return place;
  };
}

/** Test ids of an order, by the component that holds the code. */
function codesIn(order: AstmRecord, component: number): string[] {
  return repeatsOf(order, 5)
    .map((repetition) => (componentsOf(order, repetition)[component - 1] ?? '').trim())
    .filter((code) => code !== '');
}

const plainPatient = astmRecord('P', { 2: '1' });
const wholeMessage = { frameLayout: 'message', maxFrameText: 60_000 } as const;

/** A result record of the standard: what changes is the test id and a field or two. */
function result(
  index: number,
  testId: readonly string[],
  { value, unit, flag }: Measured,
  more: Parameters<typeof astmRecord>[1],
): string {
  return astmRecord('R', { 2: String(index + 1), 3: testId, 4: value, 5: unit, 7: flag, 9: 'F', ...more });
}

/** Sysmex XN: everything in one frame, sample ids of 22 places. */
export function sysmexXnStyle(): AstmStyle {
  const place = loader();
  const specimen = (sampleId: string) => [...place(), sampleId.padStart(22), 'B'];
  return {
    link: wholeMessage,
    header: () => astmRecord('H', { 5: ['    XN-550', '00-24', '22001', '', '', '', 'SIM00001'], 13: 'E1394-97' }),
    measure: (sampleId, codes, seed) => measureBlood(sampleId, codes, seed),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('C', { 2: '1' }),
      astmRecord('O', {
        2: '1',
        4: specimen(sampleId),
        5: measured.map(({ code }) => ['', '', '', '', code]),
        12: 'N',
        26: 'F',
      }),
      ...measured.map((one, index) => result(index, ['', '', '', '', one.code, '1'], one, { 13: now })),
    ],
    query: (sampleId, now) =>
      astmRecord('Q', {
        2: '1',
        3: sampleId === undefined ? ['', '', 'ALL', ''] : specimen(sampleId),
        7: now,
        13: 'F',
      }),
    ordered: (order) => ({ sampleId: fieldText(order, 3, 3).trim(), codes: codesIn(order, 5) }),
  };
}

const threeParts: Readonly<Record<string, OwnCount>> = {
  ...Object.fromEntries(
    ['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT', 'RDW-SD', 'RDW-CV', 'PDW', 'MPV', 'P-LCR', 'PCT'].map(
      (code) => [code, { of: [code] }],
    ),
  ),
  'LYM%': { of: ['LYMPH%'] },
  'MXD%': { of: ['MONO%', 'EO%', 'BASO%'] },
  'NEUT%': { of: ['NEUT%'] },
  'LYM#': { of: ['LYMPH#'] },
  'MXD#': { of: ['MONO#', 'EO#', 'BASO#'] },
  'NEUT#': { of: ['NEUT#'] },
};

/** Sysmex XP: sample ids of 15 places, values padded on the left. */
export function sysmexXpStyle(): AstmStyle {
  return {
    link: {},
    header: () => astmRecord('H', { 5: ['XP-300', '00-14', '', '', '', 'SIM00002', 'AP800000'], 13: 'E1394-97' }),
    measure: (sampleId, codes, seed) => measureBlood(sampleId, codes, seed, threeParts),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', { 2: '1', 4: ['', '', sampleId.padStart(15), 'B'], 12: 'N', 26: 'F' }),
      ...measured.map((one, index) =>
        result(
          index,
          ['', '', '', '', one.code, '1'],
          { ...one, value: one.value.padStart(5) },
          { 9: '', 11: 'SIM'.padEnd(15), 13: now },
        ),
      ),
    ],
  };
}

/** Application codes of Roche's instruments. */
const c111Applications = {
  '413': 'ALB',
  '685': 'ALT',
  '687': 'AST',
  '690': 'CREA',
  '767': 'GLU',
  '989': 'Na',
  '990': 'K',
  '991': 'Cl',
};
const c311Applications = {
  '413': 'ALB',
  '418': 'UREA',
  '685': 'ALT',
  '687': 'AST',
  '690': 'CREA',
  '717': 'GLU',
  '781': 'TG',
  '798': 'TC',
  '989': 'Na',
  '990': 'K',
  '991': 'Cl',
};

/** Roche cobas c 111: one record in a frame, the sample id in O-4. */
export function cobasC111Style(): AstmStyle {
  const place = loader();
  return {
    link: {},
    header: (purpose, now) =>
      astmRecord('H', {
        5: ['LAB', 'Roche', 'c111', '4.3.0.1', '1', '10001'],
        10: 'host',
        11: [purpose === 'query' ? 'TSREQ' : 'RSUPL', 'REAL'],
        12: 'P',
        13: '1',
        14: now,
      }),
    measure: (sampleId, codes, seed) => measurePanel('chemistry', sampleId, codes, seed, c111Applications),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', { 2: '1', 4: [sampleId, '', place()[1]], 6: 'R', 12: 'N', 23: now, 26: 'F' }),
      ...measured.flatMap((one, index) => [
        result(index, ['', '', '', one.code], one, { 11: '$SYS$', 13: now }),
        astmRecord('C', { 2: '1', 3: 'I', 5: 'I' }),
      ]),
    ],
    query: (sampleId) => astmRecord('Q', { 2: '1', 3: ['', sampleId ?? 'ALL'], 5: 'ALL', 13: 'O' }),
    ordered: (order) => ({ sampleId: fieldText(order, 3, 1).trim(), codes: codesIn(order, 4) }),
  };
}

/** Roche cobas c 311: frames of 240 bytes that cut records, data alarms as comments. */
export function cobasC311Style(): AstmStyle {
  const place = loader();
  let sequence = 0;
  const specimen = () => [String(++sequence), ...place(), '', 'S1', 'SC'];
  return {
    link: { frameLayout: 'message', maxFrameText: 240 },
    header: (purpose) =>
      astmRecord('H', {
        5: ['c311', '1'],
        10: 'host',
        11: [purpose === 'query' ? 'TSREQ' : 'RSUPL', 'REAL'],
        12: 'P',
        13: '1',
      }),
    measure: (sampleId, codes, seed) => measurePanel('chemistry', sampleId, codes, seed, c311Applications),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', {
        2: '1',
        3: sampleId.padStart(22),
        4: specimen(),
        5: measured.map(({ code }) => ['', '', '', code, '']),
        6: 'R',
        12: 'N',
        16: '1',
        23: now,
        26: 'F',
      }),
      ...measured.flatMap((one, index) => [
        result(index, ['', '', '', `${one.code}/`], one, { 14: 'P1' }),
        astmRecord('C', { 2: '1', 3: 'I', 4: '0', 5: 'I' }),
      ]),
    ],
    query: (sampleId) =>
      astmRecord('Q', {
        2: '1',
        3: sampleId === undefined ? ['', '', 'ALL'] : ['', '', sampleId.padStart(22), ...specimen()],
        5: 'ALL',
        13: 'O',
      }),
    ordered: (order) => ({ sampleId: fieldText(order, 3, 1).trim(), codes: codesIn(order, 4) }),
  };
}

const horibaCells = { LYM: 'LYMPH', MON: 'MONO', NEU: 'NEUT', EOS: 'EO', BAS: 'BASO' };
function horibaCount(plain: Readonly<Record<string, string>>): Readonly<Record<string, OwnCount>> {
  const counts = Object.entries(plain).map(([code, of]) => [code, { of: [of] }] as const);
  const cells = Object.entries(horibaCells).flatMap(([own, cell]) =>
    ['#', '%'].map((kind) => [`${own}${kind}`, { of: [`${cell}${kind}`] }] as const),
  );
  return Object.fromEntries([...counts, ...cells]);
}
const same = (codes: readonly string[]) => Object.fromEntries(codes.map((code) => [code, code]));
const yumizenCount = horibaCount(
  same(['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT', 'RDW-CV', 'RDW-SD', 'MPV']),
);
const pentraCount = horibaCount({
  ...same(['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT', 'MPV', 'PDW', 'PCT']),
  RDW: 'RDW-CV',
  RDWSD: 'RDW-SD',
});
const cellCode = /^(?:LYM|MON|NEU|EOS|BAS)[#%]$/;

/** Codes of the panel an order asks for. */
function panelOrdered(order: AstmRecord, count: Readonly<Record<string, OwnCount>>) {
  const differential = codesIn(order, 4).includes('DIF');
  const codes = Object.keys(count).filter((code) => differential || !cellCode.test(code));
  return { sampleId: fieldText(order, 3, 1).trim(), codes };
}

const panelOf = (measured: readonly Measured[]) => (measured.some(({ code }) => cellCode.test(code)) ? 'DIF' : 'CBC');

/** Horiba Yumizen H500: a histogram with the order, ranges named as such. */
export function yumizenStyle(): AstmStyle {
  return {
    link: {},
    header: (_, now) => astmRecord('H', { 5: ['H500', 'SIM00003', '2.2.2'], 12: 'P', 13: 'LIS2-A2', 14: now }),
    measure: (sampleId, codes, seed) => measureBlood(sampleId, codes, seed, yumizenCount),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', {
        2: '1',
        3: sampleId,
        5: ['', '', '', panelOf(measured)],
        6: 'R',
        7: now,
        16: 'BLOOD',
        26: 'F',
      }),
      astmRecord('M', {
        2: '1',
        3: 'HISTOGRAM',
        4: 'RBC/PLT',
        5: 'RbcAlongRes',
        6: ['FLOATLE-stream/deflate:base64', 'eJxjYAABAAAEAAE='],
      }),
      ...measured.map((one, index) =>
        result(index, ['', '', '', one.code], one, {
          6: [one.range, 'REFERENCE_RANGE'],
          11: ['SIM', '', 'USER'],
          12: now,
        }),
      ),
    ],
    query: (sampleId) => astmRecord('Q', { 2: '1', 3: ['', sampleId ?? 'ALL'], 5: 'ALL', 13: 'O' }),
    ordered: (order) => panelOrdered(order, yumizenCount),
  };
}

/** Horiba Pentra: the unit is the number of a unit system, an alarm follows a result that is out of its range. */
export function pentraStyle(): AstmStyle {
  const place = loader();
  return {
    link: {},
    header: (_, now) => astmRecord('H', { 5: 'ABX', 12: 'P', 13: 'E1394-97', 14: now }),
    measure: (sampleId, codes, seed) => measureBlood(sampleId, codes, seed, pentraCount),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', {
        2: '1',
        3: [sampleId, ...place()],
        5: ['', '', '', panelOf(measured)],
        7: now,
        16: 'Standard',
        26: 'F',
      }),
      ...measured.map((one, index) =>
        result(index, ['', '', '', one.code, '', '1'], { ...one, unit: '1' }, { 11: 'SIM', 13: now }),
      ),
    ],
    query: (sampleId) => astmRecord('Q', { 2: '1', 3: ['', sampleId ?? 'ALL'], 5: 'ALL', 13: 'O' }),
    ordered: (order) => panelOrdered(order, pentraCount),
  };
}

/** Analytes of the simulated GeneXpert: code by assay, group and analyte, with the words it may say. */
const assays: readonly { readonly code: string; readonly words: readonly [string, ...string[]] }[] = [
  { code: 'MTB-RIF^Xpert^MTB', words: ['NOT DETECTED', 'DETECTED'] },
  { code: 'MTB-RIF^RIF^RIF Resistance', words: ['NOT DETECTED', 'DETECTED', 'INDETERMINATE'] },
  { code: 'MTB-RIF^Trace^MTB Trace', words: ['NOT DETECTED', 'DETECTED'] },
];

/** Cepheid GeneXpert: `@` repeats and `\` escapes, words instead of numbers. */
export function genexpertStyle(): AstmStyle {
  return {
    link: wholeMessage,
    written: (text) => text.replace(/[\\&]/g, (sign) => (sign === '&' ? '\\' : '@')),
    header: (_, now) =>
      astmRecord('H', {
        3: `SIM-${now}`,
        5: ['GX-SIM', 'GeneXpert', '6.4'],
        10: 'LIS',
        12: 'P',
        13: '1394-97',
        14: now,
      }),
    measure: (sampleId, codes, seed) =>
      assays
        .filter(({ code }) => codes === undefined || codes.includes(code))
        .map(({ code, words }) => {
          const value = measureWord(sampleId, code, words, seed);
          return { code, name: code, value, unit: '', flag: 'N', range: '' };
        }),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', { 2: '1', 3: sampleId, 5: ['', '', '', 'MTB-RIF'], 6: 'R', 7: now, 16: 'ORH', 26: 'F' }),
      ...measured.map((one, index) => {
        const [assay = '', group = '', analyte = ''] = one.code.split('^');
        const testId = ['', assay, '', group, 'Xpert MTB-RIF Ultra', '4', analyte, ''];
        return astmRecord('R', {
          2: String(index + 1),
          3: testId,
          4: [one.value, ''],
          9: 'F',
          11: 'Simulator',
          12: now,
          13: now,
        });
      }),
    ],
    query: (sampleId) => astmRecord('Q', { 2: '1', 3: ['', sampleId ?? 'ALL'], 5: ['', '', '', 'ALL'], 13: 'O' }),
    ordered: (order) => ({
      sampleId: fieldText(order, 3, 1).trim(),
      codes: codesIn(order, 4).flatMap((assay) =>
        assays.map(({ code }) => code).filter((code) => code.startsWith(`${assay}^`)),
      ),
    }),
  };
}

/** Siemens DCA Vantage: the sample id where the patient's is. */
export function dcaStyle(): AstmStyle {
  let runs = 0;
  return {
    link: wholeMessage,
    header: (_, now) => astmRecord('H', { 5: ['DCA VANTAGE', '04.04.00.00', 'SIM00005'], 12: 'P', 14: now }),
    measure: (sampleId, codes, seed) => measurePanel('glycation', sampleId, codes, seed),
    results: (sampleId, measured, now) => [
      astmRecord('P', { 2: '1', 3: sampleId }),
      astmRecord('O', { 2: '1', 4: [String(1 + (runs++ % 999)).padStart(3, '0'), '0090'], 26: 'F' }),
      ...measured.flatMap((one, index) => [
        result(index, ['', '', '', one.code], { ...one }, { 12: now }),
        astmRecord('C', { 2: '1', 3: 'I', 4: ['1.000', `0.0 ${one.unit}`], 5: 'G' }),
      ]),
    ],
  };
}

/** Stago STart: one result a unit, decimal commas. */
export function stagoStyle(): AstmStyle {
  return {
    link: {},
    header: (_, now) => astmRecord('H', { 5: ['STart', '1.0'], 12: 'P', 13: 'E1394-97', 14: now }),
    measure: (sampleId, codes, seed) => measurePanel('coagulation', sampleId, codes, seed),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', { 2: '1', 3: sampleId, 6: 'R', 12: 'N', 26: 'F' }),
      ...measured.map((one, index) => {
        const [test = ''] = one.code.split('^');
        return result(index, ['', '', '', test], { ...one, value: one.value.replace('.', ',') }, { 13: now });
      }),
    ],
  };
}

/** An instrument that keeps to the standard. */
export function plainAstmStyle(): AstmStyle {
  return {
    link: {},
    header: (_, now) => astmRecord('H', { 5: ['ANALYZER', '1.0', 'SIM00007'], 12: 'P', 13: 'LIS2-A2', 14: now }),
    measure: (sampleId, codes, seed) => measurePanel('chemistry', sampleId, codes, seed),
    results: (sampleId, measured, now) => [
      plainPatient,
      astmRecord('O', { 2: '1', 3: sampleId, 5: measured.map(({ code }) => ['', '', '', code]), 6: 'R', 26: 'F' }),
      ...measured.map((one, index) => result(index, ['', '', '', one.code], one, { 6: one.range, 13: now })),
    ],
    query: (sampleId) => astmRecord('Q', { 2: '1', 3: ['', sampleId ?? 'ALL'], 5: 'ALL', 13: 'O' }),
    ordered: (order) => ({ sampleId: fieldText(order, 3, 1).trim(), codes: codesIn(order, 4) }),
  };
}
