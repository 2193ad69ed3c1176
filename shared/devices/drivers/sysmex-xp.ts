import { fieldText } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, usualSerial } from './common.ts';

const codes = codesOf({
  WBC: 'wbc',
  RBC: 'rbc',
  HGB: 'hgb',
  HCT: 'hct',
  MCV: 'mcv',
  MCH: 'mch',
  MCHC: 'mchc',
  PLT: 'plt',
  'LYM%': 'lymphocyteShare',
  'MXD%': { name: 'Mixed cells (monocytes, eosinophils, basophils), share of leukocytes', loinc: '32154-7', unit: '%' },
  'NEUT%': 'neutrophilShare',
  'LYM#': 'lymphocytes',
  'MXD#': { name: 'Mixed cells (monocytes, eosinophils, basophils)', loinc: '32155-4', unit: '10*3/uL' },
  'NEUT#': 'neutrophils',
  'RDW-SD': 'rdwSd',
  'RDW-CV': 'rdwCv',
  PDW: 'pdw',
  MPV: 'mpv',
  'P-LCR': 'plcr',
  PCT: 'pct',
});
const names = new Map(codes.map(({ code, name }) => [code, name]));

const places = {
  ...standardAstm.places,
  sampleId: at('O-4.3 O-3.3'),
  code: at('R-3.5'),
  resultAt: at('R-13'),
};

/** Sysmex XP-100 and XP-300: ASTM E1394, one way. Source: XP series ASTM communication specifications, revision 1.0 (2012). */
export const sysmexXp: Driver = {
  id: 'sysmex-xp',
  name: 'Sysmex XP',
  manufacturer: 'Sysmex',
  models: ['XP-100', 'XP-300'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'point', controlPrefixes: ['QC-'] },
  guide: {
    source:
      'Sysmex: XP Series ASTM Communication Specifications (E1394-97, E1381-02), revision 1.0, 2012, as public implementations render them, and messages of XP-300s.',
    guessed: ['That sample ids which begin with QC- are controls where O-12 does not say so.'],
    cabling:
      'RS-232C: a crossed cable with DB-9 plugs from the socket “Host” of the instrument; often behind a serial-to-LAN box, which then calls the laboratory.',
    settings: [
      'Settings → Host output: on, format ASTM, class A (with acknowledgements), automatic output after analysis.',
      '9600 baud, 8 data bits, no parity, 1 stop bit on both sides.',
      'ID pad.: blanks. Zeros are part of the sample id and would have to be on the label too.',
    ],
  },
  places,
  codes,
  quirks: [
    'The sample id is the third component of O-4 (two empty ones before it), padded with blanks to 15 places; the fourth says how it came: M typed in, A counted, B bar code.',
    'The code is the fifth component of R-3; the sixth is the dilution: 1 whole blood, 26 diluted.',
    'Values are padded with blanks on the left.',
    'Flags: L and H beside the range, > beyond what it can show, W a value to be checked (its own screen shows *), A a value masked.',
    'A differential of three parts: LYM, MXD and NEUT. Controls: O-12 is Q.',
    'It sends results and takes no orders.',
  ],
  sample: {
    text: [
      'H|\\^&|||XP-300^00-14^^^^B6500^AP800000||||||||E1394-97',
      'P|1',
      'O|1||^^      AQ-240010^B|^^^^WBC\\^^^^HGB\\^^^^MXD%\\^^^^PLT|||||||N||||||||||||||F',
      'R|1|^^^^WBC^1|  4.8|10*3/uL||W||||ASHA           ||20240105101500',
      'R|2|^^^^HGB^1| 11.8|g/dL||N||||ASHA           ||20240105101500',
      'R|3|^^^^MXD%^1| ----|%||A||||ASHA           ||20240105101500',
      'R|4|^^^^PLT^26|   78|10*3/uL||L||||ASHA           ||20240105101500',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240010', code: 'WBC', value: '4.8', unit: '10*3/uL', flags: ['W'] },
      { sampleId: 'AQ-240010', code: 'HGB', value: '11.8', unit: 'g/dL', flags: ['N'] },
      { sampleId: 'AQ-240010', code: 'MXD%', value: '(not-measured)', unit: '%', flags: ['A'] },
      { sampleId: 'AQ-240010', code: 'PLT', value: '78', unit: '10*3/uL', flags: ['L'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        code: (record) => fieldText(record, 3, 5).trim(),
        name: (record) => names.get(fieldText(record, 3, 5).trim()),
        dilution: (record) => {
          const dilution = fieldText(record, 3, 6).trim();
          return dilution === '' || dilution === '1' ? undefined : dilution;
        },
        analyzer: (header) => ({
          manufacturer: 'Sysmex',
          model: fieldText(header, 5, 1).trim(),
          software: fieldText(header, 5, 2).trim(),
          serial: fieldText(header, 5, 6).trim(),
        }),
      },
      sysmexXp.settings,
      settings,
    ),
};
