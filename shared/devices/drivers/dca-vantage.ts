import { fieldText } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import type { Comparator } from '../reading.ts';
import { filled } from '../text.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { at, defined, usualSerial } from './common.ts';

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.1 P-3'),
  code: at('R-3.4'),
  position: at('O-4.1'),
  resultAt: at('R-12 R-13 H-14'),
};

/** `<` and `>` in R-7: the value is the end of the measuring range that was left. */
const beyond = new Map<string, Comparator>([
  ['<', '<'],
  ['>', '>'],
]);

/** Siemens DCA Vantage: ASTM E1394, one way. Source: Siemens' Host Computer Communications Link (17306 rev. E, 2012), and a message. */
export const dcaVantage: Driver = {
  id: 'dca-vantage',
  name: 'Siemens DCA Vantage',
  manufacturer: 'Siemens',
  models: ['DCA Vantage'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial, frameNumbers: 'tolerant' },
  settings: { charset: 'latin1', decimal: 'point' },
  guide: {
    source:
      'Siemens Healthcare Diagnostics: DCA Vantage Host Computer Communications Link, 17306 rev. E (2012), as a public implementation renders it, and a message of a DCA Vantage with software 4.4.',
    guessed: [
      'How haemoglobin A1c is named in R-3 (HbA1c): the message at hand holds albumin and creatinine.',
      'That the lot of a control stands where that of the reagent stands for a sample (O-4.2).',
    ],
    cabling: 'RS-232C: a crossed cable with DB-9 plugs, or Ethernet, where the instrument calls the laboratory.',
    settings: [
      'Menu → System settings → Data: transmit automatically, protocol ASTM (host), 9600 baud, 8 data bits, no parity, 1 stop bit.',
      'Patient id entry: on, with bar code reader. Scan the specimen’s bar code as the patient id: no other field names the specimen.',
    ],
  },
  places,
  codes: [
    { code: 'HbA1c', name: 'Haemoglobin A1c', loinc: '4548-4', unit: '%' },
    { code: 'Alb', name: 'Albumin, urine', loinc: '1754-1', unit: 'mg/L' },
    { code: 'Crt', name: 'Creatinine, urine', loinc: '2161-8', unit: 'mg/dL' },
    { code: 'Ratio', name: 'Albumin/creatinine ratio, urine', loinc: '9318-7', unit: 'mg/g' },
  ],
  quirks: [
    'O-3 stays empty: the sample is known by the patient id in P-3, into which the specimen’s bar code is scanned.',
    'O-4 is the running number of the instrument and the lot of the reagent; the number is kept as the position.',
    'R-7 is < or > where the measuring range was left: the value becomes “less than” or “greater than”.',
    'The comment after a result holds the user’s correction (slope and offset), for HbA1c the unit system and the estimated average glucose too.',
    'Controls: O-12 is Q. H-12 is D in service mode: such results are taken for calibrations, never for patients’.',
    'It sends results and takes no orders.',
  ],
  sample: {
    text: [
      'H|\\^&|||DCA VANTAGE^04.04.00.00^S060000|||||||P||20240105101746',
      'P|1|AQ-240013',
      'O|1||660^0090||||||||||||||||||||||F',
      'R|1|^^^Alb|63.7|mg/L||||F|||20240105101030',
      'C|1|I|1.000^0.0 mg/L|G',
      'R|2|^^^Crt|500.0|mg/dL||>||F|||20240105101030',
      'C|1|I|1.000^0.0 mg/dL|G',
      'R|3|^^^HbA1c|6.8|%||H||F|||20240105101030',
      'C|1|I|1.000^0.0 %^NGSP^148 mg/dL|G',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240013', code: 'Alb', value: '63.7', unit: 'mg/L' },
      { sampleId: 'AQ-240013', code: 'Crt', value: '>500.0', unit: 'mg/dL', flags: ['>'] },
      { sampleId: 'AQ-240013', code: 'HbA1c', value: '6.8', unit: '%', flags: ['H'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        kind: (sampleId, context) => {
          if (fieldText(context.tree.header.record, 12).trim().toUpperCase() === 'D') return { kind: 'calibration' };
          const { kind } = standardAstm.kind(sampleId, context);
          const lot = context.order.record ? filled(fieldText(context.order.record, 4, 2)) : undefined;
          return kind === 'control' ? { kind, control: defined({ lot }) } : { kind };
        },
        value: (record, set) => {
          const read = standardAstm.value(record, set);
          const comparator = beyond.get(fieldText(record, 7).trim());
          if (!comparator || read.value.kind !== 'numeric' || read.value.comparator) return read;
          return { ...read, value: { ...read.value, comparator } };
        },
        analyzer: (header) =>
          defined({
            manufacturer: 'Siemens',
            model: filled(fieldText(header, 5, 1)),
            software: filled(fieldText(header, 5, 2)),
            serial: filled(fieldText(header, 5, 3)),
          }),
      },
      dcaVantage.settings,
      settings,
    ),
};
