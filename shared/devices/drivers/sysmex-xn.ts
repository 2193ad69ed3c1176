import { componentsOf, fieldText, refOf, repeatsOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import { filled } from '../text.ts';
import { answerAstm } from './astm-answer.ts';
import { queryOf, standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, defined, plainSampleId, usualSerial } from './common.ts';

const codes = codesOf({
  WBC: 'wbc',
  RBC: 'rbc',
  HGB: 'hgb',
  HCT: 'hct',
  MCV: 'mcv',
  MCH: 'mch',
  MCHC: 'mchc',
  PLT: 'plt',
  'RDW-SD': 'rdwSd',
  'RDW-CV': 'rdwCv',
  PDW: 'pdw',
  MPV: 'mpv',
  'P-LCR': 'plcr',
  PCT: 'pct',
  'NEUT#': 'neutrophils',
  'LYMPH#': 'lymphocytes',
  'MONO#': 'monocytes',
  'EO#': 'eosinophils',
  'BASO#': 'basophils',
  'NEUT%': 'neutrophilShare',
  'LYMPH%': 'lymphocyteShare',
  'MONO%': 'monocyteShare',
  'EO%': 'eosinophilShare',
  'BASO%': 'basophilShare',
  'IG#': 'immature',
  'IG%': 'immatureShare',
  'NRBC#': { name: 'Nucleated erythrocytes', loinc: '771-6', unit: '10*3/uL' },
  'NRBC%': { name: 'Nucleated erythrocytes per 100 leukocytes', loinc: '58413-6', unit: '%' },
  'RET#': { name: 'Reticulocytes', loinc: '60474-4', unit: '10*6/uL' },
  'RET%': { name: 'Reticulocytes, share of erythrocytes', loinc: '17849-1', unit: '%' },
});
const names = new Map(codes.map(({ code, name }) => [code, name]));

const places = {
  ...standardAstm.places,
  sampleId: at('O-4.3 O-3.3'),
  code: at('R-3.5'),
  rack: at('O-4.1 O-3.1'),
  position: at('O-4.2 O-3.2'),
  resultAt: at('R-13'),
};

/** R records that hold a file name on the analyzer's disk: `PNG\20240628\….PNG`. */
const picture = /^(?:SCAT|DIST)_/;

function codeOf(record: Parameters<typeof standardAstm.code>[0]): string {
  return fieldText(record, 3, 5).trim();
}

/** Sysmex XN and XN-L: ASTM E1394, all records of a sample in one frame. Source: XN-L ASTM host interface, and a message of an XN-550. */
export const sysmexXn: Driver = {
  id: 'sysmex-xn',
  name: 'Sysmex XN',
  manufacturer: 'Sysmex',
  models: ['XN-330', 'XN-350', 'XN-450', 'XN-550', 'XN-1000', 'XN-2000', 'XN-3000'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'tcp-server', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'point', controlPrefixes: ['QC-', 'XbarM'] },
  guide: {
    source:
      'Sysmex: ASTM host interface specifications of the XN-L series (E1394-97, E1381-02), and a message of an XN-550.',
    guessed: ['That the seventh component of R-3, where it is a number above zero, marks a repeated measurement.'],
    cabling:
      'Ethernet from the IPU (the computer of the instrument) to the laboratory’s network. The IPU calls the laboratory: it needs the address and port of this device. Without a network: RS-232C, a crossed cable with DB-9 plugs (2–3, 3–2, 5–5).',
    settings: [
      'IPU menu → Settings → Host computer: connection “TCP/IP”, format “ASTM”, IP address and port of the laboratory.',
      'Class A (with acknowledgements). Output: after each analysis.',
      'Real-time request (query) on, if orders are to be fetched; the key of the question is the sample number.',
      'Sample number: 22 places, padded on the left. The driver removes the padding.',
    ],
  },
  places,
  codes,
  quirks: [
    'The sample id is the third component of O-4 (rack^position^id^attribute), padded with blanks to 22 places.',
    'The code is the fifth component of R-3; the sixth is the dilution (1, or 5 for prediluted samples), later ones mark repeated and extended orders.',
    'Messages of the instrument (Anemia, Left_Shift?, Positive_Diff) come as results without a value, or with a number from 0 to 300 that says how sure it is.',
    '---- means that it could not measure, ++++ that the value exceeds what it can show.',
    'Scattergrams (SCAT_…, DIST_…) come as names of files on the instrument.',
    'Controls have sample ids that begin with QC- and the lot.',
    'A query names the sample in Q-3 as rack^position^id^attribute; the answer has to give all four back in O-3.',
  ],
  sample: {
    text: [
      'H|\\^&|||    XN-450^00-14^11800^^^^BQ100200||||||||E1394-97',
      'P|1|||P-77|^Asha^Rao||19900215|F|||||^||||||||||||^^^',
      'O|1||3^4^            AQ-240001^B|^^^^WBC\\^^^^PLT|||||||N||||||||||||||F',
      'R|1|^^^^WBC^1|11.42|10*3/uL||H||F||||20240105101500',
      'R|2|^^^^PLT^1|----|10*3/uL||A||F||||20240105101500',
      'R|3|^^^^Left_Shift?|120|||||F||||20240105101500',
      'R|4|^^^^DIST_PLT|PNG&R&20240105&R&PLT.PNG|||N||F||||20240105101500',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240001', code: 'WBC', value: '11.42', unit: '10*3/uL', flags: ['H'] },
      { sampleId: 'AQ-240001', code: 'PLT', value: '(not-measured)', unit: '10*3/uL', flags: ['A'] },
      { sampleId: 'AQ-240001', code: 'Left_Shift?', value: '120' },
      { sampleId: 'AQ-240001', code: 'DIST_PLT', value: '(image)', flags: ['N'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        isRerun: (record, context) =>
          standardAstm.isRerun(record, context) || /^[1-9]\d*$/.test(fieldText(record, 3, 7).trim()),
        kind: (sampleId, context) => {
          const { kind } = standardAstm.kind(sampleId, context);
          if (kind !== 'control') return { kind };
          const lot = /^QC-(.+)$/i.exec(sampleId)?.[1];
          return { kind, control: lot ? { lot } : undefined };
        },
        code: codeOf,
        name: (record) => names.get(codeOf(record)),
        dilution: (record) => {
          const dilution = fieldText(record, 3, 6).trim();
          return dilution === '' || dilution === '1' ? undefined : dilution;
        },
        value: (record, set) => {
          const read = standardAstm.value(record, set);
          if (picture.test(codeOf(record))) return { ...read, value: { kind: 'missing', reason: 'image' }, marks: [] };
          if (/^\++$/.test(read.raw.trim())) return { ...read, value: { kind: 'missing', reason: 'out-of-range' } };
          return read;
        },
        resultImages: ({ record }) => {
          const path = fieldText(record, 4);
          if (!picture.test(codeOf(record)) || path === '') return [];
          const type = (path.split('\\')[0] ?? '').toLowerCase();
          return [
            {
              name: codeOf(record),
              mediaType: `image/${type || 'png'}`,
              encoding: 'file',
              path,
              ref: refOf(record, 4),
            },
          ];
        },
        query: (record, set) => {
          const [rack = '', position = '', id = '', attribute = ''] = componentsOf(
            record,
            repeatsOf(record, 3)[0] ?? '',
          );
          return queryOf(
            record,
            [plainSampleId(id, set)].filter((one) => one !== ''),
            {
              ...defined({ rack: filled(rack), position: filled(position) }),
              echo: { sampleId: id, attribute },
            },
          );
        },
        analyzer: (header) => ({ ...standardAstm.analyzer(header), manufacturer: 'Sysmex' }),
      },
      sysmexXn.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerAstm(
      sysmexXn,
      {
        version: 'E1394-97',
        specimenId: (order, asked) => [
          order.rack ?? asked?.rack ?? '',
          order.position ?? asked?.position ?? '',
          order.sampleId.padStart(22),
          filled(asked?.echo.attribute) ?? 'B',
        ],
        testIds: (wanted) => wanted.map((code) => ['', '', '', '', code]),
      },
      query,
      orders,
      context,
    ),
};
