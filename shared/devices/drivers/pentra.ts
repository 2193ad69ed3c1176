import { fieldText } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import { isLoinc } from '../loinc.ts';
import { filled } from '../text.ts';
import { answerAstm } from './astm-answer.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, usualSerial } from './common.ts';
import { horibaPanel } from './horiba.ts';

const codes = codesOf({
  WBC: 'wbc',
  RBC: 'rbc',
  HGB: 'hgb',
  HCT: 'hct',
  MCV: 'mcv',
  MCH: 'mch',
  MCHC: 'mchc',
  RDW: 'rdwCv',
  RDWSD: 'rdwSd',
  PLT: 'plt',
  MPV: 'mpv',
  PCT: 'pct',
  PDW: 'pdw',
  'LYM#': 'lymphocytes',
  'LYM%': 'lymphocyteShare',
  'MON#': 'monocytes',
  'MON%': 'monocyteShare',
  'NEU#': 'neutrophils',
  'NEU%': 'neutrophilShare',
  'EOS#': 'eosinophils',
  'EOS%': 'eosinophilShare',
  'BAS#': 'basophils',
  'BAS%': 'basophilShare',
});
const known = new Map(codes.map((one) => [one.code, one]));

/** what the instrument thinks of its own value. N is no flag of the range here, so words stand for the letters. */
const states = new Map([
  ['W', 'suspect'],
  ['N', 'rejected'],
  ['X', 'over capacity'],
  ['M', 'entered by hand'],
  ['D', 'diluted'],
]);

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.1'),
  code: at('R-3.4'),
  rack: at('O-3.2'),
  position: at('O-3.3'),
  resultAt: at('R-13 R-12 O-7'),
};

/** Horiba ABX Pentra 60, 80, XL 80 and XLR: ASTM E1394, one record in a frame. Source: Horiba's LIS output format, and a message of an XLR. */
export const pentra: Driver = {
  id: 'pentra',
  name: 'Horiba Pentra',
  manufacturer: 'Horiba',
  models: ['Pentra 60', 'Pentra ES 60', 'Pentra 80', 'Pentra XL 80', 'Pentra XLR'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'point' },
  guide: {
    source:
      'Horiba Medical: LIS output format of the Pentra family (ASTM) as a public implementation renders it, and a message of a Pentra XLR.',
    guessed: [
      'Which units the unit systems 2 to 4 stand for: they are shown as “unit system 2” and so on, never taken for those of system 1.',
      'That a query (Q) is the standard’s; the Pentra 60 sends none.',
    ],
    cabling:
      'RS-232C: a crossed cable with DB-9 plugs. Pentra XLR: Ethernet as well; the instrument calls the laboratory.',
    settings: [
      'Settings → Connection (LIS): protocol ASTM, 9600 baud, 8 data bits, no parity, 1 stop bit, with acknowledgements.',
      'Units: “conventional” (system 1), so that the units of the field map are right.',
      'Automatic sending after each run, controls as wished (H-12 is then Q).',
    ],
  },
  places,
  codes,
  quirks: [
    'The sample id is the first component of O-3 (id^rack^position on XL 80 and XLR).',
    'Test ids are ^^^code^LOINC^dilution. Some LOINC codes of the instrument are mistyped (789-9, 2100-5): those that fail their check digit are ignored.',
    'R-5 is the number of the unit system set on the instrument (1 conventional), not a unit.',
    'R-9 is W suspect, N rejected, X over capacity, M entered by hand, D diluted; it is shown among the flags.',
    '----- stands for a value that is not shown; with X in R-9 it is out of range.',
    'Alarms and suspected pathologies follow a result as comments: Alarm_WBC and its codes.',
    'Orders name a panel (CBC, DIF), not single parameters.',
  ],
  sample: {
    text: [
      'H|\\^&|||ABX|||||||P|E1394-97|20240105101551',
      'P|1||||Dlamini^Rita||19771201|F',
      'O|1|AQ-240012^03^07||^^^DIF|||20240105101000|||||||20240105100000|Standard||||||||||F',
      'R|1|^^^WBC^804-5^1|8.5|1||||W||OP1 RITA||20240105101550',
      'C|1|I|Alarm_WBC^LMNE-^BASO+|I',
      'R|2|^^^BAS#^704-7^1|-----|1||HH||X||OP1 RITA||20240105101550',
      'R|3|^^^HGB^717-9^3|14.0|1||||F||OP1 RITA||20240105101550',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240012', code: 'WBC', value: '8.5', unit: '10*3/uL', flags: ['suspect'] },
      { sampleId: 'AQ-240012', code: 'BAS#', value: '(out-of-range)', unit: '10*3/uL', flags: ['HH', 'over capacity'] },
      { sampleId: 'AQ-240012', code: 'HGB', value: '14.0', unit: 'g/dL' },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        code: (record) => fieldText(record, 3, 4).trim(),
        name: (record) => known.get(fieldText(record, 3, 4).trim())?.name,
        loinc: (record) => {
          const loinc = fieldText(record, 3, 5).trim();
          return isLoinc(loinc) ? loinc : undefined;
        },
        dilution: (record) => {
          const dilution = fieldText(record, 3, 6).trim();
          return dilution === '' || dilution === '1' ? undefined : dilution;
        },
        unit: (record) => {
          const unit = fieldText(record, 5).trim();
          if (!/^\d$/.test(unit)) return filled(unit);
          return unit === '1' ? known.get(fieldText(record, 3, 4).trim())?.unit : `unit system ${unit}`;
        },
        value: (record, set) => {
          const read = standardAstm.value(record, set);
          const over = fieldText(record, 9).trim().toUpperCase() === 'X' && read.value.kind === 'missing';
          return over ? { ...read, value: { kind: 'missing', reason: 'out-of-range' } } : read;
        },
        moreFlags: (record) => [states.get(fieldText(record, 9).trim().toUpperCase()) ?? ''],
        analyzer: (header) => ({ manufacturer: 'Horiba', model: fieldText(header, 5, 1).trim() }),
      },
      pentra.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerAstm(
      pentra,
      { version: 'E1394-97', specimenId: (order) => order.sampleId, testIds: horibaPanel },
      query,
      orders,
      context,
    ),
};
