import { type AstmRecord, componentsOf, fieldText, repeatsOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import type { OrderQuery } from '../reading.ts';
import { filled } from '../text.ts';
import { answerAstm } from './astm-answer.ts';
import { queryOf, standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, defined, plainSampleId, usualSerial } from './common.ts';

/** Application codes met in messages, at the units of their reagents' inserts. */
const codes = codesOf(
  {
    '158': 'alp',
    '413': 'albumin',
    '418': 'urea',
    '685': 'alt',
    '687': 'ast',
    '690': 'creatinine',
    '712': 'bilirubin',
    '717': 'glucose',
    '735': 'directBilirubin',
    '781': 'triglycerides',
    '798': 'cholesterol',
    '989': 'sodium',
    '990': 'potassium',
    '991': 'chloride',
  },
  { '413': 'g/L', '690': 'umol/L', '712': 'umol/L', '717': 'mmol/L', '735': 'umol/L' },
);
const names = new Map(codes.map(({ code, name }) => [code, name]));

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.2 O-3.1'),
  code: at('R-3.4'),
  rack: at('O-4.2'),
  position: at('O-4.3'),
  resultAt: at('R-13 O-23'),
};

/** `717/10`: the application code and how far the sample was diluted. */
function applicationOf(record: AstmRecord): { readonly code: string; readonly dilution: string | undefined } {
  const [code = '', dilution] = fieldText(record, 3, 4).split('/');
  return { code: code.trim(), dilution: filled(dilution) ?? filled(fieldText(record, 3, 5)) };
}

/** The query names the specimen as `^^id^sequence^rack^position^^type^container`; all but the id come back in O-4. */
function specimenOf(query: OrderQuery | null): readonly string[] {
  const { sequence = '', type = '', container = '' } = query?.echo ?? {};
  return [sequence, query?.rack ?? '', query?.position ?? '', '', type || 'S1', container || 'SC'];
}

/** Roche/Hitachi cobas c 311: ASTM E1394 in frames of 240 bytes that cut records. Source: Roche's host interface manual 1.4 to 1.8. */
export const cobasC311: Driver = {
  id: 'cobas-c311',
  name: 'Roche cobas c 311',
  manufacturer: 'Roche',
  models: ['cobas c 311', 'cobas c 501 (new mode)'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'point' },
  guide: {
    source:
      'Roche: cobas c 311 Host Interface Manual (new mode, versions 1.4 to 1.8) as public implementations render it, and messages of a c 311 and a cobas c.',
    guessed: [
      'That O-3 of some instruments is counter^sample id^…, against the manual (seen in one message).',
      'How the instrument takes an answer without orders: L with I, as the standard has it.',
      'Which analyte 158, 712 and 735 are: inferred from values in a message. Compare with the application list of your instrument.',
    ],
    cabling: 'RS-232C: a crossed cable with DB-9 plugs from the socket “HOST” at the back of the control unit.',
    settings: [
      'Utility → System → Host communication settings: 9600 baud, 8 data bits, no parity, 1 stop bit; text settings “new mode”.',
      'Utility → System → Host: on. Result upload automatically, “test selection inquiry” on, if orders are to be fetched.',
      'Sample id by bar code; in sequence number mode the inquiry is by number.',
    ],
  },
  places,
  codes,
  quirks: [
    'The sample id is O-3, padded with blanks to 22 places; some instruments send counter^sample id^… there, and the second component counts.',
    'O-4 is sequence^rack^position^^specimen type^container; type QC (with O-12 Q) is a control.',
    'The code is the application number (ACN) in the fourth component of R-3, with a slash and the dilution, if any, behind it: 717/ or 717/10.',
    'The comment after a result is the number of its data alarm; 0 is none.',
    'R-9 is F for the first measurement and C for a repeated one.',
    'Frames hold 240 bytes and end in the middle of records (ETB).',
    'A query (TSREQ) is answered (TSDWN^REPLY) with sequence, rack, position, type and container as they came.',
  ],
  sample: {
    text: [
      'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1',
      'P|1|||||||F||||||41^Y',
      'O|1|             AQ-240011|12^50005^2^^S1^SC|^^^717^\\^^^690^\\^^^685^|R||20240105100000||||N||||1|||||||20240105101500|||F',
      'C|1|I|                              ^                         ^^^|G',
      'R|1|^^^717/|5.85|mmol/l||N||F||ROSY  |||P1',
      'C|1|I|0|I',
      'R|2|^^^690/10|1042|umol/l||HH||C||ROSY  |||P1',
      'C|1|I|26|I',
      'R|3|^^^685/|22.4|U/l||A||F||ROSY  |||P1',
      'C|1|I|43|I',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240011', code: '717', value: '5.85', unit: 'mmol/l', flags: ['N'] },
      { sampleId: 'AQ-240011', code: '690', value: '1042', unit: 'umol/l', flags: ['HH'] },
      { sampleId: 'AQ-240011', code: '685', value: '22.4', unit: 'U/l', flags: ['A'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        kind: (sampleId, context) => {
          const type = context.order.record ? fieldText(context.order.record, 4, 5).trim().toUpperCase() : '';
          const { kind } = type === 'QC' ? ({ kind: 'control' } as const) : standardAstm.kind(sampleId, context);
          return kind === 'control' ? { kind, control: defined({ name: filled(sampleId) }) } : { kind };
        },
        code: (record) => applicationOf(record).code,
        name: (record) => names.get(applicationOf(record).code),
        dilution: (record) => applicationOf(record).dilution,
        isRerun: (record, context) =>
          standardAstm.isRerun(record, context) || fieldText(record, 9).trim().toUpperCase() === 'C',
        resultComments: (comments) =>
          comments.filter((one) => one !== '0').map((one) => (/^\d+$/.test(one) ? `Data alarm ${one}` : one)),
        query: (record, set) => {
          const [, , id = '', sequence = '', rack = '', position = '', , type = '', container = ''] = componentsOf(
            record,
            repeatsOf(record, 3)[0] ?? '',
          );
          return queryOf(
            record,
            [plainSampleId(id, set)].filter((one) => one !== ''),
            {
              ...defined({ rack: filled(rack), position: filled(position) }),
              echo: { sampleId: id, sequence, type, container },
            },
          );
        },
        analyzer: (header) =>
          defined({
            manufacturer: 'Roche',
            model: filled(fieldText(header, 5, 1)),
            software: filled(fieldText(header, 5, 2)),
          }),
      },
      cobasC311.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerAstm(
      cobasC311,
      {
        version: '1',
        specimenId: (order) => order.sampleId.padStart(22),
        instrumentSpecimen: (_, asked) => specimenOf(asked),
        testIds: (wanted) => wanted.map((one) => ['', '', '', one, '']),
        header: () => ({ 11: query ? ['TSDWN', 'REPLY'] : ['TSDWN', 'BATCH'] }),
      },
      query,
      orders,
      context,
    ),
};
