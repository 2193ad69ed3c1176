import { fieldText, refOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import { answerAstm } from './astm-answer.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, usualSerial } from './common.ts';

/** Application codes (ACN) of which two independent messages say the same. */
const codes = codesOf(
  {
    '413': 'albumin',
    '685': 'alt',
    '687': 'ast',
    '690': 'creatinine',
    '767': 'glucose',
    '989': 'sodium',
    '990': 'potassium',
    '991': 'chloride',
  },
  { '413': 'g/L', '690': 'umol/L', '767': 'mmol/L' },
);
const names = new Map(codes.map(({ code, name }) => [code, name]));

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.1 O-4.1'),
  code: at('R-3.4'),
  rack: at('O-4.2'),
  position: at('O-4.3'),
  resultAt: at('R-13 O-23'),
};

/** Roche cobas c 111: ASTM E1394, one record in a frame, all but the last ended with ETB. Source: Roche’s host interface manual 2.1, and a message. */
export const cobasC111: Driver = {
  id: 'cobas-c111',
  name: 'Roche cobas c 111',
  manufacturer: 'Roche',
  models: ['cobas c 111'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'point' },
  guide: {
    source: 'Roche: cobas c 111 Host Interface Manual, version 2.1, and a message of a c 111 with software 4.2.',
    guessed: [
      'That the part of the code behind a slash is the dilution: seen on larger cobas instruments, not on the c 111.',
    ],
    cabling:
      'RS-232C: a crossed (null modem) cable from the DB-9 socket “Host” of the instrument. A serial-to-LAN box works as well; then the device here is a TCP client or server.',
    settings: [
      'Utilities → Configuration → Host: on. Protocol ASTM, 9600 baud, 8 data bits, no parity, 1 stop bit.',
      'Result upload: automatically after acceptance (RSUPL^REAL). Batch upload (RSUPL^BATCH) is read the same way.',
      'Order download: by query or by batch; both are answered (TSDWN^REPLY, TSDWN^BATCH).',
    ],
  },
  places,
  codes,
  quirks: [
    'The sample id is in O-4 (id^rack^position) where the sample was typed in at the instrument, in O-3 where the order came from the host.',
    'The code is the application number (ACN) in the fourth component of R-3; larger cobas instruments add a slash and the dilution.',
    'Every frame but the last ends with ETB, though its record is whole.',
    'The measured curve of a result follows in a manufacturer record (M, RR^BM); it is kept with the result.',
    'Operator $SYS$ means that the instrument released the result by itself.',
  ],
  sample: {
    text: [
      'H|\\^&|||LAB^Roche^c111^4.3.0.1^1^10001|||||host|RSUPL^REAL|P|1|20240105101500',
      'P|1||',
      'O|1||AQ-240002^^3||S||||||N|||||||||||20240105101500|||F',
      'R|1|^^^413|41.20|g/L||N||F||$SYS$||20240105101455',
      'C|1|I||I',
      'R|2|^^^767|<0.11|mmol/L||LL||F||IGA||20240105101500',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240002', code: '413', value: '41.20', unit: 'g/L', flags: ['N'] },
      { sampleId: 'AQ-240002', code: '767', value: '<0.11', unit: 'mmol/L', flags: ['LL'] },
    ],
  },
  read: (text, settings) => {
    const code: typeof standardAstm.code = (record, context) =>
      standardAstm.code(record, context).split('/')[0]?.trim() ?? '';
    return readAstm(
      text,
      {
        ...standardAstm,
        places,
        code,
        name: (record) => names.get(fieldText(record, 3, 4).split('/')[0]?.trim() ?? ''),
        dilution: (record) => fieldText(record, 3, 4).split('/')[1]?.trim() || undefined,
        resultImages: ({ manufacturer }) =>
          manufacturer
            .filter((record) => fieldText(record, 3, 1) === 'RR')
            .map((record) => ({
              name: fieldText(record, 3),
              mediaType: 'application/x-absorbance',
              encoding: 'text',
              ref: refOf(record, 5),
            })),
        analyzer: (header) => ({
          manufacturer: 'Roche',
          model: fieldText(header, 5, 3).trim(),
          software: fieldText(header, 5, 4).trim(),
          serial: fieldText(header, 5, 6).trim(),
        }),
      },
      cobasC111.settings,
      settings,
    );
  },
  answer: (query, orders, context) =>
    answerAstm(
      cobasC111,
      {
        version: '1',
        specimenId: (order) => order.sampleId,
        testIds: (wanted) => wanted.map((code) => ['', '', '', code]),
        header: () => ({ 11: query ? ['TSDWN', 'REPLY'] : ['TSDWN', 'BATCH'] }),
      },
      query,
      orders,
      context,
    ),
};
